"""Merging the recordings of several processes into one history."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simulator.errors import JournalError
from simulator.journal.entry import Answer, Arrival, Boot, Generator, Line, Note, Order, Phase, Run
from simulator.journal.merge import merge
from simulator.journal.reader import read_lines

RUN = Run(
    source="controller",
    wall=0.0,
    mono=5.0,
    account="drill",
    version="1",
    seed=7,
    run="r1",
    scenario="scenario: 1",
)
END = Phase(source="controller", wall=0.0, mono=9.0, account="drill", name="end")


def _note(text: str, mono: float, *, source: str = "gateway", account: str = "drill") -> Note:
    return Note(source=source, wall=0.0, mono=mono, account=account, text=text)


def _write(path: Path, *lines: Line) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path


def _texts(path: Path) -> list[str]:
    return [line.text for line in read_lines(path) if isinstance(line, Note)]


def test_lines_stand_in_the_order_of_time_between_run_and_end(tmp_path: Path) -> None:
    """Files are not sorted themselves: results of exchanges are written in batches."""
    one = _write(tmp_path / "one", _note("c", 3.0), _note("a", 1.0))
    two = _write(tmp_path / "two", _note("b", 2.0, source="client"))
    row = Order(
        source="merchant", wall=0.0, mono=8.0, order="o", status="paid", amount=1, currency="X"
    )
    target = tmp_path / "journal"
    assert merge(RUN, [one, two], END, target, rows=[row]) == 6
    merged = list(read_lines(target))
    assert (merged[0], merged[-2], merged[-1]) == (RUN, row, END)
    assert _texts(target) == ["a", "b", "c"]


def test_lines_of_one_moment_keep_the_order_of_their_file(tmp_path: Path) -> None:
    """A commit stands before the exchange that it was part of."""
    one = _write(tmp_path / "one", *(_note(text, 1.0) for text in "dacb"))
    merge(RUN, [one], END, tmp_path / "journal")
    assert _texts(tmp_path / "journal") == list("dacb")


def test_other_accounts_and_earlier_ends_are_left_out(tmp_path: Path) -> None:
    """A shared gateway has other tenants, and may have journaled the end itself."""
    boot = Boot(source="gateway", wall=0.0, mono=0.5, version="1", channels=("primary",))
    arrival = Arrival(
        source="client",
        wall=0.0,
        mono=2.0,
        order="o",
        intended=2.0,
        amount=1,
        currency="X",
        method="card",
    )
    end = Phase(source="gateway", wall=0.0, mono=8.0, account="drill", name="end")
    one = _write(
        tmp_path / "one", boot, _note("other", 1.0, account="x"), _note("own", 1.5), arrival, end
    )
    merge(RUN, [one], END, tmp_path / "journal")
    assert list(read_lines(tmp_path / "journal")) == [RUN, boot, _note("own", 1.5), arrival, END]


def test_what_came_after_judge_time_is_left_out(tmp_path: Path) -> None:
    """But for notes of the drill, and what the load generator says of itself."""
    said = Generator(
        source="client",
        wall=0.0,
        mono=9.6,
        arrivals=1,
        dropped=0,
        lateness_p50_ms=1,
        lateness_p99_ms=2,
    )
    late = Answer(source="client", wall=0.0, mono=9.1, order="o", request="poll", sent=9.0)
    last = msgspec.structs.replace(late, mono=9.0)
    ours = _note("stopped", 9.5, source="client")
    one = _write(tmp_path / "one", last, late, _note("the gateway's", 9.2), ours, said)
    merge(RUN, [one], END, tmp_path / "journal")
    assert list(read_lines(tmp_path / "journal")) == [RUN, last, ours, said, END]


def test_the_last_line_must_be_the_end(tmp_path: Path) -> None:
    """Judge time cannot be any phase."""
    with pytest.raises(ValueError, match="'end', not 'settle'"):
        merge(RUN, [], msgspec.structs.replace(END, name="settle"), tmp_path / "journal")


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message says which file."""
    with pytest.raises(JournalError, match=r"cannot write the history .*missing"):
        merge(RUN, [], END, tmp_path / "missing" / "journal")
