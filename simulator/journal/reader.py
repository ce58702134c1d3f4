"""Reads a journal, line by line.

A torn last line is what a kill in the midst of a write leaves: no newline, or broken JSON at the
very end. Nobody was ever answered on the strength of it, so it is left out. Anything else that
cannot be read is an error with its place, for a verdict must not rest on half a recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from simulator.errors import JournalError
from simulator.journal.entry import Line

_DECODER: Final = msgspec.json.Decoder(Line)


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a journal, in the order of the file, one in memory at a time.

    Raises:
        JournalError: the file cannot be opened, or a line other than a torn last one is broken;
            the message names file and line number.
    """
    return (line for _, line in read_raw(path))


def read_raw(path: Path) -> Iterator[tuple[bytes, Line]]:
    """As `read_lines`, each line with the bytes it was read from, without its newline."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise JournalError(f"cannot read the journal {path}: {error.strerror}") from error
    with file:
        broken: JournalError | None = None
        for number, raw in enumerate(file, start=1):
            if broken is not None:
                raise broken
            if not raw.endswith(b"\n"):
                return
            try:
                line = _DECODER.decode(raw)
            except msgspec.ValidationError as error:
                raise _broken(path, number, error) from error
            except msgspec.DecodeError as error:
                broken = _broken(path, number, error)
                broken.__cause__ = error
                continue
            yield raw.rstrip(b"\r\n"), line


def _broken(path: Path, number: int, error: msgspec.DecodeError) -> JournalError:
    return JournalError(f"{path}:{number}: not a line of a journal: {error}")
