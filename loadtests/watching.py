"""Looks for card data in what a shop answers its shoppers, before anything of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from simulator.drills.cardscan import CardScan
from simulator.journal.entry import Place

if TYPE_CHECKING:
    from scenes import Host, Reply

    from simulator.journal.entry import Scan

#: So much of an answer is looked at, in bytes; a search of more would make arrivals late.
LOOKED_AT: Final = 16 * 1024


class _Placed(msgspec.Struct):
    order_id: Any = None


_PLACED: Final = msgspec.json.Decoder(_Placed)


class Watched:
    """A shop whose answers are looked at on their way to the shopper, whole and unmasked."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._scan = CardScan(Place.MESSAGES)

    def send(self, request: str, body: bytes = b"", *, within: float, headers: str = "") -> Reply:
        """Pass the request on and look at what comes back."""
        reply = self._host.send(request, body, within=within, headers=headers)
        if reply.body:
            self._scan.look(reply.body[:LOOKED_AT], f"answer to {request}", _order(request, body))
        return reply

    def line(self, stamp: dict[str, Any]) -> Scan:
        """What was seen, as a line of the history."""
        return self._scan.line(**stamp)


def _order(request: str, body: bytes) -> str | None:
    """The order that a request of a shopper is about."""
    *_, order = request.removesuffix("/pay").split("/")
    if order != "orders":
        return order
    placed = _PLACED.decode(body).order_id
    return placed if isinstance(placed, str) else None
