"""Approval on the payer's own device, and at pages of others."""

from __future__ import annotations

import pytest

from simulator.gateway.directives import Challenge
from simulator.gateway.model import Status
from simulator.profiles.method import Kind, MethodRule, Proof
from tests.gateway.authentication.payers import WAITS, WALLET, World, profile


def asked(result: str = "ok", **fields: object) -> Challenge:
    """The order to ask for an approval."""
    return Challenge(Proof.BIOMETRIC, result, **fields)  # type: ignore[arg-type]


def test_an_approval_charges() -> None:
    """The payer has two minutes, and approves."""
    world = World()
    assert world.pay(asked(), method=WALLET).status is WAITS
    assert world.authentication.expires == world.wall + 120
    assert world.act("approve_biometric").payment.status is Status.CAPTURED
    assert world.act("approve_biometric").problem is None
    assert world.charged == 1000


def test_a_failing_check_can_be_repeated_and_leads_to_a_code() -> None:
    """Five failed checks, then only the code is left; its page has a time of its own."""
    world = World()
    world.pay(asked("fails"))
    problems = [world.act("approve_biometric").problem for _ in range(6)]
    assert problems == ["biometric_failed"] * 5 + ["wrong_action"]
    world.wall += 100
    told = world.act("use_code")
    assert (told.authentication.type, told.payment.status) == ("otp", WAITS)
    assert world.payment.settles_at == world.wall + 900
    assert world.submit().payment.status is Status.CAPTURED
    assert world.payment.authentication is not None
    assert world.payment.authentication.type == "otp"


def test_a_lock_holds_for_the_code_to_fall_back_on() -> None:
    """Who has typed too many wrong codes gets none here either, but may approve."""
    world = World()
    world.pay(Challenge(Proof.OTP))
    for _ in range(5):
        world.submit("482913")
    world.pay(asked(), order="o2")
    assert world.act("use_code").problem == "otp_attempts_exceeded"
    assert world.act("approve_biometric").payment.status is Status.CAPTURED


def test_without_a_code_to_fall_back_on_it_fails() -> None:
    """The fifth failed check is the end of the payment."""
    world = World()
    world.pay(asked("fails", fallback=False))
    assert world.act("use_code").problem == "wrong_action"
    for _ in range(5):
        told = world.act("approve_biometric")
    assert told.payment.failure == "biometric_failed"


def test_a_device_that_cannot_be_reached_leaves_the_code() -> None:
    """The approval never comes; the code does."""
    world = World()
    world.pay(asked("unavailable"))
    assert world.act("approve_biometric").problem == "no_answer"
    world.act("use_code", via="email")
    assert world.authentication.sends[0].via == "email"
    assert world.submit().payment.status is Status.CAPTURED


@pytest.mark.parametrize(
    ("result", "tries", "failure"),
    [
        ("ok", 0, "authentication_abandoned"),
        ("fails", 1, "biometric_failed"),
        ("unavailable", 0, "authentication_timeout"),
    ],
)
def test_time_is_up(result: str, tries: int, failure: str) -> None:
    """What the payer met decides what it is called."""
    world = World()
    world.pay(asked(result))
    for _ in range(tries):
        world.act("approve_biometric")
    assert world.expire().failure == failure


@pytest.mark.parametrize(
    ("action", "failure"),
    [("reject", "biometric_failed"), ("cancel", "authentication_abandoned")],
)
def test_a_payer_who_will_not(action: str, failure: str) -> None:
    """The payment fails."""
    world = World()
    world.pay(asked())
    assert world.act(action).payment.failure == failure


def test_a_fault_can_fail_a_single_check() -> None:
    """It strikes the one approval that is given then."""
    world = World()
    world.pay(asked())
    assert world.act("approve_biometric", directive=asked("fails")).problem == "biometric_failed"
    assert world.act("approve_biometric").payment.status is Status.CAPTURED


@pytest.mark.parametrize(
    ("action", "status", "failure"),
    [
        ("approve", "captured", None),
        ("reject", "failed", "authentication_failed"),
        ("cancel", "failed", "customer_cancelled"),
    ],
)
def test_a_redirect_is_approved_or_not(action: str, status: str, failure: str | None) -> None:
    """The page of whoever runs the method; it lasts as long as the method gives its payers."""
    ideal = MethodRule(
        type="wallet", kind=Kind.BANK_REDIRECT, authentication=Proof.REDIRECT, time_limit=1800.0
    )
    world = World(profile(methods=(ideal,)))
    assert world.pay(method=WALLET).status is WAITS
    assert world.authentication.expires == world.wall + 1800
    told = world.act(action)
    assert (told.payment.status, told.payment.failure) == (status, failure)


def test_a_redirect_that_nobody_follows_expires() -> None:
    """Fifteen minutes where the method gives no time of its own."""
    ideal = MethodRule(type="wallet", kind=Kind.BANK_REDIRECT, authentication=Proof.REDIRECT)
    world = World(profile(methods=(ideal,)))
    world.pay(method=WALLET)
    assert world.authentication.expires == world.wall + 900
    assert world.expire().failure == "payment_expired"
