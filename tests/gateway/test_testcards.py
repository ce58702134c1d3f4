"""Test cards: what they do to a charge, and what befalls their money; both ways."""

from __future__ import annotations

import msgspec
import pytest

from simulator import cards
from simulator.gateway import disputes
from simulator.gateway.commands import CapturePayment, CreatePayment, CreateRefund
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import (
    Befall,
    ChargeTwice,
    Directive,
    FailRefund,
    SettleLater,
    TakePart,
)
from simulator.gateway.ledger import DISPUTE, FEES, MERCHANT
from simulator.gateway.model import Aftermath, Refund, RefundStatus, Status
from simulator.gateway.outcomes import Declined, RefundOutcome, Refused
from simulator.gateway.testcards import (
    LATER,
    SOON,
    method_of,
    method_without_payer,
    of_charge,
    of_refund,
)
from simulator.gateway.things import Dispute, DisputeStatus
from simulator.profiles.profile import PLAIN
from simulator.profiles.rules import Disputes
from tests.gateway.table import DIRECTIVES, Desk


def pay(
    desk: Desk, name: str, directive: Directive | None = None, capture: str = "automatic"
) -> Decision:
    """A payment of 1000 by the card of this name; it is payment `a`."""
    method = method_of(cards.from_token(f"pm_card_{name}"))
    command = CreatePayment(
        order="o", amount=1000, currency="USD", method=method, confirm=True, capture=capture
    )
    decision = desk.do(command, directive)
    desk.names["a"] = decision.payments[0].id
    return decision


def refund(desk: Desk, amount: int, directive: Directive | None = None) -> Refund:
    """Give some of payment `a` back."""
    outcome = desk.do(CreateRefund(desk.names["a"], amount), directive).outcome
    assert isinstance(outcome, RefundOutcome)
    return outcome.refund


def status_of(desk: Desk, known: Refund) -> RefundStatus:
    """How a refund stands now."""
    now = desk.channel.refund(known.id)
    assert now is not None
    return now.status


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("createDispute", "fraudulent"),
        ("createDisputeProductNotReceived", "product_not_received"),
    ],
)
def test_a_dispute_right_after_the_charge(name: str, reason: str) -> None:
    """The charge goes through; a second later its money is withdrawn."""
    desk = Desk()
    pay(desk, name)
    assert desk.channel.disputes() == ()
    assert desk.payment("a").amount_captured == 1000

    desk.ring(SOON)

    (found,) = desk.channel.disputes()
    assert (found.reason, found.amount, found.inquiry) == (reason, 1000, False)
    assert desk.payment("a").amount_disputed == 1000


@pytest.mark.parametrize("name", ["visa", "pendingRefund", "refundFail", "bypassPending"])
def test_other_cards_keep_their_money(name: str) -> None:
    """Nothing befalls the charge."""
    desk = Desk()
    pay(desk, name)
    desk.ring(60.0)
    assert desk.channel.disputes() == ()
    assert desk.payment("a").aftermath is None


def test_what_is_held_is_disputed_once_it_is_taken() -> None:
    """An authorization has no money that could be disputed."""
    desk = Desk()
    pay(desk, "createDispute", capture="manual")
    desk.ring(60.0)
    assert desk.payment("a").status is Status.AUTHORIZED

    desk.do(CapturePayment(desk.names["a"], 600))
    desk.ring(SOON)

    (found,) = desk.channel.disputes()
    assert found.amount == 600


@pytest.mark.parametrize(
    ("directive", "disputed"),
    [
        (TakePart(DIRECTIVES["half"].share), True),  # type: ignore[union-attr]
        (SettleLater(2.0, Status.PROCESSING), True),
        (Befall(2.0, Aftermath("reversal")), False),
        (ChargeTwice(), False),
    ],
)
def test_a_scenario_beats_the_card(directive: Directive, disputed: bool) -> None:
    """What it lets befall the money comes in place of the card's own; how it is taken need not."""
    desk = Desk()
    pay(desk, "createDispute", directive)
    desk.ring(60.0)
    assert bool(desk.channel.disputes()) is disputed


