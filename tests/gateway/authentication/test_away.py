"""Payers who are not there, and payments in two steps."""

from __future__ import annotations

import pytest

from simulator.gateway import charges
from simulator.gateway.directives import Challenge, Decline
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import Declined
from simulator.profiles.method import Proof
from tests.gateway.authentication.payers import World, profile

ASKED = Challenge(Proof.THREE_DS, "challenge")
SILENT = Challenge(Proof.THREE_DS, "frictionless")


def go_on(world: World, directive: Challenge | Decline | None = None) -> Payment:
    """The merchant asks for the money again, now that its payer has proved who pays."""
    world.apply(charges.go_on(world.payment, world.context(directive)), "authorize")
    return world.payment


@pytest.mark.parametrize("way", [Proof.THREE_DS, Proof.OTP, Proof.BIOMETRIC])
def test_who_is_away_cannot_be_asked(way: Proof) -> None:
    """A challenge is a decline then, and no page is made."""
    world = World()
    failed = world.pay(Challenge(way), absent=True)
    assert (failed.status, failed.failure) == (Status.FAILED, "authentication_required")
    assert failed.authentication is None
    assert not world.store.things
    assert isinstance(world.decisions[-1].outcome, Declined)
    assert not world.decisions[-1].unheeded


def test_who_is_away_need_not_notice() -> None:
    """A bank that asks nothing lets the payment go on; one that says no is heard."""
    assert World().pay(SILENT, absent=True).status is Status.CAPTURED
    refused = World().pay(Challenge(Proof.THREE_DS, "rejected"), absent=True)
    assert refused.failure == "authentication_rejected"


def test_proved_it_waits_for_the_merchant() -> None:
    """Nothing is taken and nothing expires until the merchant asks again; then it is, once."""
    world = World()
    world.pay(ASKED, two_step=True)
    assert world.act("approve").problem is None
    waiting = world.payment
    assert (waiting.status, waiting.settles_at, waiting.amount_captured) == (
        Status.REQUIRES_ACTION, None, 0,
    )  # fmt: skip
    assert waiting.authentication
    assert waiting.authentication.passed
    assert world.act("approve").problem is None  # the second click is no mistake
    assert world.payment.status is Status.REQUIRES_ACTION
    assert go_on(world).amount_captured == 1000


def test_the_second_step_meets_the_bank() -> None:
    """What is ordered for the charge strikes there; another challenge does not."""
    world = World()
    world.pay(ASKED, two_step=True)
    world.act("approve")
    assert go_on(world, Decline("insufficient_funds")).failure == "insufficient_funds"
    other = World()
    other.pay(ASKED, two_step=True)
    other.act("approve")
    assert go_on(other, ASKED).status is Status.CAPTURED


def test_what_failed_is_not_asked_for_again() -> None:
    """A payer who says no ends a payment in two steps as any other."""
    world = World()
    world.pay(ASKED, two_step=True)
    world.act("reject")
    assert world.payment.failure == "authentication_failed"


def test_a_merchant_who_is_content_without_a_challenge() -> None:
    """`quiet` lets the bank decide whether it asks; without it the payer is always challenged."""
    seen = {World().pay(prove=True, quiet=True, order=f"o{n}").status for n in range(12)}
    assert seen == {Status.CAPTURED, Status.REQUIRES_ACTION}
    loud = {World(profile()).pay(prove=True, order=f"o{n}").status for n in range(12)}
    assert loud == {Status.REQUIRES_ACTION}
