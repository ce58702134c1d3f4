"""The scenario document, as it is written: phases, rules, traffic, expectations.

The models check each field by itself; what needs two fields or more is checked by `checks`, on
whatever could be read, so that no mistake hides behind another. A Scenario that `loader` returned
has passed both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    model_validator,
)

from simulator.checkers.catalogue import BY_NAME
from simulator.checkers.checker import Checker
from simulator.errors import UsageError, did_you_mean
from simulator.failures.catalogue import BY_NAME as FAILURES
from simulator.profiles import Profile
from simulator.profiles import catalogue as profiles
from simulator.scenario.aborts import OneAbort
from simulator.scenario.choice import choose
from simulator.scenario.gateways import profile_of
from simulator.scenario.incidents import Incident, Instances
from simulator.scenario.personas import locale
from simulator.scenario.rules import Name, Rule, unused
from simulator.scenario.when import METHODS
from simulator.units import Duration, Rate, Share

#: Phase names that a player knows by itself.
RESERVED: Final = ("settle", "end")
#: The user classes of loadtests/shoppers.py, in small letters.
SHOPPERS: Final = ("checkout",)
#: What shoppers do that shops do not expect. The order is that of the roll which decides.
HABITS: Final = (
    "double_click",
    "refresh",
    "second_tab",
    "return_twice",
    "give_up",
    "abandon_challenge",
    "mistype_code",
)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _steady(value: object) -> object:
    return value if isinstance(value, dict | Arrivals) else {"from": value, "to": value}


class Arrivals(_Part):
    """Shoppers per second, whatever the answers: in a straight line from `begins` to `ends`."""

    begins: Rate = Field(alias="from")
    ends: Rate = Field(alias="to")


def _free_name(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"'{name}' is a phase that every drill has already; choose another name")
    return name


class Phase(_Part):
    """A movement of the scenario. `lasts` is in seconds; without `arrivals` nobody comes.

    `events` happen to the merchant, and only in a drill.
    """

    name: Annotated[Name, AfterValidator(_free_name)]
    lasts: Annotated[Duration, Field(gt=0)]
    arrivals: Annotated[
        Arrivals | None,
        BeforeValidator(_steady),
        WithJsonSchema({"$comment": "arrivals"}),
    ] = None
    rules: tuple[Rule, ...] = ()
    events: tuple[Incident, ...] = ()


def _method(name: str) -> str:
    if name not in METHODS:
        near = did_you_mean(name, METHODS) or f"; there is {', '.join(METHODS)}"
        raise ValueError(f"unknown method '{name}'{near}")
    return name


def _shoppers(name: str) -> str:
    if name not in SHOPPERS:
        near = did_you_mean(name, SHOPPERS) or f"; there is {', '.join(SHOPPERS)}"
        raise ValueError(f"unknown shoppers '{name}'{near}")
    return name


def _habit(name: str) -> str:
    if name not in HABITS:
        near = did_you_mean(name, HABITS) or f"; there is {', '.join(HABITS)}"
        raise ValueError(f"unknown habit '{name}'{near}")
    return name


class Traffic(_Part):
    """Who comes, and how they pay.

    `shoppers` is a user class of the load tests; `personas` are Faker locales (name, phone, card
    country) and `methods` method types, each with its share; `patience` is for how many seconds a
    shopper who was told "pending" keeps asking.

    `habits` are the shares of shoppers who do what people do: `double_click` (the order is sent
    twice at once), `refresh` (sent again a moment later), `second_tab` (paid with another card in
    a second window at the same time), `return_twice` (asks, leaves, comes back, twice), `give_up`
    (soon asks no more), `abandon_challenge` (leaves the page at which to prove who pays),
    `mistype_code` (types the first code wrongly). Nobody has two; the rest have none.
    """

    shoppers: Annotated[str, AfterValidator(_shoppers)] = "checkout"
    personas: Annotated[
        dict[Annotated[str, AfterValidator(locale)], Share], Field(min_length=1)
    ] = {"en_US": Fraction(1)}
    methods: Annotated[
        dict[Annotated[str, AfterValidator(_method)], Share], Field(min_length=1)
    ] = {"card": Fraction(1)}
    habits: dict[Annotated[str, AfterValidator(_habit)], Share] = {}
    patience: Duration = 20.0

    def plan(self) -> dict[str, Any]:
        """What a load generator is told: shares as plain numbers that add up to 1.

        Shares that leave a rest are scaled up, for every shopper is somebody and pays somehow;
        those of habits are not, for most people have none.
        """
        return {
            "shoppers": self.shoppers,
            "personas": _whole(self.personas),
            "methods": _whole(self.methods),
            "habits": {name: float(share) for name, share in self.habits.items()},
            "patience": self.patience,
        }


def _whole(shares: Mapping[str, Fraction]) -> dict[str, float]:
    total = sum(shares.values())
    return {name: float(share / total) for name, share in shares.items()}


OneChecker = Annotated[
    Checker,
    PlainValidator(lambda value: choose(value, BY_NAME, "checker")),
    WithJsonSchema({"$comment": "checker"}),
]


def _version(value: object) -> object:
    if value != 1 or isinstance(value, bool):
        raise ValueError(f"'{value}' is not a version that is known here; write scenario: 1")
    return value


def _failure(name: str) -> str:
    if name not in FAILURES:
        raise ValueError(f"unknown failure '{name}'{did_you_mean(name, FAILURES)}")
    return name


OneProfile = Annotated[
    Profile,
    PlainValidator(profile_of),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "description": "a name, or a file beside the scenario"},
                {"type": "object", "description": "a whole profile; `base` is what it starts from"},
            ]
        }
    ),
]


class Scenario(_Part):
    """A scenario. Make one with `loader.load`, which finds all mistakes and keeps the text.

    `failures` names the failures of the catalogue that somebody suffers in it; it changes nothing
    that happens, and lets a scenario be found by what it shows.
    `profile` is the gateway that plays. `instances` is how many processes of the merchant a drill
    starts behind one address; `settle` is how many seconds it waits at most for what is still to
    happen; `expect` holds checkers with their parameters; `loop` starts again after the last phase.
    """

    scenario: Annotated[Literal[1], BeforeValidator(_version)]
    name: Name
    about: str = ""
    failures: tuple[
        Annotated[
            str, AfterValidator(_failure), Field(json_schema_extra={"enum": sorted(FAILURES)})
        ],
        ...,
    ] = ()
    seed: Annotated[int, Field(ge=0)] = 1
    profile: OneProfile = Field(default_factory=lambda: profiles.load("default"))
    instances: Instances | None = None
    traffic: Traffic = Traffic()
    phases: tuple[Phase, ...] = ()
    rules: tuple[Rule, ...] = ()
    settle: Duration = 15.0
    expect: tuple[OneChecker, ...] = ()
    abort: tuple[OneAbort, ...] = ()
    loop: bool = False

    _text: str = PrivateAttr(default="")
    _file: str = PrivateAttr(default="")
    _rules_first: bool = PrivateAttr(default=False)
    _gateway: Any = PrivateAttr(default="default")

    @model_validator(mode="wrap")
    @classmethod
    def _complete(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Self:
        """Give names to rules that have none, and remember what stands first in the file."""
        made: Self = handler(value)
        if isinstance(value, dict):
            made = made.model_copy(update=_named(made))
            made._gateway = value.get("profile", "default")  # noqa: SLF001 - it is of this class
            keys = [key for key in value if key in {"rules", "phases"}]
            made._rules_first = keys[:1] == ["rules"]  # noqa: SLF001 - it is of this class
        return made

    @property
    def text(self) -> str:
        """The document's text."""
        return self._text

    @property
    def gateway(self) -> object:
        """The profile as it is written: a name, or a whole one. `gateways.profile_of` reads it."""
        return self._gateway

    @property
    def file(self) -> str:
        """The file that it was read from; empty if it was a text."""
        return self._file

    def keep(self, text: str, file: str) -> Self:
        """The same scenario, with the text that it was read from."""
        copy = self.model_copy()
        copy._text, copy._file = text, file  # noqa: SLF001 - it is of this class
        return copy

    def sections(self) -> Iterator[tuple[Phase | None, Rule]]:
        """Every rule with its phase (None outside phases), in file order."""
        outside = [(None, rule) for rule in self.rules]
        within = [(phase, rule) for phase in self.phases for rule in phase.rules]
        yield from (*outside, *within) if self._rules_first else (*within, *outside)

    def hit_points(self) -> tuple[tuple[str, str | None], ...]:
        """Every rule, with every arm of a mix: a drill without a hit on each proves nothing."""
        return tuple(
            (rule.name or "", shot.arm) for _, rule in self.sections() for shot in rule.arms
        )

    def phase(self, name: str) -> Phase:
        """The phase of this name; UsageError with what there is instead."""
        for phase in self.phases:
            if phase.name == name:
                return phase
        names = [phase.name for phase in self.phases]
        near = did_you_mean(name, names) or f"; there is {', '.join([*names, *RESERVED])}"
        raise UsageError(f"the scenario has no phase '{name}'{near}")

    @property
    def has_events(self) -> bool:
        """Whether anything is to happen to the merchant: then the drill has to have started it."""
        return any(phase.events for phase in self.phases)

    @property
    def last_struck(self) -> int:
        """The highest number of an instance that is ended by itself; 0 if none is."""
        struck = (each.restart_merchant.number for phase in self.phases for each in phase.events)
        return max((number or 0 for number in struck), default=0)

    @property
    def has_arrivals(self) -> bool:
        """Whether anybody comes: a scenario without arrivals can be served, but not drilled."""
        return any(phase.arrivals is not None for phase in self.phases)


def _named(made: Scenario) -> dict[str, object]:
    """The phases and rules, each rule with a name: its own, or that of its place and fault."""
    taken = {rule.name for _, rule in made.sections() if rule.name}

    def name(rules: tuple[Rule, ...], place: str) -> tuple[Rule, ...]:
        return tuple(_with_name(rule, place, taken) for rule in rules)

    phases = tuple(
        phase.model_copy(update={"rules": name(phase.rules, f"{phase.name}/")})
        for phase in made.phases
    )
    return {"phases": phases, "rules": name(made.rules, "")}


def _with_name(rule: Rule, place: str, taken: set[str]) -> Rule:
    if rule.name:
        return rule
    chosen = unused(f"{place}{rule.fault.name if rule.fault else 'mix'}", taken)
    taken.add(chosen)
    return rule.model_copy(update={"name": chosen})
