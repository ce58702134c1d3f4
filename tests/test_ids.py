"""Identifiers of the gateway's objects."""

from __future__ import annotations

import re

import pytest

from simulator.cards import contains_number
from simulator.ids import IdSource


def test_ids_are_unique_and_in_order() -> None:
    """Each id is new, whatever the prefix, and sorts after those before it."""
    source = IdSource("k3f9a2")
    numbers = [source.new("pay") for _ in range(2000)]

    assert len(set(numbers)) == 2000
    assert numbers == sorted(numbers)
    assert source.new("re").removeprefix("re_") not in {n.removeprefix("pay_") for n in numbers}


def test_shape() -> None:
    """A prefix, the salt, and a counter of at least six digits."""
    assert re.fullmatch(r"evt_k3f9a2[0-9a-f]{6}", IdSource("k3f9a2").new("evt"))


@pytest.mark.parametrize("prefix", ["chk", "auth"])
def test_the_id_of_a_page_is_its_key(prefix: str) -> None:
    """It cannot be worked out from another one, nor read as a card number; others stay short."""
    one, other = IdSource("k3f9a2", b"secret"), IdSource("k3f9a2", b"another")
    first = one.new(prefix)

    assert re.fullmatch(rf"{prefix}_k3f9a2000001[0-9a-f]{{16}}", first)
    assert first != other.new(prefix)
    assert first[:-16] == IdSource("k3f9a2").new(prefix)
    assert not any(contains_number(one.new(prefix)) for _ in range(2000))
    assert re.fullmatch(r"pay_k3f9a2[0-9a-f]{6}", one.new("pay"))


def test_another_start_gives_other_ids() -> None:
    """Two starts of the process, two salts, no id in common."""
    one, other = IdSource("aaaa"), IdSource("bbbb")

    assert not {one.new("pay") for _ in range(100)} & {other.new("pay") for _ in range(100)}
