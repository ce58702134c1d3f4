"""Shoppers at the gateway's own pages, on a clock that only waiting moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from arrivals import Ramp
from browsing import Telephone, telephone
from challenges import Challenge, mistyped
from habits import Manner
from personas import Cast
from plans import Plan, Traffic
from scenes import Reply, Sample, Scene
from visits import Visit

from simulator.clock import VirtualClock
from simulator.dialects.dialect import Request
from simulator.dialects.native import authentication
from simulator.gateway.directives import Challenge as Asked
from simulator.gateway.outcomes import AuthenticationOutcome
from simulator.journal.entry import Line, Shopper
from simulator.profiles.method import Proof
from tests.gateway.authentication.payers import World

CAST = Cast(3, {"de_DE": 1.0}, {"card": 1.0})
THREE_DS = Asked(Proof.THREE_DS, "challenge")


class Street:
    """A gateway's page, a telephone and a shop, each as far away as the others."""

    def __init__(self, asked: Asked, habit: str = "", *, phone: bool = True) -> None:
        self.clock = VirtualClock()
        self.world = World()
        self.world.pay(asked)
        self.page = self.world.authentication.result.url or ""
        self.acts: list[str] = []
        self.lines: list[Line] = []
        self.samples: list[Sample] = []
        self.broken: Callable[[int], Reply | None] = lambda _: None
        self._began = self.clock.monotonic()
        traffic = Traffic(personas={"de_DE": 1.0}, habits={habit: 1.0} if habit else {})
        phases = (msgspec.convert({"lasts": 1, "from": 1, "to": 1}, Ramp),)
        plan = Plan(run="r1", seed=3, shop="http://shop.test", phases=phases, traffic=traffic)
        self.scene = Scene(
            plan=plan, cast=CAST, host=Shop(self), clock=self.clock, rest=self.rest,
            aside=self.aside, record=self.lines.append, report=self.samples.append,
            browser=self, telephone=self if phone else None,
        )  # fmt: skip

    def send(
        self, method: str, url: str, body: bytes = b"", *, within: float, headers: str = ""
    ) -> Reply:
        """The gateway's page."""
        assert url == self.page
        broken = self.broken(len(self.samples))
        if broken is not None:
            return broken
        path = url.removeprefix("http://gateway")
        request = Request(method, path, {}, body, "application/json", None)
        self.world.wall = 1_000.0 + self.clock.monotonic() - self._began
        command = authentication.parse(request, [path.rpartition("/")[2]])
        if body:
            self.acts.append(msgspec.json.decode(body)["action"])
        outcome = self.world.do(command).outcome
        assert isinstance(outcome, AuthenticationOutcome)
        reply = authentication.reply(outcome, self.world.rules)
        return Reply(reply.status, reply.body)

    def codes(self, payment: str) -> list[str]:
        """The telephone."""
        assert payment == self.world.payment.id
        self.world.wall = 1_000.0 + self.clock.monotonic() - self._began
        return self.world.inbox()

    def rest(self, seconds: float) -> bool:
        """Let time pass."""
        self.clock.advance(seconds)
        return False

    def aside(self, do: Callable[[], None]) -> Callable[[], None]:
        """Do it when its end is waited for."""
        return do

    def take(self) -> str:
        """Shopper 1 goes to the page; what became of the payment."""
        Challenge(self.scene, 1, Manner(self.scene.plan, 1), self.page).take()
        return str(self.world.payment.status)


