"""The merchant of a drill, over HTTP: one instance or several, started by the drill or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import aiohttp

from simulator.drills import book, differences
from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.drills.processes import Child
from simulator.drills.shopcall import NoAnswer, call
from simulator.errors import UsageError

_HEALTH: Final = 2.0  # seconds for an answer to /health


class Instance:
    """One process of the merchant, at an address of its own; `start` starts it."""

    def __init__(self, url: str, start: Callable[[], Child]) -> None:
        self.url = url
        self._start = start
        self._child = start()

    def strike(self, signal: str) -> None:
        """End it: `kill` at once, `term` if it pleases."""
        if signal == "kill":
            self._child.kill()
        else:
            self._child.terminate()

    def start_again(self) -> None:
        """Start it as before; what still runs of it is killed."""
        self._child.kill()
        self._child = self._start()

    def ended(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._child.ended()

    def last_words(self) -> str:
        """The end of its log."""
        return self._child.last_words()


class HttpShop:
    """A merchant behind a base URL. Without `instances` it is not ours to stop.

    Several instances have a `front`, which listens at the URL.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        mapping: ShopMapping = STANDARD,
        instances: Sequence[Instance] = (),
        front: Child | None = None,
    ) -> None:
        self.url = url
        self._session = session
        self._mapping = mapping
        self._instances = tuple(instances)
        self._front = front
        self._struck: tuple[Instance, ...] = ()

    async def problem(self) -> str | None:
        """Why it is not healthy, or None. Each instance is asked, and the address of all."""
        for url in dict.fromkeys((*(each.url for each in self._instances), self.url)):
            try:
                await call(self._session, url, self._mapping.api.health, {}, _HEALTH)
            except NoAnswer as error:
                return str(error) if url == self.url else f"{error} (asked at {url})"
        return None

    async def orders(self, run: str, look: book.Look | None = None) -> tuple[book.Row, ...]:
        """Its order book, the rows of this run; `look` is shown each as it was written.

        Several instances are asked one by one, for behind one address nobody knows whose page is
        whose. What one of them knows the shop knows.
        """
        urls = [each.url for each in self._instances] or [self.url]
        read = [await book.read(self._session, url, run, look, self._mapping) for url in urls]
        return book.united(read)

    async def differences(self) -> differences.Report:
        """What its instances found when they compared their books with the gateway's statement."""
        urls = [each.url for each in self._instances] or [self.url]
        reports = [await differences.read(self._session, url, self._mapping) for url in urls]
        return differences.united(reports)

    def strike(self, signal: str, instance: int | None = None) -> None:
        """End all instances, or one (from 1): `kill` at once, `term` if it pleases.

        UsageError if the merchant is not ours.
        """
        self._struck = self._own() if instance is None else (self._own()[instance - 1],)
        for each in self._struck:
            each.strike(signal)

    def start_again(self) -> None:
        """Start as before what was struck last, or all; UsageError if it is not ours."""
        for each in self._struck or self._own():
            each.start_again()
        self._struck = ()

    def _own(self) -> tuple[Instance, ...]:
        if not self._instances:
            raise UsageError(f"the merchant at {self.url} was not started by this drill")
        return self._instances

    def ended(self) -> int | None:
        """The exit code of an instance that has ended, or None while all run or are not ours."""
        return next((code for each in self._instances if (code := each.ended()) is not None), None)

    def last_words(self) -> str:
        """The end of the log of an instance that has ended, else of the first."""
        gone = [each for each in self._instances if each.ended() is not None]
        return next((each.last_words() for each in (*gone, *self._instances)), "")

    def unreachable(self) -> str | None:
        """Why nobody can reach it through no fault of its own, or None: our front has ended."""
        if self._front is None or (code := self._front.ended()) is None:
            return None
        return f"the front of the instances ended with code {code}: {self._front.last_words()}"
