"""Webhooks of the native dialect."""

from __future__ import annotations

from simulator.dialects.letter import claim, never_was
from simulator.dialects.native import render
from simulator.dialects.native.sign import sign
from simulator.gateway.ports import Ids
from simulator.gateway.things import Happening


class NativeLetter:
    """JSON with the headers of Standard Webhooks; satisfies dialects.letter.Letter."""

    def body(self, happening: Happening) -> bytes:
        """The event, with what it is about."""
        return render.event_body(happening)

    def sign(self, secret: str, event: str, timestamp: int, body: bytes) -> dict[str, str]:
        """The three headers of one try."""
        return sign(secret, event, timestamp, body)

    def lie(self, happening: Happening, ids: Ids) -> Happening | None:
        """That the order's payment was captured."""
        if happening.payment is None:
            return None
        payment = never_was(happening.payment, ids)
        return Happening(claim(payment, ids), payment, None, happening.created)
