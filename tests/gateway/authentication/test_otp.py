"""One-time codes: messages that arrive or do not, codes that are right, wrong, old or too many."""

from __future__ import annotations

import msgspec
import pytest

from simulator.gateway.authentication import otp
from simulator.gateway.authentication.result import AuthStatus
from simulator.gateway.directives import Challenge
from simulator.gateway.model import Payer, Status
from simulator.profiles.method import Proof
from simulator.profiles.rules import Otp
from tests.gateway.authentication.payers import WAITS, WALLET, World, profile

WRONG = "482913"


def asked(result: str = "ok", **fields: object) -> Challenge:
    """The order to ask for a code."""
    return Challenge(Proof.OTP, result, **fields)  # type: ignore[arg-type]


def test_the_code_of_the_message_charges_once() -> None:
    """Six digits arrive at once by SMS; typed, they pay, and typed again, they pay nothing more."""
    world = World()
    assert world.pay(asked()).status is WAITS
    [code] = world.inbox()
    assert len(code) == 6
    assert code.isdecimal()
    told = world.submit(f" {code[:3]} {code[3:]} ")
    assert (told.payment.status, told.problem) == ("captured", None)
    assert world.submit(code).problem is None
    assert world.charged == 1000
    assert world.payment.authentication is not None
    assert world.payment.authentication.eci is None


@pytest.mark.parametrize("typed", ["48", "4829130", "abcdef", "٤٨٢٩١٣", "48-291", ""])
def test_what_is_no_code_costs_no_try(typed: str) -> None:
    """As many digits as were sent, or it is told to be no code; faults and locks do not see it."""
    world = World()
    world.pay(asked())
    for _ in range(6):
        told = world.act("submit_code", typed, directive=asked(code="refused"))
        assert (told.problem, told.authentication.wrong) == ("code_malformed", 0)
    assert world.submit().payment.status is Status.CAPTURED


def test_a_profile_says_how_many_digits_are_a_code() -> None:
    """Four here: six are none."""
    world = World(profile(otp=Otp(digits=4)))
    world.pay(asked())
    assert world.submit(WRONG).problem == "code_malformed"
    assert world.submit(WRONG[:4]).problem == "otp_incorrect"
    assert world.submit().payment.status is Status.CAPTURED


def test_codes_are_not_kept() -> None:
    """Nothing that is committed holds the code, sent or typed."""
    world = World()
    world.pay(asked())
    code = world.code()
    world.submit(WRONG)
    world.submit(code)
    assert code not in str(world.commits)
    assert WRONG not in str(world.commits)


def test_codes_differ_by_message_payment_and_seed() -> None:
    """A code is drawn from seed, authentication and number of the message."""
    world = World()
    world.pay(asked())
    world.wall += 45
    world.act("resend")
    assert world.code(1) != world.code(2)
    first = world.code(1)
    world.pay(asked(), order="o2")
    assert world.code(1) != first


def test_a_wrong_code_says_nothing_but_that() -> None:
    """A code of an older message is wrong like any other, and each counts."""
    world = World()
    world.pay(asked())
    old = world.code()
    world.wall += 45
    assert world.act("resend").problem is None
    for code in (old, "000000", WRONG):
        told = world.submit(code)
        assert (told.payment.status, told.problem) == (WAITS, "otp_incorrect")
    assert world.authentication.wrong == 3
    assert world.look().problem == "otp_incorrect"
    assert world.submit().payment.status is Status.CAPTURED


def test_too_many_wrong_codes_end_it_and_lock_the_card() -> None:
    """The fifth wrong code fails the payment; the card gets no codes for an hour, others do."""
    world = World()
    world.pay(asked())
    problems = [world.submit(WRONG).problem for _ in range(5)]
    assert problems == ["otp_incorrect"] * 4 + ["otp_attempts_exceeded"]
    assert world.payment.failure == "otp_attempts_exceeded"
    assert world.payment.retry_after == 3600
    assert world.submit(world.code()).problem == "over"

    world.wall += 600
    assert world.pay(asked(), order="o2").failure == "otp_attempts_exceeded"
    assert world.payment.retry_after == 3000
    other = world.pay(asked(), order="o3", method=WALLET, payer=Payer("DE", id="p2"))
    assert other.status is WAITS
    world.wall += 3000
    assert world.pay(asked(), order="o4").status is WAITS
    assert world.charged == 0


