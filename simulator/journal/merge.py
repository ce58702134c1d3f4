"""Puts the recordings of a drill's processes together: one history, enough to judge by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from simulator.errors import JournalError
from simulator.journal.entry import Boot, Entry, Generator, Line, Note, Phase, Run
from simulator.journal.reader import read_raw

END: Final = "end"


def merge(
    run: Run, files: Iterable[Path], end: Phase, target: Path, *, rows: Iterable[Entry] = ()
) -> int:
    """Write the merged history and return its number of lines.

    `run` becomes the first line, `end` (whose `mono` is judge time) the last; between them stand
    the lines of `files` and the further lines `rows` in the order of their monotonic time, lines
    of one moment in the order of the files. Run and end lines found in `files` are left out, and
    so are the gateway's lines about other accounts than `run.account`, and what came after judge
    time: of that only notes, and the word of a load generator on itself, are kept.

    Raises:
        JournalError: a file cannot be read, or `target` cannot be written.
        ValueError: `end` is not a phase line named `end`.
    """
    if end.name != END:
        raise ValueError(f"the last line of a history is the phase 'end', not {end.name!r}")
    encode = msgspec.json.Encoder().encode
    timed = [
        (line.mono, raw) for path in files for raw, line in read_raw(path) if _kept(line, run, end)
    ]
    timed.extend((row.mono, encode(row)) for row in rows)
    timed.sort(key=lambda each: each[0])
    try:
        with target.open("wb") as file:
            file.write(encode(run) + b"\n")
            file.writelines(raw + b"\n" for _, raw in timed)
            file.write(encode(end) + b"\n")
    except OSError as error:
        raise JournalError(f"cannot write the history {target}: {error.strerror}") from error
    return len(timed) + 2


def _kept(line: Line, run: Run, end: Phase) -> bool:
    match line:
        case Run() | Phase(name="end"):
            return False
        case Note() | Generator() if line.source != "gateway":
            return True
        case _ if line.mono > end.mono:
            return False
        case Boot():
            return True
        case _:
            return line.source != "gateway" or line.account == run.account
