"""Reading YAML and JSON as data, with places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import documents
from simulator.documents import Place
from simulator.errors import UsageError

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


def messages(text: str) -> list[str]:
    """The problems of a text, as `line:column: message`."""
    return [f"{each.line}:{each.column}: {each.message}" for each in documents.parse(text).problems]


def test_scalars_follow_the_core_schema() -> None:
    """Words stay words, NO included, and numbers become numbers."""
    text = (
        "[NO, yes, 12, -3, 0o17, 0x1F, 1.5, 1e3, .inf, 1_000, '12', true, null, ~, 09:30, 1..5, +7]"
    )
    assert documents.parse(text).value == [
        "NO", "yes", 12, -3, 15, 31, 1.5, 1000.0, float("inf"), "1_000", "12", True, None, None,
        "09:30", "1..5", 7,
    ]  # fmt: skip


def test_every_key_and_value_has_its_place() -> None:
    """Lines and columns count from 1, in block and in flow style."""
    document = documents.parse("a: 1\nb:\n  - c: {d: x}\n")
    assert document.keys["b", 0, "c", "d"] == Place(3, 9)
    assert document.values["b", 0, "c", "d"] == Place(3, 12)
    assert document.values["a",] == Place(1, 4)


def test_keys_are_text_even_if_they_look_like_numbers() -> None:
    """A profile may list its codes as they are."""
    assert documents.parse("101: funds\n0x1: hex\n").value == {"101": "funds", "0x1": "hex"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3", ["3:1: duplicate key 'a'; it stands already in line 1"]),
        ("a: !x 1", ["1:4: '!x' is a tag; documents are data only, leave it out"]),
        (
            "a: &x 1\nb: *x",
            [
                "1:4: '&x' is an anchor; write each value out",
                "2:4: '*x' is an alias; write the value out",
            ],
        ),
        ("a:\n  <<: {b: 1}", ["2:3: '<<' is a merge key; write the keys out"]),
        ("? [a]\n: 1", ["1:3: a key must be one word or number"]),
        ("%YAML 1.1\n---\na: 1",
         ["1:1: a directive; documents are YAML 1.2 data, leave the line out"]),
        ("a: 1\n---\nb: 1", ["2:1: a second document; write one document a file"]),
        ("# nothing\n", ["1:1: the document is empty"]),
    ],
)  # fmt: skip
def test_anything_but_data_is_a_problem_at_its_place(text: str, expected: list[str]) -> None:
    """Tags, anchors, aliases, merge keys, duplicate keys and second documents are refused."""
    assert messages(text) == expected


def test_all_problems_of_reading_are_collected() -> None:
    """The reader goes on after a problem, and still reads the values."""
    document = documents.parse("a: !x 1\na: 2\nb: &y [*y]\nc: 3")
    assert [problem.line for problem in document.problems] == [1, 2, 3, 3]
    assert document.value == {"a": 1, "b": [None], "c": 3}
    assert document.readable


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: [1\nb: 2", "2:2: not readable as YAML: expected ',' or ']'"),
        ("\ta: 1", "1:1: not readable as YAML: found character '\\t'"),
        ("a: b: c", "1:5: not readable as YAML: mapping values are not allowed"),
        ("ok: 1\nx: \x01", "2:4: not readable as YAML: the character U+0001 is not allowed"),
        ("a: " + "[" * 70, "1:68: nested more than 64 deep"),
    ],
)
def test_broken_text_gives_a_located_problem(text: str, start: str) -> None:
    """What cannot be read says where, and the document is marked as not readable."""
    (message,) = messages(text)
    assert message.startswith(start)
    assert not documents.parse(text).readable


@given(PLAIN)
def test_json_is_accepted_as_it_is(value: object) -> None:
    """Any JSON means the same here: indented, on one line, and with escaped characters."""
    for indent in (None, 2):
        assert documents.parse(json.dumps(value, indent=indent)).value == value


def test_a_file_that_cannot_be_read_names_itself(tmp_path: Path) -> None:
    """A file that is missing, or is not UTF-8, is the caller's mistake."""
    with pytest.raises(UsageError, match=r"nothing\.yaml: No such file"):
        documents.read(tmp_path / "nothing.yaml")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: caf\xe9")
    with pytest.raises(UsageError, match=r"latin\.yaml: not UTF-8 text \(byte 10\)"):
        documents.read(latin)
