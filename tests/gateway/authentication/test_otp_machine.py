"""Whatever a payer does with codes, in whatever order and however late: one charge at most."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from simulator.gateway.authentication.result import AuthStatus
from simulator.gateway.commands import CancelPayment
from simulator.gateway.directives import Challenge, ChargeTwice, Decline, Directive
from simulator.gateway.model import Status
from simulator.profiles.method import Proof
from simulator.profiles.rules import Otp
from tests.gateway.authentication.payers import WAITS, World, profile

_RULES = Otp(attempts=4, sends=4, expires=60.0, resend_after=20.0, session=200.0, lock=0.0)
_ASKED = st.builds(
    Challenge,
    st.just(Proof.OTP),
    st.sampled_from(["ok", "ok", "ok", "never", "late", "wrong_number", "virtual_number"]),
    by=st.sampled_from([(), ("sms",)]),
    code=st.sampled_from(["ok", "ok", "ok", "ok", "refused", "expired"]),
    after=st.sampled_from([None, 5.0, 90.0]),
)
_CHARGE: st.SearchStrategy[Directive | None] = st.sampled_from(
    [None, None, Decline("insufficient_funds")]
)


class Codes(RuleBasedStateMachine):
    """A payer, a clock, and a model of what should count."""

    @initialize(asked=_ASKED)
    def pay(self, asked: Challenge) -> None:
        """The charge that waits for a code."""
        self.world = World(profile(otp=_RULES))
        self.asked = asked
        self.sent_at = self.world.wall
        self.begun = self.world.wall
        self.wrong = 0
        self.proved = False
        self.world.pay(asked)

    @property
    def waits(self) -> bool:
        """Whether the page is still open, timer or no timer."""
        return self.world.payment.status is WAITS and self.world.wall < self.begun + 200

    @rule(seconds=st.sampled_from([0.5, 20.0, 20.0, 39.5, 60.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        """The clock goes on; whether the timer rings in time is another matter."""
        self.world.wall += seconds

    @rule(via=st.sampled_from([None, "sms", "voice", "email"]))
    def resend(self, via: str | None) -> None:
        """Ask for another message."""
        before = len(self.world.authentication.sends)
        waits = self.waits
        outcome = self.world.act("resend", via=via)
        sends = self.world.authentication.sends
        assert len(sends) - before in (0, 1)
        assert len(sends) <= _RULES.sends
        if len(sends) > before:
            assert waits
            if not sends[-1].refused:
                self.sent_at = self.world.wall
        else:
            assert outcome.problem in ("resend_too_soon", "no_more_codes", "over", "wrong_action")

    @rule(charge=_CHARGE, hesitates=st.sampled_from([True, True, False]))
    def submit_the_newest(self, charge: Directive | None, *, hesitates: bool) -> None:
        """Type the code of the newest message, whether it arrived or not; some do not dare yet."""
        if hesitates:
            return
        good = self.waits and self.asked.code == "ok" and self._has_code()
        good = good and self.world.wall < self.sent_at + _RULES.expires
        waits = self.waits
        self.world.act("submit_code", self._newest(), charge=charge)
        if good:
            self.proved = True
        elif waits:
            self.wrong += 1

    @rule(n=st.integers(0, 3))
    def submit_another(self, n: int) -> None:
        """Type the code of an older message, or one out of thin air."""
        sends = [each for each in self.world.authentication.sends if not each.refused]
        older = sends[:-1]
        code = self.world.code(older[n].n) if n < len(older) else self._none()
        if code == self._newest():
            return
        if self.waits:
            self.wrong += 1
        problem = self.world.act("submit_code", code).problem
        assert problem in ("otp_incorrect", "otp_attempts_exceeded", "over") or self.proved

    @rule(typed=st.sampled_from(["", "12", "1234567", "no code"]))
    def submit_no_code(self, typed: str) -> None:
        """Type what cannot be one: it is told so, and costs nothing."""
        problem = self.world.act("submit_code", typed).problem
        assert problem in ("code_malformed", "over") or self.proved

    @rule(how=st.sampled_from(["stays"] * 9 + ["leaves", "is_canceled", "is_late"]))
    def it_ends(self, how: str) -> None:
        """Most stay; some close the page, some shops cancel, and sometimes the time is up."""
        if self.world.payment.status is not WAITS:
            return
        match how:
            case "leaves":
                self.world.act("cancel")
            case "is_canceled":
                self.world.do(CancelPayment(self.world.payment.id))
            case "is_late":
                self.world.expire()

    @invariant()
    def at_most_one_charge(self) -> None:
        """Money moves once, and only for who has proved it."""
        if not hasattr(self, "world"):
            return
        taken = [commit for commit in self.world.commits if commit.postings]
        assert len(taken) <= 1
        assert self.world.charged in (0, 1000)
        if taken:
            assert self.proved
            assert self.world.payment.status is Status.CAPTURED

    @invariant()
    def the_books_of_both_agree(self) -> None:
        """Payment and page tell the same story, and end once."""
        if not hasattr(self, "world"):
            return
        payment, page = self.world.payment, self.world.authentication
        assert payment.authentication == page.result
        assert (payment.status is WAITS) == (page.result.status is AuthStatus.PENDING)
        assert page.wrong == self.wrong
        assert page.wrong <= _RULES.attempts
        ends = [each for each in self.world.events if each != "payment.requires_action"]
        assert len(ends) == (payment.status is not WAITS)

    def _has_code(self) -> bool:
        return self.world.authentication.last is not None

    def _newest(self) -> str:
        last = self.world.authentication.last
        return "000000" if last is None else self.world.code(last.n)

    def _none(self) -> str:
        """What could be the code, but is not."""
        return f"{(int(self._newest()) + 1) % 10**6:06}"


Codes.TestCase.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
TestCodes = Codes.TestCase


def test_two_charges_need_an_order_to_charge_twice() -> None:
    """The counter-case: a scenario that charges twice does so behind a code, too."""
    world = World()
    world.pay(Challenge(Proof.OTP))
    world.act("submit_code", world.code(), charge=ChargeTwice())
    assert world.charged == 2000
