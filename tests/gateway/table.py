"""Runs a text table against the pure domain: one operation a row, the expected end last.

    authorize  a  ord_1  1000 USD             -> captured
    refund     a  400                         -> succeeded   captured 1000 refunded 400
    wait       7                              -> done        all that falls due happens
    money      a                              -> captured 1000 400 0 0   refunded reversed disputed

The second word names the payment (`a`, `b`); `!` before the end marks a refusal by its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from simulator.gateway.charges import settle
from simulator.gateway.commands import (
    AcceptDispute,
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreatePayment,
    CreateRefund,
    FindPayments,
    RetrievePayment,
    SubmitEvidence,
)
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import (
    Befall,
    ChargeTwice,
    Decline,
    Directive,
    FailRefund,
    Linger,
    SettleLater,
    Stale,
    TakeOther,
    TakePart,
)
from simulator.gateway.model import Aftermath, Method, Payment, Refund, RefundStatus, Status
from simulator.gateway.outcomes import (
    Declined,
    OrderClosed,
    PaymentList,
    PaymentOutcome,
    RefundOutcome,
    Refused,
    ThingOutcome,
    Unknown,
)
from simulator.gateway.refunds import arrive
from simulator.gateway.things import Dispute, Thing
from simulator.gateway.timers import ring, settles_at
from simulator.ids import IdSource
from simulator.journal.entry import Commit
from simulator.stores.memory import MemoryStore

CARD = Method("card", "tok_visa_DE_1", "visa", "DE", "0001")
DIRECTIVES: dict[str, Directive] = {
    "decline": Decline("insufficient_funds"),
    "twice": ChargeTwice(),
    "later": SettleLater(6.0),
    "later-failed": SettleLater(6.0, Status.FAILED),
    "later-processing": SettleLater(6.0, Status.PROCESSING),
    "stale": Stale(),
    "half": TakePart(Fraction(1, 2)),
    "at-most-300": TakePart(Fraction(1, 2), 300),
    "other": TakeOther(Fraction(4, 5)),
    "reversed": Befall(6.0, Aftermath("reversal")),
    "disputed": Befall(6.0, Aftermath("dispute", "fraudulent", 60.0)),
    "lingers": Linger(6.0),
    "comes-back": FailRefund(6.0, "account_closed", RefundStatus.PENDING),
    "done-and-back": FailRefund(6.0, "account_closed", RefundStatus.SUCCEEDED),
}


class Desk:
    """A store, a clock and names for payments; applies what is decided."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.channel = self.store.channel("primary")
        self.ids = IdSource("t")
        self.wall = 1_000.0
        self.names: dict[str, str] = {}
        self.seq = 0

    def do(self, command: Command, directive: Directive | None = None) -> Decision:
        """Decide and apply, with the ledger's checks."""
        context = Context(self.channel, directive, self.wall, self.ids)
        decision = decide(command, context)
        self.apply(decision, command.operation)
        return decision

    def settle(self, name: str) -> Decision:
        """Perform the late effect of a payment."""
        context = Context(self.channel, None, self.wall, self.ids)
        decision = settle(self.payment(name), context)
        self.apply(decision, "settle")
        return decision

    def arrive(self, refund: str) -> Decision:
        """Let a pending refund reach the payer."""
        pending = self.channel.refund(refund)
        assert pending is not None
        decision = arrive(pending, Context(self.channel, None, self.wall, self.ids))
        self.apply(decision, "settle")
        return decision

    def ring(self, seconds: float) -> None:
        """Let time pass, and all that happens by itself in it happen, in its order."""
        until = self.wall + seconds
        while (due := min(self._due(), default=until + 1)) <= until:
            self.wall = max(self.wall, due)
            for thing in self._waiting():
                if settles_at(thing) == due:
                    context = Context(self.channel, None, self.wall, self.ids)
                    self.apply(ring(thing, context), "settle")
                    break
        self.wall = until

    def _due(self) -> Iterator[float]:
        return (at for thing in self._waiting() if (at := settles_at(thing)) is not None)

    def _waiting(self) -> list[Payment | Refund | Thing]:
        """Everything to which something may happen by itself."""
        payments = list(self.channel.payments())
        refunds = [each for pay in payments for each in self.channel.refunds_of(pay.id)]
        return [*payments, *refunds, *self.channel.disputes()]

    def apply(self, decision: Decision, operation: str) -> None:
        """Put a decision into the store, as a commit."""
        self.seq += 1
        commit = Commit(
            source="gateway",
            wall=self.wall,
            mono=self.wall,
            seq=self.seq,
            channel="primary",
            operation=operation,
            order="",
            payments=decision.payments,
            refunds=decision.refunds,
            postings=decision.postings,
            events=decision.events,
            things=decision.things,
            closed=decision.closed,
        )
        self.store.check(commit)
        self.store.apply(commit)

    def payment(self, name: str) -> Payment:
        """The payment behind a name of the table."""
        payment = self.channel.payment(self.names[name])
        assert payment is not None
        return payment