def test_a_lock_is_no_business_of_another_gateway() -> None:
    """The channels are two gateways: the other one sends codes to the card."""
    world = World(profile(otp=Otp(attempts=1)))
    world.pay(asked())
    assert world.submit(WRONG).problem == "otp_attempts_exceeded"
    assert otp.locks_of(world.payment, world.channel, world.wall)
    elsewhere = msgspec.structs.replace(world.payment, channel="backup")
    assert not otp.locks_of(elsewhere, world.store.channel("backup"), world.wall)


def test_nobody_in_particular_is_not_locked() -> None:
    """A lock needs somebody whom it holds for."""
    world = World(profile(otp=Otp(attempts=1)))
    world.pay(asked(), method=WALLET, payer=None)
    assert world.submit(WRONG).problem == "otp_attempts_exceeded"
    assert world.pay(asked(), order="o2", method=WALLET, payer=None).status is WAITS


@pytest.mark.parametrize(("late", "problem"), [(599.0, None), (600.0, "otp_expired")])
def test_a_code_lives_ten_minutes(late: float, problem: str | None) -> None:
    """Right but too old is told as what it is, for another code is needed then."""
    world = World()
    world.pay(asked())
    world.wall += late
    assert world.submit().problem == problem
    if problem is not None:
        assert world.act("resend").problem is None
        assert world.submit().payment.status is Status.CAPTURED


def test_another_code_can_be_had_after_a_while_and_not_for_ever() -> None:
    """45 seconds for the same way, at once for another; five messages in all."""
    world = World()
    world.pay(asked())
    assert world.submit(WRONG).problem == "otp_incorrect"
    before = len(world.commits)
    assert world.act("resend").problem == "resend_too_soon"
    assert len(world.commits) == before
    assert world.look().problem == "otp_incorrect"
    assert world.act("resend", via="voice").problem is None
    assert world.act("resend", via="email").problem is None
    assert world.act("resend", via="email").problem == "resend_too_soon"
    for _ in range(2):
        world.wall += 45
        assert world.act("resend", via="sms").problem is None
    world.wall += 45
    assert world.act("resend").problem == "no_more_codes"
    assert [send.via for send in world.authentication.sends] == [
        "sms", "voice", "email", "sms", "sms",
    ]  # fmt: skip


def test_a_way_that_the_profile_lacks_is_refused() -> None:
    """Codes come by the ways of the profile only; the first comes by itself."""
    world = World(profile(otp=Otp(via=("email",))))
    world.pay(asked("never", by=("sms",)))
    assert world.authentication.sends[0].via == "email"
    assert world.inbox() == [world.code()]
    assert world.act("resend", via="sms").problem == "wrong_action"


@pytest.mark.parametrize("delivery", ["never", "wrong_number"])
def test_what_never_arrives_can_come_another_way(delivery: str) -> None:
    """SMS is lost; the call comes through, and its code pays."""
    world = World()
    world.pay(asked(delivery, by=("sms",)))
    assert world.inbox() == []
    world.act("resend", via="voice")
    assert world.inbox() == [world.code()]
    assert world.submit().payment.status is Status.CAPTURED


@pytest.mark.parametrize(
    ("challenge", "failure"),
    [
        (asked("never"), "otp_not_delivered"),
        (asked("late"), "otp_not_delivered"),
        (asked("wrong_number"), "phone_number_mismatch"),
        (asked(), "authentication_abandoned"),
    ],
)
def test_time_is_up(challenge: Challenge, failure: str) -> None:
    """What the payer got decides what it is called when nothing was ever typed."""
    world = World()
    world.pay(challenge)
    assert world.expire().failure == failure
    assert world.events[-1] == "payment.failed"
    assert world.charged == 0


@pytest.mark.parametrize(
    ("late", "failure"), [(10.0, "authentication_timeout"), (700.0, "otp_expired")]
)
def test_time_is_up_for_who_tried(late: float, failure: str) -> None:
    """Who typed a wrong code ran out of time; who typed an old one had an old one."""
    world = World()
    world.pay(asked())
    world.wall += late
    world.submit(WRONG if late == 10.0 else world.code())
    assert world.expire().failure == failure


