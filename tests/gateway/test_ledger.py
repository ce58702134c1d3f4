"""The invariants of money, held against random lives and against forged commits."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from simulator.errors import InvariantViolation
from simulator.gateway import disputes
from simulator.gateway.commands import (
    CancelOrder,
    CancelPayment,
    CapturePayment,
    CreatePayment,
    CreateRefund,
)
from simulator.gateway.decision import Context
from simulator.gateway.disputes import OpenDispute
from simulator.gateway.ledger import DISPUTE, FEES, HOLD, MERCHANT, Ledger, check
from simulator.gateway.model import Aftermath, Payment, Posting, Refund, Status
from simulator.gateway.statements import day_of, rows_of
from simulator.gateway.things import Dispute
from simulator.profiles.profile import PLAIN
from simulator.profiles.rules import Disputes
from tests.gateway.table import CARD, DIRECTIVES, Desk

PAID = Payment(
    id="pay_1",
    order="o",
    channel="primary",
    status=Status.CAPTURED,
    amount=1000,
    currency="USD",
    method=CARD,
    amount_authorized=1000,
    amount_captured=1000,
)
COSTLY = msgspec.structs.replace(PLAIN, disputes=Disputes(fee={"EUR": 1500}))
DISPUTED = Aftermath("dispute", "fraudulent")
SALE = Posting("payer", "merchant", 1000, "USD")


class GatewayLife(RuleBasedStateMachine):
    """Any sequence of commands and directives leaves the books in order."""

    payments = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.pending: list[Refund] = []

    @rule(
        target=payments,
        order=st.sampled_from(["o1", "o2", "o3"]),
        amount=st.integers(1, 5000),
        directive=st.sampled_from([None, *DIRECTIVES.values()]),
        capture=st.sampled_from(["automatic", "manual"]),
    )
    def create(self, order: str, amount: int, directive: object, capture: str) -> str:
        """A charge, with any fate."""
        command = CreatePayment(
            order=order, amount=amount, currency="EUR", method=CARD, capture=capture
        )
        decision = self.desk.do(command, directive)  # type: ignore[arg-type]
        return decision.payments[0].id if decision.payments else "pay_none"

    @rule(
        payment=payments,
        amount=st.none() | st.integers(1, 6000),
        directive=st.sampled_from([None, *DIRECTIVES.values()]),
    )
    def capture(self, payment: str, amount: int | None, directive: object) -> None:
        """A capture of any amount, with any fate."""
        self.desk.do(CapturePayment(payment, amount), directive)  # type: ignore[arg-type]

    @rule(payment=payments)
    def cancel(self, payment: str) -> None:
        """A void."""
        self.desk.do(CancelPayment(payment))

    @rule(order=st.sampled_from(["o1", "o2", "o3"]))
    def close(self, order: str) -> None:
        """A tombstone."""
        self.desk.do(CancelOrder(order))

    @rule(
        payment=payments,
        amount=st.none() | st.integers(1, 6000),
        directive=st.sampled_from([None, *DIRECTIVES.values()]),
    )
    def refund(self, payment: str, amount: int | None, directive: object) -> None:
        """A refund of any amount, at once or pending."""
        decision = self.desk.do(CreateRefund(payment, amount), directive)  # type: ignore[arg-type]
        self.pending += [each for each in decision.refunds if each.settles_at is not None]

    @rule()
    def arrive(self) -> None:
        """The oldest pending refund reaches its payer."""
        if self.pending:
            self.desk.arrive(self.pending.pop(0).id)

    @rule(payment=payments, won=st.booleans())
    def dispute(self, payment: str, won: bool) -> None:
        """A payer disputes, or a bank decides on what is disputed."""
        found = self.desk.channel.payment(payment)
        if found is None:
            return
        context = Context(self.desk.channel, None, self.desk.wall, self.desk.ids, profile=COSTLY)
        dispute = self.desk.channel.thing(found.dispute or "")
        if isinstance(dispute, Dispute):
            decision = disputes.close(dispute, context, won=won)
        else:
            decision = disputes.open_by_hand(OpenDispute(payment, DISPUTED), context)
        self.desk.apply(decision, "dispute")

    @rule(seconds=st.sampled_from([1.0, 7.0, 100.0, 700_000.0]))
    def wait(self, seconds: float) -> None:
        """Everything that falls due happens."""
        self.pending.clear()
        self.desk.ring(seconds)

    @rule(payment=payments)
    def settle(self, payment: str) -> None:
        """A late effect, where one is due."""
        found = self.desk.channel.payment(payment)
        if found is not None and found.settles_at is not None and found.told is not None:
            self.desk.names["x"] = payment
            self.desk.settle("x")

    @invariant()
    def debits_equal_credits(self) -> None:
        """The sum over all accounts is zero, and the merchant holds what the payments say."""
        ledger = self.desk.store.ledger
        assert set(ledger.totals().values()) <= {0}
        every = list(self.desk.channel.payments())
        net = sum(payment.left for payment in every)
        held = sum(
            payment.amount_authorized for payment in every if payment.status is Status.AUTHORIZED
        )
        held += sum(payment.lingers for payment in every)
        cases = self.desk.channel.disputes()
        fees = sum(dispute.fee for dispute in cases)
        assert ledger.balance(MERCHANT, "EUR") == net - fees
        assert ledger.balance(FEES, "EUR") == fees
        assert ledger.balance(HOLD, "EUR") == held
        assert ledger.balance(DISPUTE, "EUR") == sum(
            dispute.amount for dispute in cases if not dispute.over
        )

    @invariant()
    def statements_tell_the_whole_story(self) -> None:
        """The rows of all days add up to what the merchant has; none stands twice."""
        days = range(day_of(self.desk.wall) + 1)
        rows = [row for day in days for row in rows_of(day, self.desk.channel)]
        assert len({(row.type, row.id) for row in rows}) == len(rows)
        assert sum(row.amount for row in rows) == self.desk.store.ledger.balance(MERCHANT, "EUR")


TestGatewayLife = GatewayLife.TestCase
TestGatewayLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize(
    ("changes", "postings", "words"),
    [
        ({}, (), "do not tell the story"),
        ({}, (SALE, SALE), "do not tell the story"),
        ({"amount_captured": 1001}, (SALE,), "captured more"),
        ({"amount_refunded": 1001}, (SALE,), "gave back more"),
        ({"status": Status.FAILED}, (SALE,), "took money"),
        ({"amount_reversed": 1001}, (SALE,), "lost more"),
        ({"amount_disputed": -1}, (SALE,), "lost more"),
        ({"amount_reversed": 600, "amount_disputed": 600}, (SALE,), "lost more"),
        ({"lingers": 1000}, (SALE,), "lingers"),
        (
            {"status": Status.AUTHORIZED, "amount_authorized": 0, "amount_captured": 0},
            (),
            "without",
        ),
    ],
)
def test_a_commit_that_breaks_the_books_is_caught(
    changes: dict[str, object], postings: tuple[Posting, ...], words: str
) -> None:
    """Payments and postings that contradict each other, or the rules, never get through."""
    forged = msgspec.structs.replace(PAID, **changes)
    with pytest.raises(InvariantViolation, match=words):
        check((forged,), (None,), (), postings)


def test_a_sound_commit_passes() -> None:
    """The same check lets a plain sale through."""
    check((PAID,), (None,), (), (SALE,))


@pytest.mark.parametrize("bad", [Posting("a", "a", 5, "USD"), Posting("a", "b", 0, "USD")])
def test_a_posting_must_move_money(bad: Posting) -> None:
    """A posting to itself or of nothing is our bug."""
    with pytest.raises(InvariantViolation):
        Ledger().post([bad])