def run(table: str) -> Desk:
    """Run every row; an end that differs is an AssertionError that shows the row."""
    desk = Desk()
    for row in filter(None, map(str.strip, table.splitlines())):
        asked, _, expected = (part.strip() for part in row.partition("->"))
        got = _perform(desk, asked.split())
        assert got == " ".join(expected.split()), f"\n  row:      {row}\n  but got:  {got}"
    return desk


def _perform(desk: Desk, words: list[str]) -> str:
    verb, *rest = words
    directive = None
    if rest and rest[-1].startswith("+"):
        directive = DIRECTIVES[rest.pop()[1:]]
    if verb in ("authorize", "hold", "create"):
        name, order, amount, currency = rest
        command = CreatePayment(
            order=order,
            amount=int(amount),
            currency=currency,
            method=CARD,
            confirm=verb != "create",
            capture="manual" if verb == "hold" else "automatic",
        )
        decision = desk.do(command, directive)
        if decision.payments:
            desk.names[name] = decision.payments[0].id
        return _end(decision)
    if verb == "settle":
        return _end(desk.settle(rest[0]))
    if verb == "wait":
        desk.ring(float(rest[0]))
        return "done"
    if verb == "money":
        paid = desk.payment(rest[0])
        gone = (paid.amount_refunded, paid.amount_reversed, paid.amount_disputed)
        return " ".join(map(str, (paid.shown, paid.amount_captured, *gone)))
    return _end(desk.do(_command(desk, verb, rest), directive))


def _command(desk: Desk, verb: str, rest: list[str]) -> Command:
    if verb in ("accept", "defend"):
        dispute = desk.payment(rest[0]).dispute or "none"
        evidence = (("notes", "delivered"),)
        return AcceptDispute(dispute) if verb == "accept" else SubmitEvidence(dispute, evidence)
    subject = desk.names.get(rest[0], rest[0])
    amount = int(rest[1]) if len(rest) > 1 else None
    match verb:
        case "confirm":
            return ConfirmPayment(subject)
        case "capture":
            return CapturePayment(subject, amount)
        case "cancel":
            return CancelPayment(subject)
        case "close":
            return CancelOrder(subject)
        case "refund":
            return CreateRefund(subject, amount, rest[2] if len(rest) > 2 else None)
        case "transfer":
            return CreateRefund(subject, amount, None, "bank_transfer")
        case "get":
            return RetrievePayment(subject)
        case "find":
            return FindPayments(subject)
        case _:
            raise ValueError(verb)


def _end(decision: Decision) -> str:
    match decision.outcome:
        case Refused(reason):
            return f"!{reason}"
        case Declined(_, failure):
            return f"declined {failure}"
        case Unknown():
            return "unknown"
        case ThingOutcome(Dispute() as dispute):
            return f"{dispute.status} {dispute.amount}"
        case RefundOutcome(refund):
            return f"{refund.status} {refund.amount}"
        case PaymentList(payments) | OrderClosed(_, payments):
            return " ".join(str(payment.shown) for payment in payments) or "none"
        case PaymentOutcome(payment):
            return f"{payment.shown} {payment.amount_captured} {payment.amount_refunded}"
