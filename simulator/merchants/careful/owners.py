"""Whose a movement is that names no order: the order book knows, or the gateway is asked, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from simulator.merchants.careful.channel import Channel, Kind
from simulator.merchants.careful.records import Order
from simulator.merchants.careful.rows import Row


class Owners:
    """All that the gateway has given a name, with the order and payment that it belongs to."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}

    def learn(self, order: Order) -> None:
        """Take in what an order knows."""
        for payment in order.payments.values():
            for name in filter(None, (payment.id, payment.charge)):
                self._known[name] = (order.id, payment.id)
        for refund in order.refunds.values():
            for name in filter(None, (refund.id, *refund.failed)):
                self._known[name] = (order.id, refund.payment)
        for dispute in order.disputes.values():
            self._known[dispute.id] = (order.id, dispute.payment)

    async def name(self, rows: Iterable[Row], channel: Channel) -> list[Row]:
        """The same rows with their orders; one of nobody's keeps none, one in doubt is left out."""
        named = [await self._named(row, channel) for row in rows]
        return [row for row in named if row is not None]

    async def _named(self, row: Row, channel: Channel) -> Row | None:
        if row.order:
            return row
        if row.id not in self._known:
            reply = await channel.find(row.id)
            if reply.kind is Kind.REJECTED:  # there is no such thing
                self._known[row.id] = ("", row.id)
            elif reply.payments:
                found = reply.payments[0]
                self._known[row.id] = (found.order_id, found.id)
            else:
                return None
        order, payment = self._known[row.id]
        return replace(row, order=order, payment=payment)
