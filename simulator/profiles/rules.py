"""What a gateway allows: products, limits, risk rules, capacity.

Money is minor units by currency; a payment in a currency that a rule does not name is not bound by
it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.profiles.times import Period, period_start

NO_MONEY: Final[Mapping[str, int]] = MappingProxyType({})


class ProductRule(msgspec.Struct, frozen=True, kw_only=True):
    """How one product may be paid: a visa type, a tariff, a shelf.

    `products` are patterns in which `*` stands for any letters. `methods` are the method types and
    `brands` the card brands that it takes; empty means all that the gateway takes. `max` bounds one
    payment for it.
    """

    products: tuple[str, ...]
    methods: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    max: Mapping[str, int] = NO_MONEY

    def is_about(self, product: str) -> bool:
        """Whether this product is one of its own."""
        return any(_glob(pattern).fullmatch(product) for pattern in self.products)


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.DOTALL)


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """No more than `max` money, or `count` payments, over a period.

    `per` is whose payments are added up: `card`, `payer` or `method` (of one payer); `methods` are
    the method types that it holds for, empty means all. `failure` is what a payment over it is
    refused with.
    """

    per: str
    over: Period
    failure: str
    max: Mapping[str, int] = NO_MONEY
    count: int | None = None
    methods: frozenset[str] = frozenset()

    def holds_for(self, method: str) -> bool:
        """Whether it binds payments by this method type."""
        return not self.methods or method in self.methods

    def since(self, wall: float, utc_offset: float = 0.0) -> float:
        """The wall time from which the period of `wall` counts."""
        return period_start(self.over, wall, utc_offset)


class RiskAction(StrEnum):
    """What a risk rule does with a payment."""

    BLOCK = "block"
    CHALLENGE = "challenge"  # goes on when the payer has proved who pays
    REVIEW = "review"  # waits for a decision by people


class Velocity(msgspec.Struct, frozen=True, kw_only=True):
    """More than `above` within the last `over` seconds.

    `of` is what is counted: `tries` or `failures`; `by` is for whom: `card`, `payer`, `device` or
    `address`.
    """

    of: str
    by: str
    over: float
    above: int


class RiskRule(msgspec.Struct, frozen=True, kw_only=True):
    """A reason to distrust a payment: all of its conditions hold.

    `velocity`: too many lately. `above`: more than this amount. `mismatch`: these countries are
    known and not all the same (`payer`, `card`, `address`: where the bill goes). `methods`: only
    these types; empty means all. `cool_down` is for how many seconds whoever was blocked stays
    blocked; each further try begins it anew. `failure` is what a blocked payment is refused with.
    """

    name: str
    action: RiskAction
    failure: str = "risk_blocked"
    velocity: Velocity | None = None
    above: Mapping[str, int] = NO_MONEY
    mismatch: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    cool_down: float = 0.0


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """The risk rules, and how wrong they are.

    `false_positives` is the share of harmless payments that are blocked all the same. A review
    takes `review_lasts` seconds and lets the share `review_approves` pass. Documents that a payer
    submits speak for the payer and the card for `cleared_for` seconds.
    """

    rules: tuple[RiskRule, ...] = ()
    false_positives: Fraction = Fraction(0)
    review_lasts: float = 3600.0
    review_approves: Fraction = Fraction(1)
    cleared_for: float = 86_400.0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is ever distrusted."""
        return not self.rules and not self.false_positives


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """How much each channel of a gateway can bear.

    `rate` requests a second are served, `burst` of them at once (None: a tenth of a second's
    worth). At most `queue` more wait in line, none longer than `slowest` seconds: that is how it
    gets slow. The rest is refused with the HTTP status `then`, 503 or 429, and told to come back
    after `retry_after` seconds (None: not told). So is whoever comes while `concurrency` requests
    are under way (None: any number may be).
    """

    rate: float
    queue: int = 0
    slowest: float = 2.0
    then: int = 503
    retry_after: float | None = None
    burst: int | None = None
    concurrency: int | None = None


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet allows an account whose owner is known so well; empty money is no bound."""

    level: int
    title: str = ""
    single: Mapping[str, int] = NO_MONEY
    daily: Mapping[str, int] = NO_MONEY
    balance: Mapping[str, int] = NO_MONEY


class Retrying(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway that sends a payment again by itself, `tries` more times at most.

    The first comes after `every` seconds; each gap is `growth` times the one before. `on` are the
    failures after which it does.
    """

    tries: int
    every: float
    on: frozenset[str]
    growth: float = 2.0


class Wallet(msgspec.Struct, frozen=True, kw_only=True):
    """The wallet accounts that a gateway keeps.

    `methods` are the method types that pay from them. A new account has `opening` money and the
    identity level `opening_level`. An app older than `oldest_app` (dotted numbers) is turned away.
    """

    methods: frozenset[str]
    opening: Mapping[str, int] = NO_MONEY
    opening_level: int = 1
    levels: tuple[Level, ...] = ()
    retrying: Retrying | None = None
    oldest_app: str | None = None


class Disputes(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway does about disputes. Times are seconds, `fee` is by currency.

    Evidence is taken for `evidence_within`, 7 days by default as with many acquirers; with it the
    bank decides `decided_after` later. Both differ widely: networks allow weeks.
    """

    fee: Mapping[str, int] = MappingProxyType({})
    evidence_within: float = 7 * 86_400.0
    decided_after: float = 30 * 86_400.0


class Otp(msgspec.Struct, frozen=True, kw_only=True):
    """One-time codes. Seconds and counts; `via` are the ways in order, the first comes by itself.

    A code is good for `expires`, the page for `session`. A new code by the same way can be had
    `resend_after` the last; whoever typed `attempts` wrong ones gets none for `lock`.

    Figures: 6 digits, 10 minutes, 5 wrong tries, 5 sends (Twilio Verify), a new one after 45 s
    (Cashfree); after 5 wrong tries a lock (PSD2 RTS, EU 2018/389, article 4).
    """

    digits: int = 6
    expires: float = 600.0
    attempts: int = 5
    sends: int = 5
    resend_after: float = 45.0
    lock: float = 3600.0
    session: float = 900.0
    via: tuple[str, ...] = ("sms", "voice", "email")


class ThreeDs(msgspec.Struct, frozen=True, kw_only=True):
    """3-D Secure 2. `frictionless` is the share that no challenge is asked of.

    A challenge ends after `expires` seconds, a decoupled one after `decoupled` seconds.
    `unavailable` says what happens when the service does not answer: `proceed`, without the
    liability shift, or `decline`.

    Figures: a challenge of 10 minutes (sogecommerce); 64 % frictionless on average (Ravelin 2024).
    """

    frictionless: Fraction = Fraction(64, 100)
    expires: float = 600.0
    decoupled: float = 3600.0
    unavailable: str = "decline"


class Authentication(msgspec.Struct, frozen=True, kw_only=True):
    """How payers prove who they are, whatever the method; `biometric` is seconds to approve."""

    otp: Otp = Otp()
    three_ds: ThreeDs = ThreeDs()
    biometric: float = 120.0
    redirect: float = 900.0
