"""How a drill passes time: on the machine's clock, or in no time at all in a test."""

from __future__ import annotations

import asyncio
from typing import Protocol

from simulator.clock import Clock, SystemClock


class Pace(Clock, Protocol):
    """A clock that one can also rest on."""

    async def rest(self, seconds: float, until: asyncio.Event) -> None:
        """Return after so many seconds, or as soon as `until` is set."""
        ...


class RealPace(SystemClock):
    """The machine's clock and the event loop's timers."""

    async def rest(self, seconds: float, until: asyncio.Event) -> None:
        """Return after so many seconds, or as soon as `until` is set."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await until.wait()
        except TimeoutError:
            return