def test_an_inquiry_takes_nothing() -> None:
    """It asks, and is over without a word; the statement has nothing of it."""
    desk = Desk()
    pay(desk, "createDisputeInquiry")
    desk.ring(SOON)

    (asked,) = desk.channel.disputes()
    assert (asked.inquiry, asked.amount, asked.fee) == (True, 1000, 0)
    assert desk.payment("a").dispute == asked.id
    assert desk.payment("a").amount_disputed == 0

    desk.ring(asked.evidence_due)
    (over,) = desk.channel.disputes()
    assert over.status is DisputeStatus.WON
    assert desk.store.ledger.balance(MERCHANT, "USD") == 1000
    assert desk.store.ledger.balance(DISPUTE, "USD") == 0


def _inquiry(wins: str = "with_evidence") -> tuple[Desk, Dispute, Context]:
    """An open inquiry at a gateway that takes a fee for disputes."""
    desk = Desk()
    pay(desk, "visa", Befall(SOON, Aftermath("inquiry", "fraudulent", 60.0, wins)))
    desk.ring(SOON)
    profile = msgspec.structs.replace(PLAIN, disputes=Disputes(fee={"USD": 150}))
    (asked,) = desk.channel.disputes()
    return desk, asked, Context(desk.channel, None, desk.wall, desk.ids, profile=profile)


def test_an_inquiry_that_becomes_a_dispute() -> None:
    """Then the money is withdrawn, with the fee; it cannot become one twice."""
    desk, asked, context = _inquiry()
    decision = disputes.escalate(asked, context)
    desk.apply(decision, "dispute")

    (real,) = desk.channel.disputes()
    assert (real.id, real.inquiry, real.fee) == (asked.id, False, 150)
    assert [event.type for event in decision.events] == ["dispute.opened"]
    balance = desk.store.ledger.balance
    assert (balance(MERCHANT, "USD"), balance(FEES, "USD")) == (-150, 150)
    assert isinstance(disputes.escalate(real, context).outcome, Refused)

    desk.apply(disputes.close(real, context, won=True), "dispute")
    assert balance(MERCHANT, "USD") == 850


def test_an_inquiry_at_a_bank_that_goes_on() -> None:
    """Without a word of the merchant it becomes a dispute; of money that is gone, it does not."""
    desk, _, _ = _inquiry("never")
    desk.ring(61.0)
    (real,) = desk.channel.disputes()
    assert (real.inquiry, real.over, real.amount) == (False, False, 1000)

    desk, _, _ = _inquiry("never")
    refund(desk, 1000)
    desk.ring(61.0)
    (over,) = desk.channel.disputes()
    assert (over.inquiry, over.status) == (True, DisputeStatus.WON)


def test_an_inquiry_that_is_accepted() -> None:
    """Nothing was withdrawn, so nothing is lost."""
    desk, asked, context = _inquiry()
    desk.apply(disputes.close(asked, context, won=False), "dispute")
    assert desk.channel.disputes()[0].status is DisputeStatus.LOST
    assert desk.store.ledger.balance(MERCHANT, "USD") == 1000


def test_an_early_fraud_warning() -> None:
    """The issuer tells, no money moves, and no dispute follows."""
    desk = Desk()
    pay(desk, "createIssuerFraudRecord")
    assert desk.payment("a").suspected_at == 0.0
    desk.ring(60.0)
    assert desk.payment("a").suspected_at == 1_000.0 + SOON
    assert desk.channel.disputes() == ()
    assert desk.store.ledger.balance(MERCHANT, "USD") == 1000


def test_a_refund_that_is_pending_then_succeeds() -> None:
    """Each refund of this card takes its time."""
    desk = Desk()
    pay(desk, "pendingRefund")
    first, second = refund(desk, 400), refund(desk, 600)
    assert {first.status, second.status} == {RefundStatus.PENDING}
    desk.ring(LATER)
    assert {status_of(desk, first), status_of(desk, second)} == {RefundStatus.SUCCEEDED}
    assert desk.payment("a").amount_refunded == 1000


def test_a_refund_that_succeeds_then_fails() -> None:
    """The money is the merchant's again."""
    desk = Desk()
    pay(desk, "refundFail")
    known = refund(desk, 400)
    assert known.status is RefundStatus.SUCCEEDED
    assert desk.payment("a").amount_refunded == 400
    desk.ring(LATER)
    assert status_of(desk, known) is RefundStatus.FAILED
    assert desk.payment("a").amount_refunded == 0
    assert desk.store.ledger.balance(MERCHANT, "USD") == 1000


