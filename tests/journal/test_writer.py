"""The writer of a gateway's journal: what is promised is there, what failed is not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from simulator.errors import UsageError
from simulator.journal.entry import Phase
from simulator.journal.reader import read_lines
from simulator.journal.writer import Writer


def line(name: str) -> Phase:
    """Any line."""
    return Phase(source="gateway", wall=1.0, mono=1.0, name=name)


def names(path: Path) -> list[str]:
    """The lines that stand in the file."""
    return [each.name for each in read_lines(path) if isinstance(each, Phase)]


def test_a_commit_takes_waiting_lines_along_in_order(tmp_path: Path) -> None:
    """Batched lines wait; the next commit writes them first, and itself."""
    path = tmp_path / "j"
    with Writer.open(path) as writer:
        writer.later(line("a"))
        assert path.read_bytes() == b""
        writer.commit(line("b"))
        assert names(path) == ["a", "b"]


def test_what_waits_is_written_at_the_end(tmp_path: Path) -> None:
    """Closing loses nothing."""
    with Writer.open(tmp_path / "j") as writer:
        writer.later(line("a"))
    assert names(tmp_path / "j") == ["a"]


def test_a_torn_last_line_is_cut_before_going_on(tmp_path: Path) -> None:
    """After a kill in the midst of a write the next line begins on a line of its own."""
    path = tmp_path / "j"
    with Writer.open(path) as writer:
        writer.commit(line("a"))
    path.write_bytes(path.read_bytes() + b'{"kind":"phase","na')
    with Writer.open(path) as writer:
        writer.commit(line("b"))
    assert names(path) == ["a", "b"]


@pytest.mark.parametrize("room", [0, 5])
def test_a_full_disk_leaves_no_trace_of_the_line(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether nothing or a part of it was written: a commit that failed never happened."""
    path = tmp_path / "j"
    real = os.write
    left = [room]

    def full(descriptor: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "no space left on device")
        part, left[0] = data[: left[0]], 0
        return real(descriptor, part)

    with Writer.open(path) as writer:
        writer.commit(line("a"))
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            with pytest.raises(OSError, match="no space"):
                writer.commit(line("b"))
        writer.commit(line("c"))
    assert names(path) == ["a", "c"]


def test_a_journal_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """The path and the reason."""
    with pytest.raises(UsageError, match="cannot write the journal"):
        Writer.open(tmp_path / "missing" / "j")


@pytest.mark.parametrize("text", ["my notes", "my notes\n", "{}\n"])
def test_a_file_that_is_no_journal_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    """Neither cut nor written to: it is somebody's."""
    path = tmp_path / "notes.txt"
    path.write_text(text)
    with pytest.raises(UsageError, match="is not a journal"):
        Writer.open(path)
    assert path.read_text() == text


def test_a_device_is_no_journal() -> None:
    """Reading one could go on for ever."""
    with pytest.raises(UsageError, match="is not a journal"):
        Writer.open(Path("/dev/null"))
