"""Checkouts that a dialect makes for something of its own."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.gateway.commands import CreateCheckout, PayCheckout, RetrieveCheckout, ShowCheckout
from simulator.gateway.decision import Decision
from simulator.gateway.model import Method, Payer, Status
from simulator.gateway.outcomes import (
    CheckoutShown,
    PaymentOutcome,
    Reason,
    Refused,
    ThingOutcome,
)
from simulator.gateway.things import Checkout
from tests.gateway.table import CARD, Desk

WALLET = Method("wallet")


def page(desk: Desk, **wanted: object) -> Checkout:
    """A page of ten dollars."""
    command = CreateCheckout(order="o1", amount=1000, currency="USD", **wanted)  # type: ignore[arg-type]
    made = desk.do(command).outcome
    assert isinstance(made, ThingOutcome)
    assert isinstance(made.thing, Checkout)
    return made.thing


def look(desk: Desk, name: str) -> CheckoutShown:
    """What the payer sees."""
    shown = desk.do(ShowCheckout(name)).outcome
    assert isinstance(shown, CheckoutShown)
    return shown


def keep(desk: Desk, checkout: Checkout, status: str) -> None:
    """Let the page be over for good."""
    over = replace(checkout, status=status)
    desk.apply(Decision(ThingOutcome(over), things=(over,)), "cancel")


def test_payments_are_made_for_a_resource() -> None:
    """They name it, and ask for a proof if the page does."""
    desk = Desk()
    made = page(desk, resource="pi_1", prove=True)
    desk.do(PayCheckout(made.id, CARD))
    (payment,) = desk.channel.payments_of("o1")
    assert (payment.resource, payment.prove) == ("pi_1", True)


def test_only_some_methods() -> None:
    """Others are not offered; whoever sends one is asked to choose, and pays nothing."""
    desk = Desk()
    made = page(desk, methods=("card",))
    assert [offer.rule.type for offer in look(desk, made.id).offers] == ["card"]
    tried = desk.do(PayCheckout(made.id, WALLET)).outcome
    assert isinstance(tried, CheckoutShown)
    assert tried.problems == (("method", "missing"),)
    assert desk.channel.payments_of("o1") == ()
    assert isinstance(desk.do(PayCheckout(made.id, CARD)).outcome, PaymentOutcome)


def test_the_address_that_was_typed() -> None:
    """It is kept with the page, and the payer is known by it, masked."""
    desk = Desk()
    made = page(desk, asks_email=True, payer=Payer(country="DE"))
    desk.do(PayCheckout(made.id, CARD, email="li.wei@example.com"))
    (payment,) = desk.channel.payments_of("o1")
    assert payment.payer is not None
    assert (payment.payer.country, payment.payer.email) == ("DE", "l***@example.com")
    assert payment.payer.id is not None
    assert look(desk, made.id).checkout.email == "li.wei@example.com"
    assert "li.wei" not in repr(PayCheckout(made.id, CARD, email="li.wei@example.com"))


def test_one_that_is_kept_as_complete() -> None:
    """It takes nothing more, whatever its last payment is."""
    desk = Desk()
    made = page(desk)
    keep(desk, made, "complete")
    refusal = desk.do(PayCheckout(made.id, CARD)).outcome
    assert isinstance(refusal, Refused)
    assert refusal.reason is Reason.STATE_FORBIDS
    assert look(desk, made.id).checkout.status == "complete"


def test_one_that_is_kept_as_expired() -> None:
    """Its time is over before it was up."""
    desk = Desk()
    made = page(desk)
    keep(desk, made, "expired")
    refusal = desk.do(PayCheckout(made.id, CARD)).outcome
    assert isinstance(refusal, Refused)
    assert refusal.reason is Reason.CHECKOUT_EXPIRED
    now = desk.do(RetrieveCheckout(made.id)).outcome
    assert isinstance(now, ThingOutcome)
    assert isinstance(now.thing, Checkout)
    assert now.thing.status == "expired"
    assert not [each for each in desk.channel.payments_of("o1") if each.status is Status.CAPTURED]