def test_a_bank_transfer_reaches_whoever_has_no_card_any_more() -> None:
    """The card's fate is the card's."""
    desk = Desk()
    pay(desk, "refundFail")
    asked = CreateRefund(desk.names["a"], 400, route="bank_transfer")
    outcome = desk.do(asked).outcome
    assert isinstance(outcome, RefundOutcome)
    desk.ring(60.0)
    assert status_of(desk, outcome.refund) is RefundStatus.SUCCEEDED


def test_a_scenario_beats_the_card_for_refunds() -> None:
    """What it says of the refund holds."""
    desk = Desk()
    pay(desk, "pendingRefund")
    known = refund(desk, 400, FailRefund(2.0, "lost_card", RefundStatus.SUCCEEDED))
    assert known.status is RefundStatus.SUCCEEDED
    desk.ring(60.0)
    assert status_of(desk, known) is RefundStatus.FAILED


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("visa", None),
        ("visa_chargeDeclined", "generic_decline"),
        ("chargeCustomerFail", "generic_decline"),
        ("radarBlock", "risk_blocked"),
        ("riskLevelHighest", "risk_blocked"),
        ("riskLevelElevated", None),
        ("cvcCheckFail", "incorrect_cvc"),
        ("avsFail", None),
    ],
)
def test_charges(name: str, failure: str | None) -> None:
    """Declined, or not."""
    outcome = pay(Desk(), name).outcome
    assert (outcome.failure if isinstance(outcome, Declined) else None) == failure


def test_a_security_code_that_was_not_given_is_not_wrong() -> None:
    """Other failures do not ask for it."""
    wrong = cards.from_number("4000000000000127")
    assert method_of(wrong).failure == "incorrect_cvc"
    assert method_of(wrong, cvc=False).failure is None
    assert method_of(cards.from_number("4000000000009995"), cvc=False).failure is not None


@pytest.mark.parametrize(
    ("name", "set_up", "failure"),
    [
        ("visa", False, None),
        ("authenticationRequired", False, "authentication_required"),
        ("authenticationRequired", True, "authentication_required"),
        ("authenticationRequiredOnSetup", False, "authentication_required"),
        ("authenticationRequiredOnSetup", True, None),
        ("authenticationRequiredSetupForOffSession", False, None),
        (
            "authenticationRequiredChargeDeclinedInsufficientFunds",
            False,
            "authentication_required",
        ),
        ("authenticationRequiredChargeDeclinedInsufficientFunds", True, "insufficient_funds"),
        ("threeDSecure2Required", True, "authentication_required"),
    ],
)
def test_without_the_payer(name: str, set_up: bool, failure: str | None) -> None:
    """Nobody can be asked: what wants a proof is refused, where it was not given before."""
    method = method_without_payer(cards.from_token(f"pm_card_{name}"), set_up=set_up)
    assert (method.failure, method.proof) == (failure, None)

    command = CreatePayment(
        order="o", amount=1000, currency="USD", method=method, confirm=True, capture="automatic"
    )
    outcome = Desk().do(command).outcome
    assert (outcome.failure if isinstance(outcome, Declined) else None) == failure


def test_a_card_that_knows_no_3d_secure_goes_on_without() -> None:
    """Where the merchant wants a proof, it gets none, and the liability stays with it."""
    desk = Desk()
    for name, shifted in (("amex", False), ("mastercard", True)):
        method = method_of(cards.from_token(f"pm_card_{name}"))
        command = CreatePayment(
            order=name, amount=1000, currency="USD", method=method, confirm=True, prove=True
        )
        (payment,) = desk.do(command).payments
        assert payment.status is Status.CAPTURED
        assert payment.authentication is not None
        assert payment.authentication.liability_shift is shifted


def test_fates_by_name() -> None:
    """What says nothing of a charge, or of a refund, does nothing to it."""
    assert of_charge("refund:pending") is None
    assert of_charge("available") is None
    assert of_charge("inquiry:general") == Befall(SOON, Aftermath("inquiry", "general"))
    disputed = method_of(cards.from_token("pm_card_createDispute"))
    assert of_refund(disputed) is None
    assert of_refund(method_of(cards.from_token("pm_card_pendingRefund"))) == SettleLater(LATER)
