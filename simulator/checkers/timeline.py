"""One order's own lines, oldest first, in a few words each: the evidence of a finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from simulator.journal.entry import Answer, Delivery, Exchange
from simulator.journal.history import History
from simulator.journal.lives import Notice, OrderLife, PaymentLife
from simulator.money import Money

#: Lines of one timeline; of a longer one the middle is left out.
LENGTH: Final = 60

_Row = tuple[float, str, str]


def timeline(order: OrderLife, history: History) -> list[dict[str, Any]]:
    """Rows of `at` (seconds from the start of the run), `source` and `what`."""
    rows = sorted(_rows(order), key=lambda row: row[0])
    shown = [
        {"at": history.since_start(at), "source": source, "what": what} for at, source, what in rows
    ]
    if len(shown) <= LENGTH:
        return shown
    half = LENGTH // 2
    left_out = {
        "at": shown[half]["at"],
        "source": "history",
        "what": f"{len(shown) - LENGTH} more lines",
    }
    return [*shown[:half], left_out, *shown[-half:]]


def _rows(order: OrderLife) -> Iterator[_Row]:
    if order.arrival:
        price = Money(order.arrival.amount, order.arrival.currency)
        yield order.arrival.mono, "client", f"shopper orders for {price}"
    for answer in order.answers:
        yield answer.mono, "client", _answer(answer)
    for exchange in order.exchanges:
        yield exchange.mono, "gateway", _exchange(exchange)
    for payment in order.payments:
        yield from _payment(payment)
    for delivery in order.deliveries:
        yield delivery.mono, "gateway", _delivery(delivery)
    for notice in order.notices:
        yield notice.at, "gateway", _notice(notice)
    if order.shopper:
        yield order.shopper.mono, "client", f"shopper leaves: {order.shopper.result}"
    for row in order.rows:
        price, back = Money(row.amount, row.currency), Money(row.amount_refunded, row.currency)
        name = "" if row.order == order.id else f"{row.order} "
        text = f"book: {name}{row.status}, {price}, fulfilled {row.fulfilled}, refunded {back}"
        yield row.mono, "merchant", text


def _payment(payment: PaymentLife) -> Iterator[_Row]:
    for at, status in payment.states:
        amount = payment.captured(at) or payment.held(at) or payment.amount
        text = f"{payment.id} on {payment.channel}: {status}, {Money(amount, payment.currency)}"
        yield at, "gateway", text
    for loss in payment.losses:
        moved = Money(abs(loss.amount), payment.currency)
        way = "taken back" if loss.amount > 0 else "given back again"
        yield loss.at, "gateway", f"{payment.id}: {moved} {way} by a reversal or dispute"
    for refund in payment.refunds:
        back = Money(refund.amount, refund.currency)
        for at, stage in refund.changes:
            yield at, "gateway", f"refund {refund.id} of {payment.id}: {stage}, {back}"


def _notice(notice: Notice) -> str:
    told = f"{notice.reason or 'no reason'}, next step {notice.next_step or 'none'}"
    return f"payer told by {notice.via}: {told}{'' if notice.delivered else '; not delivered'}"


def _answer(answer: Answer) -> str:
    said = answer.said or answer.error or (f"HTTP {answer.code}" if answer.code else "no answer")
    return f"shop answers {answer.request}: {said}"


def _exchange(exchange: Exchange) -> str:
    reply = f"{exchange.status}" if exchange.status else "no answer"
    if exchange.sent == "partial":
        reply += " in part"
    told = exchange.told or ", ".join(exchange.shown) or exchange.failure
    words = [exchange.operation, "on", exchange.channel, "->", reply]
    words += [f"({told})"] if told else []
    words += ["replayed"] if exchange.replay else []
    words += [f"key {exchange.key}"] if exchange.key else []
    words += [f"[{hit.rule}: {hit.fault}]" for hit in exchange.hits]
    words.append(f"took {exchange.mono - exchange.received:.3f} s")
    return " ".join(words)


def _delivery(delivery: Delivery) -> str:
    kind = "webhook" if delivery.genuine else "forged webhook"
    end = f"HTTP {delivery.status}" if delivery.status else (delivery.error or "not sent")
    hits = "".join(f" [{hit.rule}: {hit.fault}]" for hit in delivery.hits)
    where = f" to {delivery.endpoint}" if delivery.endpoint else ""
    told = delivery.name or delivery.type
    return f"{kind} {told}{where} try {delivery.attempt} -> {end}{hits}"
