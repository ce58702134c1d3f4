"""Writes a gateway's journal. A commit reaches the operating system before any reply leaves.

Lines that prove nothing by themselves (results of exchanges, deliveries) are batched: they ride
along with the next commit in the same system call, or leave with `flush`, which the server calls
several times a second.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from simulator.errors import UsageError
from simulator.journal.entry import Entry

_BEGINNING: Final = b'{"kind":"'
_BATCH_BYTES: Final = 64 * 1024


class Writer:
    """Appends lines to one open file descriptor, which it owns. Not for several threads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._encoder = msgspec.json.Encoder()
        self._waiting = bytearray()

    @classmethod
    def unnamed(cls) -> Writer:
        """A writer to a file without a name, which vanishes with the process."""
        descriptor, path = tempfile.mkstemp(prefix="paydrill-", suffix=".jsonl")
        Path(path).unlink()
        return cls(descriptor)

    @classmethod
    def open(cls, path: Path) -> Writer:
        """A writer that appends to `path`; UsageError if it cannot be written.

        A torn last line, left by a kill in the midst of a write, is cut off first.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UsageError(f"cannot write the journal {path}: {error.strerror}") from error
        if not _is_journal(descriptor):
            os.close(descriptor)
            raise UsageError(f"{path} is not a journal; it is left as it is. Name another file")
        _cut_torn_line(descriptor)
        return cls(descriptor)

    def commit(self, line: Entry) -> None:
        """Write this line, and all that waited, now; returns when the system has them.

        Raises OSError (a full disk) with no trace of this line left, in the file or waiting: what
        it tells has not happened.
        """
        encoded = self._encoder.encode(line) + b"\n"
        self._waiting += encoded
        try:
            self.flush()
        except OSError:
            self._withdraw(len(encoded))
            raise

    def later(self, line: Entry) -> None:
        """Write this line with the next commit or flush."""
        self._waiting += self._encoder.encode(line)
        self._waiting += b"\n"
        if len(self._waiting) > _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write all that waits. OSError (a full disk) leaves what was not written waiting."""
        while self._waiting:
            written = os.write(self._descriptor, self._waiting)
            del self._waiting[:written]

    def _withdraw(self, size: int) -> None:
        """Take the last `size` bytes back, those too that stand in the file already."""
        torn = size - len(self._waiting)
        if torn > 0:
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - torn)
        del self._waiting[-size:]

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes of what has been written, from `offset`."""
        self.flush()
        return os.pread(self._descriptor, size, offset)

    def close(self) -> None:
        """Flush and close the file."""
        self.flush()
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _is_journal(descriptor: int) -> bool:
    """Whether this is a regular file that is empty or begins as every journal does."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return False
    head = os.pread(descriptor, len(_BEGINNING), 0)
    return _BEGINNING.startswith(head)


def _cut_torn_line(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    end = size
    while end:
        start = max(0, end - _BATCH_BYTES)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end != size:
        os.ftruncate(descriptor, end)
