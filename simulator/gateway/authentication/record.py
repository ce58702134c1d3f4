"""One challenge: what the payer was asked for, and what has come of it so far."""

from __future__ import annotations

from math import inf

import msgspec

from simulator.gateway.authentication.result import AuthResult
from simulator.gateway.directives import Challenge
from simulator.gateway.model import Method


class Send(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One message with a code, number `n` from 1, sent at `at` (wall seconds).

    It arrives at `arrives`, or never if that is None; `refused` says that it was not even sent, for
    such a number gets no codes. `astray` reaches somebody else's phone. The code itself is never
    kept: see `codes`.
    """

    n: int
    via: str
    at: float
    arrives: float | None = None
    refused: bool = False
    astray: bool = False

    @property
    def took(self) -> float:
        """Seconds on its way; infinity for ever."""
        return inf if self.arrives is None else self.arrives - self.at

    def is_there(self, wall: float) -> bool:
        """Whether the payer has it by now."""
        return self.arrives is not None and self.arrives <= wall and not self.astray


class Authentication(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="authentication"
):
    """A payer is to prove who pays for `payment`; or whose the `method` is that a dialect sets up.

    What it is set up for is the `resource`, and there is no payment; it ends by itself at
    `settles_at`, where otherwise the payment does.

    `challenge` says how it is to go. `begun` is wall seconds of the account's clock; `operation`
    and `attempt` are those of the charge that waits, by which its fates are drawn. `wrong` counts
    codes that were not good, `fails` device checks that failed; `acted` says that the payer has
    done anything at all, `problem` what was wrong the last time. A code has `digits` digits.
    `phone` and `email` are masked.
    """

    id: str
    channel: str
    order: str
    payment: str
    result: AuthResult
    challenge: Challenge
    begun: float
    seed: int = 0
    digits: int = 6
    operation: str = "authorize"
    attempt: int = 1
    ways: tuple[str, ...] = ()
    sends: tuple[Send, ...] = ()
    wrong: int = 0
    fails: int = 0
    acted: bool = False
    problem: str | None = None
    phone: str | None = None
    email: str | None = None
    return_url: str | None = None
    resource: str | None = None
    method: Method | None = None
    settles_at: float | None = None

    @property
    def type(self) -> str:
        """What is asked for: three_ds, otp, biometric or redirect."""
        return self.result.type

    @property
    def expires(self) -> float:
        """When it ends by itself, in wall seconds."""
        return self.begun if self.result.expires is None else self.result.expires

    @property
    def last(self) -> Send | None:
        """The last message that was really sent."""
        return next((send for send in reversed(self.sends) if not send.refused), None)


class Lock(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="lock"):
    """Whoever typed too many wrong codes gets no more of them until `until` (wall seconds).

    Its id is `lock:`, the channel, and the trace of who that is.
    """

    id: str
    channel: str
    order: str
    until: float
