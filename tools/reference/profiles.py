"""docs/reference/profiles.md."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator import profiles
from simulator.money import Money
from simulator.profiles import catalogue
from simulator.profiles.method import MethodRule
from simulator.profiles.profile import Profile
from simulator.profiles.schema import schema
from tools.reference import markdown
from tools.reference.markdown import code, parameters, table
from tools.reference.methods import bounds, span

_ABOUT: Final = """\
A profile is what one gateway is like, as data: its methods, limits, risk rules, maintenance and
numbered codes. A scenario names one (`profile: oule-pay`), or a file beside it, or holds one
itself: [how to write a profile](../how-to/write-a-profile.md). `paydrill validate FILE` finds
every mistake in a profile file, `paydrill schema profile` prints its JSON Schema, and `paydrill
explain CODE --profile P` says what a code means.

Money is written with its currency (`50.00 EUR`); what names several currencies is a list. A
payment in a currency that a rule does not name is not bound by it."""
_TOP: Final = """\
`base` is the profile that it starts from: a key that is given replaces the base's, but `methods`
and `authentication` are merged, and `none` takes a method away. `codes` lists the gateway's
numbers, each with the failure or failures that it stands for. `poll_every` is the shortest time
between two queries of one order, `idempotency_window` how long an answer is kept for replay,
`utc_offset` by how much the gateway's midnight is ahead of UTC: days, months and windows are
counted by it."""
_ORDER: Final = (
    "Method", "Amounts", "Refunds", "Product", "Limit", "Risk", "RiskRule", "Velocity",
    "WindowDocument", "Capacity", "Wallet", "Level", "Retrying", "Authentication", "Otp", "ThreeDs",
)  # fmt: skip
_TITLES: Final[Mapping[str, str]] = MappingProxyType({"WindowDocument": "Window"})


def page() -> str:
    """The whole page."""
    made = schema()
    shipped = [_shipped(profiles.load(name)) for name in catalogue.names()]
    return markdown.page("Profiles", _ABOUT, *_format(made), *shipped)


def _format(made: dict[str, Any]) -> list[str]:
    """The keys of a profile file, part by part; parts that others added come last."""
    parts = ["## The file", parameters(made), _TOP]
    definitions: dict[str, Any] = made["$defs"]
    names = [*_ORDER, *(name for name in definitions if name not in _ORDER)]
    for name in names:
        part = definitions.get(name, {})
        if "properties" in part:
            about = " ".join(part.get("description", "").split())
            title = f"### {_TITLES.get(name, name)}"
            parts += [title, about, parameters({**part, "$defs": definitions})]
    return parts


def _shipped(profile: Profile) -> str:
    """One profile that ships."""
    parts = [f"## The profile {profile.name}", profile.about, _settings(profile)]
    head = ("method", "payers of", "brands", "one payment", "the payer has", "proof", "state")
    parts.append(table(head, map(_method, profile.methods)))
    products = [
        (
            ", ".join(map(code, rule.products)),
            ", ".join(map(code, sorted(rule.methods))) or "all",
            ", ".join(sorted(rule.brands)) or "all",
            _purse(rule.max),
        )
        for rule in profile.products
    ]
    parts.append(table(("product", "methods", "brands", "at most"), products))
    limits = [
        (str(each.per), str(each.over), _purse(each.max), str(each.count or ""), code(each.failure))
        for each in profile.limits
    ]
    parts.append(table(("limit per", "over", "at most", "payments", "refused with"), limits))
    codes = dict.fromkeys(profile.codes.values())
    rows = [(code(each), ", ".join(map(code, profile.failures(each)))) for each in codes]
    parts.append(table(("code", "stands for"), rows))
    return "\n\n".join(part for part in parts if part)


def _settings(profile: Profile) -> str:
    said = [f"An order may be queried every {span(profile.poll_every)}"]
    if profile.poll_every < 1:
        said = [f"An order may be queried every {profile.poll_every * 1000:g} ms"]
    if profile.maintenance:
        said.append("it has maintenance windows")
    if profile.risk is not None:
        rules = ", ".join(code(rule.name) for rule in profile.risk.rules)
        said.append(f"its risk rules are {rules}")
    if profile.capacity is not None:
        said.append(f"it bears {profile.capacity.rate:g} requests a second")
    if profile.wallet is not None:
        methods = ", ".join(map(code, sorted(profile.wallet.methods)))
        said.append(f"it keeps wallet accounts for {methods}")
    return "; ".join(said) + "."


def _method(rule: MethodRule) -> tuple[str, ...]:
    return (
        code(rule.type),
        ", ".join(sorted(rule.countries)),
        ", ".join(sorted(rule.brands)),
        "; ".join(map(bounds, rule.amounts)),
        span(rule.time_limit),
        str(rule.authentication).replace("_", " "),
        "off" if rule.disabled else "off at times" if rule.disabled_during else "",
    )


def _purse(money: Mapping[str, int]) -> str:
    return ", ".join(str(Money(amount, currency)) for currency, amount in money.items())
