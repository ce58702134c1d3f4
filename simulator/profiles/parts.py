"""Parts of a profile document: limits, risk, capacity, wallet accounts, authentication.

Field names are those of the plain structs in `rules`; `Part.value()` makes the struct.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from simulator.cards import BRANDS
from simulator.errors import did_you_mean
from simulator.failures import catalogue as failures
from simulator.money import Money
from simulator.profiles import rules
from simulator.profiles.times import Period
from simulator.units import Cash, Duration, Rate, Share


def _known(what: str, words: Callable[[], Iterable[str]]) -> AfterValidator:
    """A word of these, or an error that says which was near."""

    def check(word: str) -> str:
        known = list(words())
        if word not in known:
            near = did_you_mean(word, known) or (
                f"; there is {', '.join(known)}" if len(known) <= 16 else ""
            )
            raise ValueError(f"unknown {what} '{word}'{near}")
        return word

    return AfterValidator(check)


Failure = Annotated[str, _known("failure", failures.names)]
Brand = Annotated[str, _known("card brand", lambda: BRANDS)]
Word = Annotated[str, Field(min_length=1, max_length=60)]


def one_is_a_list(value: object) -> object:
    """One thing stands for a list of one."""
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


def one_or_many(item: dict[str, Any]) -> WithJsonSchema:
    """The schema of what `one_is_a_list` reads."""
    return WithJsonSchema({"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]})


def _purse(amounts: tuple[Money, ...]) -> Mapping[str, int]:
    purse = {each.currency: each.amount for each in amounts}
    if len(purse) < len(amounts):
        raise ValueError("names a currency twice; write one amount for each currency")
    return purse


if TYPE_CHECKING:
    Purse = Mapping[str, int]
else:
    Purse = Annotated[
        tuple[Cash, ...],
        BeforeValidator(one_is_a_list),
        Field(min_length=1),
        AfterValidator(_purse),
        one_or_many({"type": "string", "examples": ["50.00 EUR"]}),
    ]
    """Money in one or more currencies, as minor units: `500 EUR`, or `[500 EUR, 80000 JPY]`."""

Words = Annotated[
    tuple[Word, ...],
    BeforeValidator(one_is_a_list),
    Field(min_length=1),
    one_or_many({"type": "string"}),
]


class Part(BaseModel):
    """A part of a profile document, and the struct that it makes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    makes: ClassVar[Callable[..., Any]]

    def value(self) -> Any:
        """The struct."""
        names = type(self).model_fields
        return type(self).makes(**{name: plain(getattr(self, name)) for name in names})


def plain(given: Any) -> Any:
    """Parts as the structs that they make; everything else as it is."""
    if isinstance(given, Part):
        return given.value()
    if isinstance(given, tuple):
        return tuple(map(plain, given))
    return given


class Limit(Part):
    """No more than this: `{per: card, over: day, max: 100000 CNY}`, or `count: 20`."""

    makes = rules.Limit

    per: Literal["card", "payer", "method"]
    over: Period
    max: Purse = Field(default_factory=dict)
    count: Annotated[int, Field(ge=1)] | None = None
    methods: frozenset[Word] = frozenset()
    failure: Failure | None = None

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if not self.max and self.count is None:
            raise ValueError("limits nothing; write 'max', 'count' or both")
        if self.over is Period.PAYMENT and self.count is not None:
            raise ValueError("'count' needs a period; write over: day, month or year")
        return self

    def value(self) -> rules.Limit:
        """The limit; a payment over it is refused as is usual for its kind."""
        usual = "period_limit_exceeded" if self.max else "frequency_limit_exceeded"
        if self.over is Period.PAYMENT:
            usual = "amount_limit_exceeded"
        return rules.Limit(
            per=self.per,
            over=self.over,
            failure=self.failure or usual,
            max=self.max,
            count=self.count,
            methods=self.methods,
        )


class Velocity(Part):
    """Too many of late: `{of: tries, by: card, over: 10m, above: 5}`."""

    makes = rules.Velocity

    of: Literal["tries", "failures"]
    by: Literal["card", "payer", "device", "address"]
    over: Annotated[Duration, Field(gt=0)]
    above: Annotated[int, Field(ge=0)]