def test_a_late_message_arrives_when_it_does() -> None:
    """Before its time the inbox is empty; when it comes, its code is too old."""
    world = World()
    world.pay(asked("late", after=650.0))
    world.wall += 649
    assert world.inbox() == []
    world.wall += 1
    [code] = world.inbox()
    assert world.submit(code).problem == "otp_expired"


def test_a_message_that_is_a_little_late_still_serves() -> None:
    """A minute late is no failure, but a minute."""
    world = World()
    world.pay(asked("late", after=60.0))
    world.wall += 60
    assert world.submit(world.inbox()[0]).payment.status is Status.CAPTURED


def test_a_virtual_number_gets_nothing_but_mail_does() -> None:
    """The message is refused before it is sent; a call is, too; the e-mail arrives."""
    world = World()
    world.pay(asked("virtual_number"))
    assert world.look().problem == "phone_number_mismatch"
    assert world.submit("123456").problem == "otp_incorrect"
    assert world.act("resend", via="voice").problem == "phone_number_mismatch"
    assert world.act("resend", via="email").problem is None
    assert world.submit().payment.status is Status.CAPTURED


def test_a_virtual_number_without_another_way_is_refused_at_once() -> None:
    """Where codes go to phones only, there is nobody to ask; or nobody left."""
    world = World(profile(otp=Otp(via=("sms",))))
    assert world.pay(asked("virtual_number")).failure == "phone_number_mismatch"
    world = World(profile(otp=Otp(via=("sms", "voice"))))
    assert world.pay(asked("virtual_number")).status is WAITS
    assert world.act("resend", via="voice").payment.failure == "phone_number_mismatch"


@pytest.mark.parametrize(
    ("code", "problem"), [("refused", "otp_incorrect"), ("expired", "otp_expired")]
)
def test_the_right_code_can_be_turned_away(code: str, problem: str) -> None:
    """A server that cannot tell refuses the right code, until there have been too many."""
    world = World()
    world.pay(asked(code=code))
    problems = [world.submit().problem for _ in range(5)]
    assert problems == [problem] * 4 + ["otp_attempts_exceeded"]


@pytest.mark.parametrize(
    ("directive", "heeded"), [(asked("never"), True), (Challenge(Proof.THREE_DS), False)]
)
def test_a_fault_can_lose_a_single_message(directive: Challenge, heeded: bool) -> None:
    """It strikes the message that is asked for then; the next one comes."""
    world = World()
    world.pay(asked())
    world.wall += 45
    world.act("resend", directive=directive)
    assert world.decisions[-1].unheeded is not heeded
    assert len(world.inbox()) == (1 if heeded else 2)
    world.wall += 45
    world.act("resend")
    assert world.code() == world.inbox()[-1]


def test_a_fault_is_not_performed_where_nothing_happens() -> None:
    """Too soon for another message: there is none that could be lost."""
    world = World()
    world.pay(asked())
    world.act("resend", directive=asked("never"))
    assert world.decisions[-1].unheeded


def test_a_single_code_can_be_refused() -> None:
    """It strikes the code that is typed then, and no more."""
    world = World()
    world.pay(asked())
    told = world.act("submit_code", world.code(), directive=asked(code="refused"))
    assert told.problem == "otp_incorrect"
    assert not world.decisions[-1].unheeded
    assert world.submit().payment.status is Status.CAPTURED


def test_who_leaves_has_left() -> None:
    """Cancelling at the page fails the payment."""
    world = World()
    world.pay(asked())
    assert world.act("cancel").payment.failure == "authentication_abandoned"
    assert world.authentication.result.status is AuthStatus.FAILED


@pytest.mark.parametrize("action", ["approve", "reject", "approve_biometric", "use_code"])
def test_acts_of_other_pages_are_refused(action: str) -> None:
    """They change nothing at all."""
    world = World()
    world.pay(asked())
    before = len(world.commits)
    assert world.act(action).problem == "wrong_action"
    assert len(world.commits) == before


def test_the_page_is_open_longer_than_a_code_lives() -> None:
    """Fifteen minutes; a fault may say how long."""
    world = World()
    world.pay(asked())
    assert world.authentication.expires == world.wall + 900
    world.pay(asked(expires=60.0), order="o2")
    assert world.authentication.expires == world.wall + 60
