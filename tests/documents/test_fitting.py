"""Fitting documents to models: every error at its place, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulator import documents
from simulator.documents import Mistake, Mistakes
from simulator.errors import DocumentError
from simulator.units import Duration


class Inner(BaseModel):
    """A part of a document."""

    model_config = ConfigDict(extra="forbid")

    lasts: Duration
    size: Literal["small", "large"] = "small"


def _located(value: object) -> object:
    if value == "bad":
        raise Mistakes([Mistake(("x", 1), "wrong inside"), Mistake((), "wrong itself")])
    return value


class Outer(BaseModel):
    """A document."""

    model_config = ConfigDict(extra="forbid")

    name: str
    count: int = Field(default=1, ge=1, le=9)
    parts: list[Inner] = []
    by_name: dict[str, Inner] = {}
    at_once: Inner | None = None
    span: Duration = Field(default=0.0, alias="for")
    either: int | bool | None = None
    special: Annotated[object, BeforeValidator(_located)] = None


def messages(text: str) -> list[str]:
    """The problems of a text that should be an Outer, as `line:column: message`."""
    _, problems = documents.fit(documents.parse(text), Outer)
    return [f"{each.line}:{each.column}: {each.message}" for each in problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a\nnmae: b", "2:1: unknown key 'nmae' (did you mean 'name'?)"),
        ("name: a\nparts:\n- {lasts: 1s, las: 2}",
         "3:15: unknown key 'las' (did you mean 'lasts'?)"),
        ("name: a\nby_name: {x: {lasts: 1s, q: 2}}",
         "2:26: unknown key 'q'; the keys here are lasts, size"),
        ("name: a\nat_once: {lasts: 1s, siez: 2}",
         "2:22: unknown key 'siez' (did you mean 'size'?)"),
        ("name: a\nparts:\n  - size: small", "3:5: missing key 'lasts'"),
        ("name: a\nat_once:\n  size: small", "2:1: missing key 'lasts'"),
        ("count: 2", "1:1: missing key 'name'"),
        ("name: a\nfor: 10",
         "2:6: '10' is not a duration; write a number and a unit: 200ms, 1.5s, 2m"),
        ("name: a\nfour: 1s", "2:1: unknown key 'four' (did you mean 'for'?)"),
        ("name: 5", "1:7: '5' is not text; write it in quotes"),
        ("name:", "1:6: 'name' has no value"),
        ("name: a\ncount: some", "2:8: 'some' is not a whole number"),
        ("name: a\ncount: 0", "2:8: '0' is wrong: it must be at least 1"),
        ("name: a\ncount: 10", "2:8: '10' is wrong: it must be at most 9"),
        ("name: a\nparts: {}", "2:8: a mapping stands where a list is needed (- one item a line)"),
        ("name: a\nparts: [x]", "2:9: 'x' stands where keys with values are needed (key: value)"),
        ("name: a\nat_once: {lasts: 1s, size: smal}",
         "2:28: 'smal' is not one of 'small' or 'large' (did you mean 'small'?)"),
        ("name: a\neither: x", "2:9: 'x' is not a whole number, or 'x' is neither true nor false"),
        ("- 1", "1:1: a list stands where keys with values are needed (key: value)"),
    ],
)  # fmt: skip
def test_an_error_is_said_in_plain_words_at_its_place(text: str, expected: str) -> None:
    """Unknown and missing keys, wrong types, bounds, choices and units."""
    assert messages(text) == [expected]


def test_a_place_that_could_not_be_read_is_reported_once() -> None:
    """An alias has no value; that is not held against the value as well."""
    assert messages("name: *x") == ["1:7: '*x' is an alias; write the value out"]


def test_problems_of_reading_and_of_fitting_come_in_file_order() -> None:
    """A duplicate key between two wrong values stands between them."""
    text = "count: 0\nname: a\nname: b\nfor: 1"
    assert [message.split(":")[0] for message in messages(text)] == ["1", "3", "4"]


def test_mistakes_of_a_validator_keep_their_paths() -> None:
    """A validator that says where it went wrong is believed, as far as the place exists."""
    assert messages("name: a\nspecial: bad") == [
        "2:10: wrong inside",
        "2:10: wrong itself",
    ]


def _check(value: object) -> Iterator[Mistake]:
    yield Mistake(("count",), "not this count", on_key=True)


def test_a_check_between_fields_runs_even_if_the_model_does_not_fit() -> None:
    """One mistake does not hide another."""
    _, problems = documents.fit(documents.parse("for: 1\ncount: 3"), Outer, _check)
    assert [problem.line for problem in problems] == [1, 1, 2]
    assert problems[2].message == "not this count"


def test_load_returns_the_model_or_raises_every_problem(tmp_path: Path) -> None:
    """From a file, as callers use it."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("name: a\nfor: 1m30s\nparts: [{lasts: 2s}]\n")
    bad.write_text("name: a\nname: b\nfro: 1s\n")
    assert documents.load(good, Outer).span == 90.0
    with pytest.raises(DocumentError) as caught:
        documents.load(bad, Outer)
    assert str(caught.value).splitlines() == [
        f"{bad}:2:1: duplicate key 'name'; it stands already in line 1",
        f"{bad}:3:1: unknown key 'fro' (did you mean 'for'?)",
    ]


def test_build_raises_mistakes_with_paths() -> None:
    """A model within a model, chosen by a validator, reports from where it stands."""
    with pytest.raises(Mistakes, match="missing key 'lasts'") as caught:
        documents.build(Inner, {"size": "smal"})
    assert {mistake.path for mistake in caught.value.mistakes} == {(), ("size",)}
