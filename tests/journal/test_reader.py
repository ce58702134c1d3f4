"""Reading journals: every line, its place when it is broken, and a torn end."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simulator.errors import JournalError
from simulator.journal.entry import Phase
from simulator.journal.reader import read_lines, read_raw
from tests.journal.story import lines

STORY = """
    0.0  phase   baseline
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary captured
    9.0  end
"""


@pytest.fixture(name="journal")
def _journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines(STORY)))
    return path


def test_what_was_written_is_read_back(journal: Path) -> None:
    """Every kind of line survives the file."""
    assert list(read_lines(journal)) == lines(STORY)


def test_the_raw_bytes_come_with_each_line(journal: Path) -> None:
    """A merge can copy lines without writing them anew."""
    assert [raw for raw, _ in read_raw(journal)] == journal.read_bytes().splitlines()


@pytest.mark.parametrize("torn", [b'{"kind":"phase","sou', b'{"kind":"phase","sou\n', b"\x00\x00"])
def test_a_torn_last_line_is_left_out(journal: Path, torn: bytes) -> None:
    """A kill in the midst of a write loses that line only."""
    journal.write_bytes(journal.read_bytes() + torn)
    assert list(read_lines(journal)) == lines(STORY)


def test_a_last_line_without_a_newline_is_torn_even_if_it_is_whole_json(journal: Path) -> None:
    """The write was not finished, so nobody was answered on the strength of it."""
    journal.write_bytes(journal.read_bytes().removesuffix(b"\n"))
    assert list(read_lines(journal)) == lines(STORY)[:-1]


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (b'{"kind":\n{"kind":"phase","source":"x","wall":0,"mono":0,"name":"a"}\n', 1),
        (b'{"kind":"phase","source":"x","wall":0,"mono":0,"name":"a"}\n\n{}\n', 2),
        (b'{"kind":"song","source":"x","wall":0,"mono":0}\n', 1),
        (b'{"kind":"phase","source":"x","wall":"noon","mono":0,"name":"a"}\n', 1),
    ],
)
def test_any_other_broken_line_is_an_error_with_its_place(
    tmp_path: Path, content: bytes, number: int
) -> None:
    """Half a recording must not be judged as if it were whole."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(content)
    with pytest.raises(JournalError, match=f"journal.jsonl:{number}: not a line of a journal"):
        list(read_lines(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message says which journal cannot be read."""
    with pytest.raises(JournalError, match=r"nowhere\.jsonl: No such file"):
        list(read_lines(tmp_path / "nowhere.jsonl"))


def test_lines_are_streamed(journal: Path) -> None:
    """The first line is there before a broken later one is met."""
    journal.write_bytes(journal.read_bytes() + b"broken\n{}\n")
    assert isinstance(next(read_lines(journal)), Phase)