class Shop:
    """Says what the gateway says, and names the page while it waits."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self.asked: list[str] = []

    def send(self, request: str, body: bytes = b"", *, within: float, headers: str = "") -> Reply:
        """Paid, failed, or pending with the page."""
        self.asked.append(request)
        payment = self._street.world.payment
        said = {"captured": "paid", "failed": "failed"}.get(str(payment.status), "pending")
        action = {"type": "three_ds", "url": self._street.page} if said == "pending" else None
        return Reply(200, msgspec.json.encode({"status": said, "next_action": action}))


def otp(result: str = "ok", **fields: Any) -> Asked:
    """The order to ask for a code."""
    return Asked(Proof.OTP, result, **fields)


@pytest.mark.parametrize(
    ("asked", "acts", "status"),
    [
        (THREE_DS, ["approve"], "captured"),
        (Asked(Proof.REDIRECT), ["approve"], "captured"),
        (Asked(Proof.THREE_DS, "rejected"), None, "failed"),
        (Asked(Proof.THREE_DS, "decoupled"), [], "requires_action"),
        (otp(), ["submit_code"], "captured"),
        (otp("late", after=3.0), ["submit_code"], "captured"),
        (otp("never", by=("sms",)), ["resend", "submit_code"], "captured"),
        (otp("virtual_number"), ["resend", "resend", "submit_code"], "captured"),
        (otp("never"), ["resend", "resend"], "requires_action"),
        (Asked(Proof.BIOMETRIC), ["approve_biometric"], "captured"),
        (
            Asked(Proof.BIOMETRIC, "fails"),
            ["approve_biometric", "approve_biometric", "use_code", "submit_code"],
            "captured",
        ),
        (
            Asked(Proof.BIOMETRIC, "fails", fallback=False),
            ["approve_biometric", "approve_biometric"],
            "requires_action",
        ),
    ],
)
def test_what_a_shopper_does(asked: Asked, acts: list[str] | None, status: str) -> None:
    """Approves, or types the code that comes; asks for another by another way if none does."""
    if acts is None:
        world = World()
        assert world.pay(asked).status == status
        return
    street = Street(asked)
    assert street.take() == status
    assert street.acts == acts


@pytest.mark.parametrize(
    ("habit", "acts", "status"),
    [
        ("abandon_challenge", [], "requires_action"),
        ("mistype_code", ["submit_code", "submit_code"], "captured"),
        ("double_click", ["submit_code", "submit_code"], "captured"),
        ("give_up", ["submit_code"], "captured"),
    ],
)
def test_habits_at_the_page(habit: str, acts: list[str], status: str) -> None:
    """Some leave, some mistype, some click twice; nobody pays twice."""
    street = Street(otp(), habit)
    assert street.take() == status
    assert street.acts == acts
    assert street.world.charged in (0, 1000)


@pytest.mark.parametrize("code", ["111111", "000009", "482913"])
def test_a_slip_of_the_finger_is_a_code(code: str) -> None:
    """As many digits, one of them wrong: the gateway counts it as a try."""
    typed = mistyped(code)
    assert typed != code
    assert (len(typed), typed.isdecimal()) == (len(code), True)


def test_nobody_clicks_before_thinking() -> None:
    """A human being needs a moment for each click."""
    street = Street(THREE_DS)
    began = street.clock.monotonic()
    street.take()
    assert 0.8 <= street.clock.monotonic() - began <= 2.5


def test_without_a_telephone_there_is_no_code() -> None:
    """The shopper leaves; the payment waits."""
    street = Street(otp(), phone=False)
    assert street.take() == "requires_action"


def test_a_refused_code_is_not_typed_for_ever() -> None:
    """Another message, then another way, then the shopper has had enough."""
    street = Street(otp(code="refused"))
    assert street.take() == "requires_action"
    assert street.acts == ["submit_code", "resend", "submit_code", "resend", "submit_code"]


@pytest.mark.parametrize(
    "trouble", [Reply(error="timeout"), Reply(502, b"<html>"), Reply(200, b'{"oops": 1}')]
)
def test_a_page_that_does_not_answer_is_loaded_again(trouble: Reply) -> None:
    """The answer to the click was lost: loaded again, the page tells that all is done."""
    street = Street(THREE_DS)
    street.broken = lambda n: trouble if n in (0, 2) else None
    assert street.take() == "captured"
    assert [sample.kind for sample in street.samples] == ["GET", "GET", "POST", "GET", "POST"]
    assert street.samples[0].error is not None


def test_a_page_that_never_answers_is_left() -> None:
    """Three times are enough."""
    street = Street(THREE_DS)
    street.broken = lambda _: Reply(error="timeout")
    assert street.take() == "requires_action"
    assert len(street.samples) == 3


def test_the_shopper_comes_back_to_the_shop() -> None:
    """Ordered, sent to the page, back, and told paid."""
    street = Street(THREE_DS)
    Visit(street.scene, 1, street.clock.monotonic()).run()
    [left] = [line for line in street.lines if isinstance(line, Shopper)]
    assert left.result == "paid"
    shop = street.scene.host
    assert isinstance(shop, Shop)
    assert shop.asked == ["POST /orders", "GET /orders/r1-1"]


def test_a_page_is_gone_to_once() -> None:
    """Who left it does not come back to it, but waits for the shop until patience ends."""
    street = Street(THREE_DS, "abandon_challenge")
    Visit(street.scene, 1, street.clock.monotonic()).run()
    [left] = [line for line in street.lines if isinstance(line, Shopper)]
    assert left.result == "pending"
    assert [sample.name for sample in street.samples].count("/pay") == 1


class Desk:
    """A control API that answers with these, and remembers what it was asked."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.asked: list[tuple[str, str]] = []

    def send(
        self, method: str, url: str, body: bytes = b"", *, within: float, headers: str = ""
    ) -> Reply:
        """The reply."""
        self.asked.append((f"{method} {url}", headers))
        return self._reply


@pytest.mark.parametrize(
    ("reply", "codes"),
    [
        (
            Reply(200, b'{"data": [{"code": "111111"}, {"code": null}, {"code": "2"}]}'),
            ["111111", "2"],
        ),
        (Reply(200, b'{"data": []}'), []),
        (Reply(200, b"<html>"), []),
        (Reply(401, b'{"error": {}}'), []),
        (Reply(error="timeout"), []),
    ],
)
def test_the_telephone_reads_the_inbox(reply: Reply, codes: list[str]) -> None:
    """With the token, for one payment; trouble there is no message here."""
    desk = Desk(reply)
    phone = Telephone(desk, "http://c:1/", "drill", "t0ken")
    assert phone.codes("pay_1") == codes
    assert desk.asked == [
        ("GET http://c:1/accounts/drill/inbox?payment=pay_1", "Authorization: Bearer t0ken\r\n")
    ]


@pytest.mark.parametrize(("control", "token"), [("", "t"), ("http://c", "")])
def test_nobody_has_a_telephone_without_address_and_token(control: str, token: str) -> None:
    """Both are needed."""
    plan = msgspec.structs.replace(Street(THREE_DS).scene.plan, control=control)
    assert telephone(Desk(Reply()), plan, token) is None
