"""A file that is watched."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from simulator.cli.watching import watch

EVERY = 0.01


@asynccontextmanager
async def watched(path: Path) -> AsyncIterator[asyncio.Queue[str]]:
    """The file's texts, as somebody who watches it reads them."""
    texts: asyncio.Queue[str] = asyncio.Queue()

    async def changed() -> None:
        texts.put_nowait(path.read_text())

    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch(path, changed, EVERY))
        await asyncio.sleep(2 * EVERY)
        yield texts
        task.cancel()


async def test_every_save_is_told(tmp_path: Path) -> None:
    """In place, and by an editor that puts another file in its place."""
    path = tmp_path / "a.yaml"
    path.write_text("one")
    async with asyncio.timeout(10), watched(path) as texts:
        path.write_text("two")
        assert await texts.get() == "two"
        (tmp_path / "b.yaml").write_text("three")
        (tmp_path / "b.yaml").replace(path)
        assert await texts.get() == "three"


async def test_a_file_that_is_gone_has_not_changed_yet(tmp_path: Path) -> None:
    """It is told of when it is there again."""
    path = tmp_path / "a.yaml"
    path.write_text("one")
    async with asyncio.timeout(10), watched(path) as texts:
        path.unlink()
        await asyncio.sleep(3 * EVERY)
        assert texts.empty()
        path.write_text("two")
        assert await texts.get() == "two"


async def test_nothing_is_told_of_a_file_that_stays(tmp_path: Path) -> None:
    """However often one looks; the same time and size are the same file."""
    path = tmp_path / "a.yaml"
    path.write_text("one")
    status = path.stat()
    async with watched(path) as texts:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        await asyncio.sleep(5 * EVERY)
        assert texts.empty()
