"""The gateway's side of a history, by the references it was given, and how orders own them.

Orders join payments by the order book's `payment_ids`, else by what the merchant's own rule says
(see `naming`), else by reference: the order `ord` owns the
references `ord`, `ord-…` and `ord_…`, and of several orders that fit, the one with the longest
name does, for names hold hyphens themselves. Of two orders that claim one payment, the one that
owns its reference gets it, else the one that stands first in the book.

An order is what a shopper placed. Where any shopper came, the book's rows find their orders in the
same way, so a shop that makes a second order of a second try does not split the shopper's order in
two. A row that finds none is an order that nobody placed, and a row of another run is none here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from simulator.gateway import things
from simulator.gateway.model import Payment, Refund, Status
from simulator.journal.entry import Commit, Delivery, Exchange, Order, Run
from simulator.journal.knowledge import Outages, learn
from simulator.journal.lives import Capture, Loss, Notice, OrderLife, PaymentLife, RefundLife
from simulator.journal.naming import Names
from simulator.journal.rows import together

_Order = TypeVar("_Order")


def owner(reference: str, orders: Mapping[str, _Order]) -> _Order | None:
    """The order that owns a reference of the gateway: the longest of those that fit, or None."""
    at = len(reference)
    while at > 0:
        found = orders.get(reference[:at])
        if found is not None:
            return found
        at = max(reference.rfind("-", 0, at), reference.rfind("_", 0, at))
    return None


def file_rows(
    rows: Iterable[Order], orders: dict[str, OrderLife], run: Run | None, *, all_came: bool
) -> None:
    """Give the book's rows to their orders, and make those that nobody placed.

    `all_came` says that every arrival was recorded: else a row without one proves nothing.
    """
    placed = {name: order for name, order in orders.items() if order.arrival}
    for row in rows:
        home = orders.get(row.order) or owner(row.order, placed)
        if home is None:
            if placed and run and not row.order.startswith(f"{run.run}-"):
                continue
            home = orders[row.order] = OrderLife(row.order, unplaced=bool(placed) and all_came)
        home.rows.append(row)
    for order in orders.values():
        order.row = together(order.rows, order.arrival)


class References:
    """What the gateway did, by reference, until it is joined to the orders."""

    def __init__(self) -> None:
        self.names = Names()
        self._lives: dict[str, OrderLife] = {}
        self._payments: dict[str, PaymentLife] = {}
        self._refunds: dict[str, RefundLife] = {}

    def commit(self, line: Commit) -> None:
        """Take in a change of state."""
        self.names.learn(line)
        self._life(line.order).commits.append(line)
        for payment in line.payments:
            self._change(payment, line)
        for refund in line.refunds:
            self._give_back(refund, line.mono)
        for thing in line.things:
            if isinstance(thing, things.Notice):
                self._life(thing.order).notices.append(_told(thing, line.mono))

    def exchange(self, line: Exchange) -> None:
        """Take in an exchange; one about nothing that is known belongs to no order."""
        life = self._about(line.order, line.payment)
        if life is not None:
            life.exchanges.append(line)

    def delivery(self, line: Delivery) -> None:
        """Take in a try to deliver a webhook."""
        life = self._about(line.order, line.payment)
        if life is not None:
            life.deliveries.append(line)

    def join(self, orders: Mapping[str, OrderLife], outages: Outages) -> tuple[OrderLife, ...]:
        """Hand everything over to its order; what belongs to none comes back."""
        claims = _claims(orders)
        strays = []
        for life in self._lives.values():
            learn(life, outages)
            stray = self._hand_over(life, orders, claims)
            if stray is not None:
                strays.append(stray)
        for order in (*orders.values(), *strays):
            order.payments.sort(key=lambda payment: payment.states[0][0])
            order.exchanges.sort(key=lambda exchange: exchange.mono)
            order.notices.sort(key=lambda notice: notice.at)
        return tuple(strays)

    def _hand_over(
        self,
        life: OrderLife,
        orders: Mapping[str, OrderLife],
        claims: Mapping[str, list[OrderLife]],
    ) -> OrderLife | None:
        """Give a reference's lines to their orders; return what belongs to none."""
        named = self.names.order_of(life.id)
        by_name = (owner(named, orders) if named else None) or owner(life.id, orders)
        claimed = [order for each in life.payments for order in claims.get(each.id, ())]
        home = by_name or (claimed[0] if claimed else None)
        stray = OrderLife(life.id)
        for payment in life.payments:
            claimants = claims.get(payment.id, [])
            chosen = claimants[0] if claimants and home not in claimants else home
            (chosen or stray).payments.append(payment)
        (home or stray).exchanges.extend(life.exchanges)
        (home or stray).deliveries.extend(life.deliveries)
        (home or stray).commits.extend(life.commits)
        (home or stray).notices.extend(life.notices)
        return stray if stray.payments or stray.exchanges else None

    def _life(self, reference: str) -> OrderLife:
        life = self._lives.get(reference)
        if life is None:
            life = self._lives[reference] = OrderLife(reference)
        return life

    def _about(self, reference: str, payment: str | None) -> OrderLife | None:
        if not reference:
            known = self._payments.get(payment or "")
            reference = known.reference if known else ""
        return self._life(reference) if reference else None

    def _change(self, payment: Payment, line: Commit) -> None:
        life = self._payments.get(payment.id)
        if life is None:
            life = self._payments[payment.id] = _born(payment, line.exchange)
            self._life(payment.order).payments.append(life)
        if not life.states or life.states[-1][1] is not payment.status:
            life.states.append((line.mono, payment.status))
        taken = payment.amount_captured - sum(capture.amount for capture in life.captures)
        if taken:
            life.captures.append(Capture(line.mono, taken))
        gone = payment.amount_reversed + payment.amount_disputed
        lost = gone - sum(loss.amount for loss in life.losses)
        if lost:
            life.losses.append(Loss(line.mono, lost))
        life.failure, life.booking = payment.failure, payment.booking
        held = payment.amount_authorized if payment.status is Status.AUTHORIZED else 0
        if held != (life.holds[-1][1] if life.holds else 0):
            life.holds.append((line.mono, held))

    def _give_back(self, refund: Refund, mono: float) -> None:
        life = self._refunds.get(refund.id)
        if life is None:
            life = RefundLife(
                refund.id,
                refund.payment,
                refund.channel,
                refund.amount,
                refund.currency,
                refund.reference,
            )
            self._refunds[refund.id] = life
            paid = self._payments.get(refund.payment)
            if paid is not None:
                paid.refunds.append(life)
        if not life.changes or life.changes[-1][1] is not refund.status:
            life.changes.append((mono, refund.status))


def _told(notice: things.Notice, mono: float) -> Notice:
    return Notice(
        mono,
        notice.via,
        notice.message,
        notice.reason,
        notice.next_step,
        notice.delivered,
    )


def _born(payment: Payment, exchange: str) -> PaymentLife:
    return PaymentLife(
        payment.id,
        payment.order,
        payment.channel,
        payment.amount,
        payment.currency,
        payment.method.type,
        payment.method.token,
        exchange,
        payment.resource,
    )


def _claims(orders: Mapping[str, OrderLife]) -> dict[str, list[OrderLife]]:
    """Who claims a payment, by its id, in the order of the book."""
    claims: dict[str, list[OrderLife]] = {}
    for order in orders.values():
        for payment in dict.fromkeys(each for row in order.rows for each in row.payment_ids or ()):
            claims.setdefault(payment, []).append(order)
    return claims
