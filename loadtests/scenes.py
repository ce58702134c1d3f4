"""What the guests of one run have in common, and the ports through which they reach the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from personas import Cast
    from plans import Plan

    from simulator.clock import Clock
    from simulator.journal.entry import Line


class Guest(Protocol):
    """What an arrival brings: a shopper, or a payment."""

    def run(self) -> None:
        """Do all of it, at once; called once."""
        ...


class Reply(msgspec.Struct, frozen=True):
    """What came back: a status code and a body, or `error` when there was no whole answer.

    `sent` is false if there was no connection, so that nothing can have arrived.
    """

    code: int | None = None
    body: bytes = b""
    error: str | None = None
    sent: bool = True


class Host(Protocol):
    """Where requests go: a `wire.Wire`, or an imagined shop in a test."""

    def send(self, request: str, body: bytes = b"", *, within: float, headers: str = "") -> Reply:
        """Send `request`, such as `POST /orders`, once; wait `within` seconds for the answer."""
        ...


class Page(Protocol):
    """Where addresses lead: a `browsing.Browser`, or imagined pages in a test."""

    def send(
        self, method: str, url: str, body: bytes = b"", *, within: float, headers: str = ""
    ) -> Reply:
        """Send a request to an absolute address, once; wait `within` seconds for the answer."""
        ...


class Codes(Protocol):
    """Shoppers' telephones: a `browsing.Telephone`, or an imagined one in a test."""

    def codes(self, payment: str) -> list[str]:
        """The codes that have arrived for a payment, the oldest first."""
        ...


class Sample(msgspec.Struct, frozen=True):
    """One line for the generator's statistics: `took` in seconds, None when nothing was timed."""

    kind: str
    name: str
    took: float | None
    size: int = 0
    error: str | None = None


class Scene(msgspec.Struct, frozen=True):
    """One run. `record` writes history, `report` feeds the statistics.

    `browser` opens the pages to which a shop sends its shoppers, `telephone` has the messages that
    they get; without them nobody can prove anything.

    `rest` sleeps so many seconds; it returns True, and at once, when the run is being ended.
    `aside` begins something at the same time; what it returns waits for the end of that.
    """

    plan: Plan
    cast: Cast
    host: Host
    clock: Clock
    rest: Callable[[float], bool]
    aside: Callable[[Callable[[], None]], Callable[[], None]]
    record: Callable[[Line], None]
    report: Callable[[Sample], None]
    browser: Page | None = None
    telephone: Codes | None = None

    def stamp(self) -> dict[str, Any]:
        """The fields that every line of a history has, read now."""
        return {
            "source": "client",
            "account": self.plan.account,
            "wall": self.clock.wall(),
            "mono": self.clock.monotonic(),
        }
