"""docs/reference/methods.md."""

from __future__ import annotations

from typing import Final

from simulator import profiles
from simulator.money import Money
from simulator.profiles.method import Amounts, MethodRule, RefundRule
from tools.reference import markdown
from tools.reference.markdown import code, table

_ABOUT: Final = """\
Every method type that there is, as it is in the field. A [profile](profiles.md) picks from these
and changes what its gateway does differently; the profile `global` takes them all as they stand
here, `default` takes the first three only. Limits differ between the providers of one and the same
method, so treat them as one provider's.

`GET /v1/methods` of the [native API](native-api.md#methods) answers which of them a payer may use.
Empty cells bind nothing: every country, every currency, no bound, no end."""


def page() -> str:
    """The whole page."""
    rules = profiles.load("global").methods
    head = (
        "type", "name", "kind", "payers of", "currencies", "one payment", "the payer has",
        "refunds", "proof",
    )  # fmt: skip
    sources = [(code(rule.type), rule.source, rule.note) for rule in rules if rule.source]
    return markdown.page(
        "Methods",
        _ABOUT,
        table(head, map(_row, rules)),
        "## Where the figures are from",
        table(("type", "sources", "what else is known"), sources),
    )


def _row(rule: MethodRule) -> tuple[str, ...]:
    name = rule.title if rule.title == rule.title_zh else f"{rule.title} ({rule.title_zh})"
    return (
        code(rule.type),
        name,
        str(rule.kind).replace("_", " "),
        ", ".join(sorted(rule.countries)),
        ", ".join(sorted(rule.currencies)),
        "; ".join(map(bounds, rule.amounts)),
        span(rule.time_limit),
        refunds(rule.refunds),
        str(rule.authentication).replace("_", " "),
    )


def bounds(amounts: Amounts) -> str:
    """The smallest and the largest payment, in words."""
    low = f"from {Money(amounts.min, amounts.currency)}" if amounts.min else ""
    high = "" if amounts.max is None else f"to {Money(amounts.max, amounts.currency)}"
    whom = f" ({', '.join(sorted(amounts.countries))})" if amounts.countries else ""
    return " ".join(part for part in (low, high) if part) + whom


def refunds(rule: RefundRule | None) -> str:
    """What can be given back, in words."""
    if rule is None:
        return "none"
    parts = ["in part too" if rule.partial else "in full only"]
    if rule.within is not None:
        parts.append(f"within {span(rule.within)}")
    if rule.arrives_after:
        parts.append(f"there after {span(rule.arrives_after)}")
    return ", ".join(parts)


def span(seconds: float | None) -> str:
    """Seconds as people say them: `3 days`, `15 minutes`."""
    if seconds is None:
        return ""
    for unit, length in (("day", 86_400.0), ("hour", 3600.0), ("minute", 60.0), ("second", 1.0)):
        count = seconds / length
        if count >= 1 and count == int(count):
            return f"{count:g} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:g} seconds"
