"""Forms: what Stripe's own library writes is read back, and nothing that is sent breaks us."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from simulator import cards
from simulator.dialects.stripe.form import decode
from simulator.dialects.stripe.objection import Objection

_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: cards.mask(text) == text
)
_names = st.text("abcdefghij_", min_size=1, max_size=8)
_leaves = _texts | st.integers(-(10**9), 10**9) | st.booleans()
_values: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(_names, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def told(value: Any) -> Any:
    """The same data with texts for values; truth is written `true`, in lists `True`."""
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items()}
    if isinstance(value, list):
        return [told(each) for each in value]
    return str(value).lower() if str(value) in ("True", "False") else str(value)


def depth(value: Any) -> int:
    """How many brackets are behind a name."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max((1 + depth(each) for each in inner), default=0)


@given(st.dictionaries(_names, _values.filter(lambda value: depth(value) < 7), max_size=4))
def test_what_the_library_encodes_is_read_back(params: dict[str, Any]) -> None:
    """Lists stay lists, nested or not, and all values are texts."""
    assert told(decode(urlencode(list(_api_encode(params))))) == told(params)


@given(st.dictionaries(st.text("0123456789", min_size=1, max_size=3), _texts, min_size=1))
def test_metadata_may_have_numbers_for_names(metadata: dict[str, str]) -> None:
    """They are the caller's own, and no places in a list."""
    sent = urlencode(list(_api_encode({"metadata": metadata})))
    assert decode(sent) == {"metadata": metadata}


@given(st.text() | st.text("ab[]=&%+0"))
@example("a[" * 40)
@example("%")
@example("a[99999999999999999999]=1&a[0]=2")
@example("a=\udcff")
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    """No text makes anything but data, or the one kind of error."""
    with suppress(Objection):
        assert isinstance(decode(text), dict)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a=1&b=", {"a": "1", "b": None}),
        ("a", {"a": None}),
        ("a%5Bb%5D=x+y%26", {"a": {"b": "x y&"}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[1]=2&a[0]=1", {"a": ["1", "2"]}),
        ("a[5]=1", {"a": ["1"]}),
        ("a[][b]=1&a[][c]=2&a[][b]=3", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        ("a[0][b][]=1&a[0][b][]=2", {"a": [{"b": ["1", "2"]}]}),
        ("&&a=1&", {"a": "1"}),
        ("a=1&a=2", {"a": "2"}),
    ],
)
def test_how_names_nest(text: str, data: dict[str, Any]) -> None:
    """Brackets with names are objects, with numbers or with nothing lists."""
    assert decode(text) == data


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("description=4242424242424242", {"description": "****4242"}),
        ("metadata[n]=card+4242+4242+4242+4242", {"metadata": {"n": "card ****4242"}}),
        ("metadata[4242424242424242]=x", {"metadata": {"****4242": "x"}}),
        ("metadata[number]=4242424242424242", {"metadata": {"number": "****4242"}}),
        ("options[card][number]=4242424242424242", {"options": {"card": {"number": "****4242"}}}),
        ("card[number]=4242424242424242", {"card": {"number": "4242424242424242"}}),
    ],
)
def test_card_numbers_stay_outside(text: str, data: dict[str, Any]) -> None:
    """They are masked at the door, but for where a card is given to be read."""
    assert decode(text) == data
