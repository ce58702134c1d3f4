"""The journal read back while it is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from simulator.errors import UsageError
from simulator.journal.entry import Note, Phase
from simulator.journal.writer import Writer
from simulator.server import lookback
from simulator.server.lookback import Lookback


@pytest.fixture(name="journal")
def _journal(tmp_path: Path) -> Iterator[Writer]:
    with Writer.open(tmp_path / "journal.jsonl") as writer:
        yield writer


def note(text: str, account: str = "shop") -> Note:
    """A line that says something."""
    return Note(source="gateway", wall=0.0, mono=0.0, account=account, text=text)


def texts(lines: list[msgspec.Raw]) -> list[str]:
    """What lines say."""
    return [msgspec.json.decode(line)["text"] for line in lines]


def test_a_page_has_one_accounts_lines(journal: Writer) -> None:
    """In order, and the cursor leads past those of others too."""
    for text, account in (("a", "shop"), ("b", "other"), ("c", "shop"), ("d", "other")):
        journal.later(note(text, account))
    page = Lookback(journal).page("shop", 0, 10)
    assert texts(page.lines) == ["a", "c"]
    assert Lookback(journal).page("shop", page.cursor, 10).lines == []
    assert Lookback(journal).page("shop", page.cursor, 10).cursor == page.cursor


def test_a_page_of_one_kind(journal: Writer) -> None:
    """Other lines are passed over."""
    journal.later(note("a"))
    journal.later(Phase(source="gateway", wall=0.0, mono=0.0, account="shop", name="p"))
    page = Lookback(journal).page("shop", 0, 10, "phase")
    assert [msgspec.json.decode(line)["name"] for line in page.lines] == ["p"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_miss_nothing(journal: Writer, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small they are, and however little is read at a time."""
    monkeypatch.setattr(lookback, "_CHUNK", 150)
    monkeypatch.setattr(lookback, "_REACH", 400)
    for number in range(20):
        journal.later(note(str(number), "shop" if number % 3 else "other"))
    it, got, after = Lookback(journal), [], -1
    cursor = 0
    while cursor != after:
        after = cursor
        page = it.page("shop", after, limit)
        assert len(page.lines) <= limit
        got += texts(page.lines)
        cursor = page.cursor
    assert got == [str(number) for number in range(20) if number % 3]


def test_a_line_longer_than_what_is_read_at_a_time(
    journal: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes whole."""
    monkeypatch.setattr(lookback, "_CHUNK", 64)
    journal.later(note("x" * 1000))
    assert texts(Lookback(journal).page("shop", 0, 10).lines) == ["x" * 1000]


def test_a_torn_line_waits_for_its_end(journal: Writer, tmp_path: Path) -> None:
    """What another process has half written is not shown yet."""
    journal.commit(note("whole"))
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"kind": "note", "acc')
    page = Lookback(journal).page("shop", 0, 10)
    assert texts(page.lines) == ["whole"]


@pytest.mark.parametrize("after", [1, 5, 10_000])
def test_a_cursor_that_nobody_gave_out(journal: Writer, after: int) -> None:
    """It lies within a line, or beyond the end."""
    journal.commit(note("a"))
    with pytest.raises(UsageError, match="not a cursor"):
        Lookback(journal).page("shop", after, 10)
