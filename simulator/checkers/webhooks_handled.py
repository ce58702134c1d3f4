"""Were webhooks taken for what they were?"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Annotated, ClassVar

from pydantic import Field

from simulator.checkers.checker import Checker, Finding
from simulator.checkers.evidence import Offence, finding, money, unknown
from simulator.checkers.mail import GOOD_NEWS, GOOD_STATES, Mail, came, claim
from simulator.checkers.refund_once import given_twice
from simulator.journal.entry import Delivery
from simulator.journal.history import History
from simulator.journal.knowledge import announces, tells
from simulator.journal.lives import OrderLife


class WebhooksHandled(Checker):
    """Did the merchant act once, and only, on what the gateway really said?

    False if one of these left its mark on an order:

    - a forged event: the order book lists the payment that only the forgery named, or calls the
      order paid though no payment of it ever succeeded and its shopper was not told so before;
    - an event that came more than once: the order was fulfilled more often than payments of it
      succeeded, lists a payment twice, was given back more than was owed by a refund that
      followed the second copy, or counts one refund as often as its event came;
    - events out of order: the last one that was acknowledged about a payment was not the newest,
      and the order is called what that one says while the money says otherwise;
    - a stale event (right signature, old timestamp): it was acknowledged, nothing else ever told
      the merchant of the money, and the order is paid.

    False, too, if a genuine event was never acknowledged although at least `tries` tries of it
    went out to one address; fewer may be cut short by the end of the run. Tries that met no
    listener do not count, nor do stale ones, which a merchant does well to refuse. A merchant with
    several addresses has heard of an event when one of them acknowledged it: that another never
    did is its own affair, and an event that came to two of them came twice. Unknown if nothing was
    sent, and, unless it is false by the last rule, without an order book.
    """

    name: ClassVar[str] = "webhooks_handled"

    tries: Annotated[int, Field(ge=1)] = 3

    def judge(self, history: History) -> Finding:
        """Examine what was sent about all orders."""
        mails = [mail for mail in map(Mail, history.everything) if mail.sent]
        count = sum(len(mail.sent) for mail in mails)
        if not count:
            return unknown("no webhook was delivered")
        offences = [each for mail in mails for each in self._unheard(mail)]
        if history.book_problem and not offences:
            return unknown(f"what became of orders is not known: {history.book_problem}")
        for mail in mails:
            offences += _marks(mail, history.judged)
        return finding(history, count, offences, good=_good(mails, count))

    def _unheard(self, mail: Mail) -> Iterator[Offence]:
        for copies in mail.events.values():
            fresh = _to_one(copies)
            if len(fresh) >= self.tries and not any(each.acknowledged for each in copies):
                last = fresh[-1]
                end = f"HTTP {last.status}" if last.status else (last.error or "no answer")
                what = (
                    f"{mail.order.id}: {last.name or last.type} {last.event} was sent "
                    f"{len(fresh)} times and never acknowledged; at last: {end}"
                )
                yield Offence(mail.order, "events never acknowledged", what, len(fresh))


def _to_one(copies: list[Delivery]) -> list[Delivery]:
    """What was not stale of it, to the address to which most of that went."""
    found: dict[str | None, list[Delivery]] = {}
    for each in copies:
        if not each.stale:
            found.setdefault(each.endpoint, []).append(each)
    return max(found.values(), key=len, default=[])


def _good(mails: list[Mail], count: int) -> str:
    parts = {
        "forged": sum(len(list(mail.forged)) for mail in mails),
        "repeated": sum(len(copies) - 1 for mail in mails for copies in mail.repeated),
        "out of order": sum(len(list(mail.outdated)) for mail in mails),
        "stale": sum(len(list(mail.stale)) for mail in mails),
    }
    told = ", ".join(f"{number} {kind}" for kind, number in parts.items())
    return f"{count} deliveries ({told}) left no order wrong"


def _marks(mail: Mail, judged: float) -> Iterator[Offence]:
    """What events did to an order that they should not have."""
    if mail.order.row is None:
        return
    yield from _by_forged(mail)
    yield from _by_repeated(mail, judged)
    yield from _by_outdated(mail, judged)
    yield from _by_stale(mail)


def _by_forged(mail: Mail) -> Iterator[Offence]:
    order = mail.order
    listed = set(order.row.payment_ids or ()) if order.row else set()
    real = {payment.id for payment in order.payments}
    for forged in mail.forged:
        if forged.payment in listed - real:
            what = f"{order.id} lists {forged.payment}, which only a forged event ever named"
        elif _paid_since(order, forged) and not _succeeded(order):
            what = f"{order.id} is paid by a forged {forged.type}; no payment of it succeeded"
        else:
            continue
        yield Offence(order, "orders changed by a forged event", what, order.amount or 0)
        return


def _by_repeated(mail: Mail, judged: float) -> Iterator[Offence]:
    marks = (_repeated_mark(mail.order, copies, judged) for copies in mail.repeated)
    for mark in filter(None, marks):
        yield Offence(mail.order, "orders changed by a repeated event", mark)
        return


def _repeated_mark(order: OrderLife, copies: list[Delivery], judged: float) -> str | None:
    """What an event that came more than once did, in words; None if nothing shows."""
    row, event = order.row, copies[0]
    if row is None:
        return None
    told = f"{order.id}: {event.type} {event.event} came {len(copies)} times, and"
    good = sum(1 for payment in order.payments if payment.succeeded < inf)
    if event.type in GOOD_NEWS and order.fulfilled > max(1, good):
        return f"{told} the order was fulfilled {order.fulfilled} times"
    if (row.payment_ids or ()).count(event.payment or "") > 1:
        return f"{told} the order lists {event.payment} twice"
    twice = given_twice(order, judged)
    if twice and max(refund.accepted for refund in order.refunds) >= came(copies[1]):
        return f"{told} {twice.what}"
    return _counted_twice(order, copies, told)


def _counted_twice(order: OrderLife, copies: list[Delivery], told: str) -> str | None:
    """The mark of a refund that the order book counts once for each copy of its event."""
    refund = next((each for each in order.refunds if each.id == copies[0].refund), None)
    if refund is None or order.row is None:
        return None
    given = sum(each.amount for each in order.refunds if each.accepted < inf)
    over = order.row.amount_refunded - given
    if over not in {refund.amount * number for number in range(1, len(copies))}:
        return None
    return f"{told} the order book counts {money(over, refund.currency)} too much as refunded"


def _by_outdated(mail: Mail, judged: float) -> Iterator[Offence]:
    order = mail.order
    for last, newest in mail.outdated:
        if order.row and claim(last) == order.row.status and _wrong(order, judged):
            what = (
                f"{order.id} is called {order.row.status}: {last.type} came after "
                f"{newest.type}, which is newer"
            )
            kind = "a stale event" if last.stale else "events out of order"
            yield Offence(order, f"orders changed by {kind}", what)
            return


def _wrong(order: OrderLife, judged: float) -> bool:
    """Whether the money contradicts what the order is called."""
    if order.row and order.row.status == "paid":
        taken = [order.net(judged, currency) for currency in order.currencies]
        held = [order.held(judged, currency) for currency in order.currencies]
        return not any(taken) and not any(held)
    return any(order.kept(judged, currency) > 0 for currency in order.currencies)


def _by_stale(mail: Mail) -> Iterator[Offence]:
    order = mail.order
    for stale in mail.stale:
        news = stale.type in GOOD_NEWS and stale.acknowledged
        if news and _paid_since(order, stale) and not _told_otherwise(order):
            what = f"{order.id} is paid, and a stale {stale.type} is all that ever told of it"
            yield Offence(order, "orders changed by a stale event", what)
            return


def _paid_since(order: OrderLife, delivery: Delivery) -> bool:
    """Whether the order is paid or fulfilled, and nobody was told so before the event came."""
    row = order.row
    if row is None or not (row.status == "paid" or row.fulfilled):
        return False
    return order.told_paid is None or order.told_paid >= came(delivery)


def _succeeded(order: OrderLife) -> bool:
    return any(payment.succeeded < inf for payment in order.payments)


def _told_otherwise(order: OrderLife) -> bool:
    """Whether a reply, a query or a fresh event told the merchant of money for this order."""
    for payment in order.payments:
        for state in GOOD_STATES:
            if any(tells(each, payment.id, state) for each in order.exchanges):
                return True
            if any(each.sent and announces(each, payment.id, state) for each in order.deliveries):
                return True
    return False
