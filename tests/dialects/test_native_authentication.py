"""The page of an authentication for programs: what may be sent, and what is seen."""

from __future__ import annotations

import msgspec
import pytest

from simulator.dialects.dialect import Misread, Request
from simulator.dialects.native import authentication
from simulator.dialects.native.reading import Unrouted
from simulator.failures.catalogue import FAILURES
from simulator.failures.failure import Category
from simulator.gateway.authentication.steps import ACTIONS, Snag
from simulator.gateway.commands import Authenticate, ShowAuthentication
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof
from tests.gateway.authentication.payers import World

PATH = "/pay/shop/auth_1"


def sent(body: bytes, kind: str = "application/json", method: str = "POST") -> Request:
    """A request of the page."""
    return Request(method, PATH, {}, body, kind, None)


def test_what_can_be_asked() -> None:
    """A look, and every act that a payer can do."""
    assert authentication.parse(sent(b"", method="GET"), ["auth_1"]) == ShowAuthentication("auth_1")
    for action in ACTIONS:
        body = msgspec.json.encode({"action": action, "code": "1", "via": "sms"})
        made = authentication.parse(sent(body), ["auth_1"])
        assert made == Authenticate("auth_1", action, "1", "sms")


def test_a_command_does_not_tell_its_code() -> None:
    """Whoever logs a command logs no code."""
    assert "123456" not in repr(Authenticate("auth_1", "submit_code", "123456"))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{}", "action"),
        (b'{"action": "pay"}', "action: "),
        (b'{"action": "submit_code"}', "code: missing"),
        (b'{"action": "submit_code", "code": "  "}', "code: missing"),
        (b'{"action": "resend", "via": "pigeon"}', "via: "),
        (b'{"action": "approve", "cod": "1"}', r"cod: unknown field \(did you mean 'code'"),
        (b"approve", "not JSON"),
    ],
)
def test_mistakes_are_named(body: bytes, message: str) -> None:
    """With the place, and what was meant."""
    with pytest.raises(Misread) as caught:
        authentication.parse(sent(body), ["auth_1"])
    caught.match(message)


@pytest.mark.parametrize("rest", [[], ["auth_1", "more"]])
def test_other_addresses_are_none(rest: list[str]) -> None:
    """One page, one address."""
    with pytest.raises(Unrouted):
        authentication.parse(sent(b'{"action": "approve"}'), rest)


@pytest.mark.parametrize(
    "problem",
    [*Snag, *(row.name for row in FAILURES if row.category is Category.AUTHENTICATION)],
)
def test_every_problem_has_words_in_both_languages(problem: str) -> None:
    """Failures by the catalogue, snags by their own."""
    shown = authentication.problem_view(problem)
    assert shown is not None
    assert shown.code == problem
    assert (shown.failure is None) is (problem in list(Snag))
    assert shown.message
    assert any("\u4e00" <= letter <= "\u9fff" for letter in shown.message_zh)


def test_what_a_thief_must_not_know_is_not_told() -> None:
    """A stolen card is declined, and that is all."""
    shown = authentication.problem_view("stolen_card")
    assert shown is not None
    assert (shown.code, shown.failure) == ("generic_decline", "generic_decline")


def test_what_is_seen_of_a_code() -> None:
    """Where it went, masked, by which way, and what is left; nothing of that for 3-D Secure."""
    world = World()
    world.pay(Challenge(Proof.OTP))
    shown = authentication.view(world.look(), world.rules)
    assert (shown.via, shown.to, shown.resend_in, shown.sends_left) == ("sms", "+49*****89", 45, 4)
    world.act("resend", via="email")
    shown = authentication.view(world.look(), world.rules)
    assert (shown.via, shown.to, shown.sends_left) == ("email", "a***@example.org", 3)
    world.pay(Challenge(Proof.THREE_DS, "challenge"), order="o2")
    shown = authentication.view(world.look(), world.rules)
    assert (shown.via, shown.to, shown.resend_in, shown.digits) == (None, None, None, None)
    assert (shown.ways, shown.attempts_left) == ([], None)


@pytest.mark.parametrize(
    ("acts", "status", "kind"),
    [
        ([], 200, "pending"),
        (["approve"], 200, "succeeded"),
        (["reject"], 200, "failed"),
        (["reject", "approve"], 409, "failed"),
        (["resend"], 409, "pending"),
    ],
)
def test_status_of_the_answer(acts: list[str], status: int, kind: str) -> None:
    """What cannot be done is a conflict; all else is an answer like any other."""
    world = World()
    world.pay(Challenge(Proof.THREE_DS, "challenge"))
    outcome = world.look()
    for action in acts:
        outcome = world.act(action)
    reply = authentication.reply(outcome, world.rules)
    assert (reply.status, msgspec.json.decode(reply.body)["status"]) == (status, kind)
