"""What a fault may order the decision to do. At most one directive reaches a decision."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from simulator.gateway.model import Aftermath, RefundStatus, Status
from simulator.profiles.method import Proof


class Decline(msgspec.Struct, frozen=True, gc=False):
    """Refuse the payment with this failure of the catalogue.

    `rule` is the rule of the profile that does it. For `wait` seconds a further try is refused as
    well, and the caller is told so.
    """

    failure: str
    rule: str | None = None
    wait: float | None = None


class Review(msgspec.Struct, frozen=True, gc=False):
    """Let people look at the payment first: it is processing for `lasts` seconds.

    Then it is charged if it `approves`, else refused; unless somebody decides earlier.
    """

    lasts: float
    approves: bool
    rule: str | None = None


class ChargeTwice(msgspec.Struct, frozen=True, gc=False):
    """Take the money twice: a second payment with its own id and webhook, same order."""


class SettleLater(msgspec.Struct, frozen=True, gc=False):
    """Take the money after `after` seconds of the account's clock, or let a refund arrive then.

    `told` is what the caller hears meanwhile; None stands for "unknown", an answer that says
    nothing, with queries that say processing. A refund is told as what it is: pending.
    """

    after: float
    told: Status | None = None


class Resend(msgspec.Struct, frozen=True, gc=False):
    """Let the charge come to nothing at first, and send it again: see model.Resends.

    `tries`, `every` and `growth` of None are the profile's. `lasting` makes it go on until the
    payer's time is over.
    """

    cause: str
    ends: str | None
    tries: int | None = None
    every: float | None = None
    growth: float | None = None
    lasting: bool = False


class Stale(msgspec.Struct, frozen=True, gc=False):
    """Answer a query as things stood before the last change: not found, or the state but one."""


class TakePart(msgspec.Struct, frozen=True, gc=False):
    """Take only a part of what was asked and say so: `amount` in minor units, else `share`."""

    share: Fraction
    amount: int | None = None

    def of(self, asked: int) -> int:
        """The part, in minor units: at least 1 and at most `asked`."""
        part = self.amount
        if part is None:
            part = asked * self.share.numerator // self.share.denominator
        return max(1, min(part, asked))


class TakeOther(msgspec.Struct, frozen=True, gc=False):
    """Take another amount than was asked, `share` of it, as if that had been asked."""

    share: Fraction

    def of(self, asked: int) -> int:
        """The amount, in minor units: at least 1, and never what was asked."""
        other = max(1, asked * self.share.numerator // self.share.denominator)
        return asked + 1 if other == asked else other


class Befall(msgspec.Struct, frozen=True, gc=False):
    """Take the money as asked, and let this befall it `after` seconds of the account's clock."""

    after: float
    aftermath: Aftermath


class Linger(msgspec.Struct, frozen=True, gc=False):
    """Let a hold show at the payer's bank for `seconds` after it is over.

    A charge is approved and taken back at once; a cancel voids as asked.
    """

    seconds: float


class FailRefund(msgspec.Struct, frozen=True, gc=False):
    """Accept a refund by its original route, and let it fail after `after` seconds.

    `failure` is why, a name of the catalogue. `told` is its status meanwhile: pending, succeeded.
    """

    after: float
    failure: str
    told: RefundStatus


class Undeliver(msgspec.Struct, frozen=True, gc=False):
    """Accept a notice by this way and fail to deliver it; the answer says so."""

    via: str


class Challenge(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Have the payer prove who pays, before any money is taken.

    `result` says how it goes; empty is as it goes when nothing goes wrong. For `three_ds`:
    frictionless, challenge, failed, rejected, attempted, informational, unavailable, timeout,
    abandoned, decoupled. For `otp`, what becomes of messages sent `by` these ways (empty: by all):
    ok, never, late, wrong_number, virtual_number; and `code` is what becomes of the right code: ok,
    refused, expired. For `biometric`: ok, fails, unavailable; with a code as its `fallback`.

    `reason` is a transStatusReason. `after` is in how many seconds a late message arrives, a
    decoupled approval comes, an abandoned page is closed. The payer has `expires` seconds; None as
    the profile has it. `rule` is the rule of the profile that asks for it.
    """

    type: Proof
    result: str = ""
    by: tuple[str, ...] = ()
    code: str = "ok"
    reason: str | None = None
    after: float | None = None
    expires: float | None = None
    fallback: bool = True
    rule: str | None = None


class Mar(msgspec.Struct, frozen=True, gc=False):
    """Show a page with this wrong with it; outcomes.Flaw says what can be."""

    how: str


Directive = Resend | (
    Mar | Decline | ChargeTwice | SettleLater | Stale | TakePart | Review | TakeOther | Befall
    | Linger | FailRefund | Undeliver | Challenge
)  # fmt: skip