class RiskRule(Part):
    """A reason to distrust a payment; all its conditions hold together."""

    makes = rules.RiskRule

    name: Word
    action: rules.RiskAction
    failure: Failure = "risk_blocked"
    velocity: Velocity | None = None
    above: Purse = Field(default_factory=dict)
    mismatch: tuple[Literal["payer", "card", "address"], ...] = ()
    methods: frozenset[Word] = frozenset()
    cool_down: Duration = 0.0

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.velocity or self.above or self.mismatch):
            raise ValueError("asks nothing; write 'velocity', 'above' or 'mismatch'")
        if len(set(self.mismatch)) == 1:
            raise ValueError("'mismatch' compares two or three of payer, card and address")
        return self


class Risk(Part):
    """Risk rules, and how often they are wrong."""

    makes = rules.Risk

    rules: tuple[RiskRule, ...] = ()
    false_positives: Share = Fraction(0)
    review_lasts: Duration = 3600.0
    review_approves: Share = Fraction(1)
    cleared_for: Duration = 86_400.0


class Capacity(Part):
    """How much the gateway can bear."""

    makes = rules.Capacity

    rate: Annotated[Rate, Field(gt=0)]
    queue: Annotated[int, Field(ge=0)] = 0
    slowest: Duration = 2.0
    then: Literal[429, 503] = 503
    retry_after: Duration | None = None
    burst: Annotated[int, Field(ge=1)] | None = None
    concurrency: Annotated[int, Field(ge=1)] | None = None


class Level(Part):
    """What a wallet allows those whom it knows so well."""

    makes = rules.Level

    level: Annotated[int, Field(ge=0)]
    title: str = ""
    single: Purse = Field(default_factory=dict)
    daily: Purse = Field(default_factory=dict)
    balance: Purse = Field(default_factory=dict)


class Retrying(Part):
    """A gateway that sends again by itself."""

    makes = rules.Retrying

    tries: Annotated[int, Field(ge=1, le=20)]
    every: Annotated[Duration, Field(gt=0)]
    on: Annotated[frozenset[Failure], Field(min_length=1)]
    growth: Annotated[float, Field(ge=1, le=10)] = 2.0


class Wallet(Part):
    """The wallet accounts that the gateway keeps."""

    makes = rules.Wallet

    methods: Annotated[frozenset[Word], Field(min_length=1)]
    opening: Purse = Field(default_factory=dict)
    opening_level: Annotated[int, Field(ge=0)] = 1
    levels: tuple[Level, ...] = ()
    retrying: Retrying | None = None
    oldest_app: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")] | None = None


class Otp(Part):
    """One-time codes."""

    makes = rules.Otp

    digits: Annotated[int, Field(ge=4, le=10)] = 6
    expires: Annotated[Duration, Field(gt=0)] = 600.0
    attempts: Annotated[int, Field(ge=1)] = 5
    sends: Annotated[int, Field(ge=1)] = 5
    resend_after: Duration = 45.0
    lock: Duration = 3600.0
    session: Annotated[Duration, Field(gt=0)] = 900.0
    via: Annotated[tuple[Literal["sms", "voice", "email"], ...], Field(min_length=1)] = (
        "sms", "voice", "email",
    )  # fmt: skip


class ThreeDs(Part):
    """3-D Secure 2."""

    makes = rules.ThreeDs

    frictionless: Share = Fraction(64, 100)
    expires: Annotated[Duration, Field(gt=0)] = 600.0
    decoupled: Annotated[Duration, Field(gt=0)] = 3600.0
    unavailable: Literal["proceed", "decline"] = "decline"


class Disputes(Part):
    """What disputes cost, and how long they take: `{fee: 15 EUR, evidence_within: 7d}`."""

    makes = rules.Disputes

    fee: Purse = Field(default_factory=dict)
    evidence_within: Annotated[Duration, Field(gt=0)] = 7 * 86_400.0
    decided_after: Annotated[Duration, Field(gt=0)] = 30 * 86_400.0


class Authentication(Part):
    """How payers prove who they are."""

    makes = rules.Authentication

    otp: Otp = Otp()
    three_ds: ThreeDs = ThreeDs()
    biometric: Annotated[Duration, Field(gt=0)] = 120.0
    redirect: Annotated[Duration, Field(gt=0)] = 900.0
