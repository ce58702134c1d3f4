"""Ends a drill early: by an abort condition, by hand, or because something broke."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simulator.errors import PaydrillError


class Halt:
    """A one-way switch. The first reason stays, and is told at once.

    `broken` tells our own trouble from an abort.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.event = asyncio.Event()
        self._tell = tell
        self.reason: str | None = None
        self.broken = False

    @property
    def on(self) -> bool:
        """Whether the drill is to end early."""
        return self.event.is_set()

    def abort(self, reason: str) -> None:
        """End it: a condition was met, somebody asked, or the merchant went away."""
        self._set(reason, broken=False)

    def fail(self, reason: str) -> None:
        """End it: the gateway, the load generator or the controller itself does not work."""
        self._set(reason, broken=True)

    def _set(self, reason: str, *, broken: bool) -> None:
        if not self.on:
            self.reason, self.broken = reason, broken
            self.event.set()
            self._tell(reason)


@contextmanager
def on_signals(halt: Halt) -> Iterator[None]:
    """Within, the first SIGINT or SIGTERM halts the drill, and another one cancels it.

    A cancelled drill heals and stops its processes too, but neither settles nor judges. Outside of
    the main thread Python takes no signals, and nothing is changed.
    """
    task = asyncio.current_task()
    if threading.current_thread() is not threading.main_thread() or task is None:
        yield
        return
    loop = asyncio.get_running_loop()

    def taken(number: signal.Signals) -> None:
        if halt.on:
            task.cancel(f"{number.name} again")
        halt.abort(f"stopped by {number.name}")

    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, taken, number)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


class Halted(PaydrillError):
    """The drill was told to end before its first phase began."""
