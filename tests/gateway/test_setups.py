"""Setting a card up: its payer proves whose it is, and no money moves."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from simulator.cards import from_token
from simulator.gateway import setups
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthStatus
from simulator.gateway.commands import Authenticate, ShowAuthentication
from simulator.gateway.decide import decide
from simulator.gateway.decision import Decision
from simulator.gateway.directives import Challenge, Decline
from simulator.gateway.model import Status
from simulator.gateway.outcomes import AuthenticationOutcome, PaymentOutcome, Refused
from simulator.gateway.setups import Setup
from simulator.gateway.subject import subject_of
from simulator.gateway.testcards import method_of
from simulator.gateway.timers import may_move_money, ring
from simulator.profiles.method import Proof
from tests.gateway.authentication.payers import World

SECURE = "pm_card_authenticationRequired"


def wanted(token: str = SECURE, **more: Any) -> Setup:
    """A card that is to be set up."""
    return Setup(resource="seti_1", channel="primary", method=method_of(from_token(token)), **more)


def opened(world: World, setup: Setup | None = None) -> str:
    """A challenge that waits for its payer: its id."""
    begun = setups.begin(setup or wanted(), world.context())
    assert begun.challenge is not None
    world.apply(
        Decision(PaymentOutcome(setups.stand_in(begun.challenge)), things=(begun.challenge,)),
        "create",
    )
    return begun.challenge.id


def proof(world: World, name: str) -> Authentication:
    """The authentication as it is now."""
    found = world.channel.thing(name)
    assert isinstance(found, Authentication)
    return found


def told(decision: Decision) -> list[str]:
    """What a decision tells."""
    return [each.type for each in decision.events]


@pytest.mark.parametrize(
    ("token", "more", "asked"),
    [
        ("pm_card_visa", {}, False),
        ("pm_card_visa", {"prove": True}, True),
        ("tok_3ds_frictionless_DE_1", {}, True),
    ],
)
def test_what_needs_no_page(token: str, more: dict[str, bool], asked: bool) -> None:
    """A card that wants no proof, or whose bank takes no part in it or asks nothing."""
    begun = setups.begin(wanted(token, **more), World().context())
    assert (begun.challenge, begun.failure, setups.was_asked(begun)) == (None, None, asked)


def test_a_bank_that_says_no_at_once() -> None:
    """There is no page then, but a failure."""
    begun = setups.begin(wanted("tok_3ds_rejected_DE_1"), World().context())
    assert (begun.challenge, begun.failure) == (None, "authentication_rejected")


@pytest.mark.parametrize(
    ("action", "status", "event", "failure"),
    [
        ("approve", AuthStatus.SUCCEEDED, setups.SUCCEEDED, None),
        ("reject", AuthStatus.FAILED, setups.FAILED, "authentication_failed"),
        ("cancel", AuthStatus.FAILED, setups.FAILED, "authentication_abandoned"),
    ],
)
def test_what_the_payer_does(
    action: str, status: AuthStatus, event: str, failure: str | None
) -> None:
    """It ends the authentication, tells of it once, and moves nothing."""
    world = World()
    name = opened(world)
    decision = world.do(Authenticate(name, action))
    assert told(decision) == [event]
    assert (decision.payments, decision.postings) == ((), ())
    assert (proof(world, name).result.status, proof(world, name).problem) == (status, failure)
    assert proof(world, name).settles_at is None
    outcome = decision.outcome
    assert isinstance(outcome, AuthenticationOutcome)
    assert (outcome.payment.resource, outcome.payment.amount) == ("seti_1", 0)
    again = world.do(Authenticate(name, action))
    assert told(again) == []
    assert not list(world.channel.payments())


def test_nobody_comes() -> None:
    """When the time is up it has failed by itself; nobody's money waited for that."""
    world = World()
    name = opened(world)
    waiting = proof(world, name)
    assert waiting.settles_at == world.wall + 600
    assert not may_move_money(waiting)
    world.wall += 600
    decision = ring(waiting, world.context())
    assert told(decision) == [setups.FAILED]
    world.apply(decision, "settle")
    assert proof(world, name).problem == "authentication_abandoned"


def test_whoever_comes_too_late() -> None:
    """An approval after that is none, though the timer has not rung."""
    world = World()
    name = opened(world)
    world.wall += 601
    outcome = world.do(Authenticate(name, "approve")).outcome
    assert isinstance(outcome, AuthenticationOutcome)
    assert outcome.problem == "over"
    assert proof(world, name).result.status is AuthStatus.FAILED


def test_called_off_by_the_merchant() -> None:
    """What is called off cannot be approved, and what is over cannot be called off."""
    world = World()
    name = opened(world)
    over = setups.called_off(name, world.context())
    assert over is not None
    world.apply(Decision(PaymentOutcome(setups.stand_in(over)), things=(over,)), "cancel")
    assert setups.stand_in(over).status is Status.CANCELED
    assert told(world.do(Authenticate(name, "approve"))) == []
    assert setups.called_off(name, world.context()) is None


def test_no_fault_of_a_charge_strikes_it() -> None:
    """Neither a decline nor a challenge that is ordered for charges."""
    world = World()
    for directive in (Decline("lost_card"), Challenge(Proof.THREE_DS, "rejected")):
        begun = setups.begin(wanted("pm_card_visa"), world.context(directive))
        assert (begun.challenge, begun.failure) == (None, None)


def test_at_its_page_and_nowhere_else() -> None:
    """Scenarios see who looks at it, and no order; another channel does not know it."""
    world = World()
    name = opened(world, wanted(order="o7", return_url="https://shop.example/"))
    command = ShowAuthentication(name)
    outcome = world.do(command).outcome
    assert isinstance(outcome, AuthenticationOutcome)
    assert outcome.payment.return_url == "https://shop.example/"
    assert subject_of(command, world.channel, world.wall).order == "o7"
    elsewhere = world.store.channel("backup")
    there = decide(command, replace(world.context(), snapshot=elsewhere))
    assert isinstance(there.outcome, Refused)
