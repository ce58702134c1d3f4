"""Watches a file: says when it was changed, by looking at it every so often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

#: Seconds between two looks. Polling sees every kind of save, on every file system.
EVERY_S: Final = 0.5

_State = tuple[int, int, int] | None


async def watch(path: Path, changed: Callable[[], Awaitable[None]], every: float = EVERY_S) -> None:
    """Call `changed` whenever the file is not what it was, until cancelled.

    A file that is not there, as while an editor puts a new one in its place, has not changed yet.
    A file that changed between two looks is told of once, when it was left alone for one look: a
    half-written file is nobody's scenario.
    """
    told = seen = _state(path)
    while True:
        await asyncio.sleep(every)
        now = _state(path)
        if now is not None and now == seen and now != told:
            told = now
            await changed()
        seen = now


def _state(path: Path) -> _State:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
