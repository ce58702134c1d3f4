"""docs/reference/failures.md."""

from __future__ import annotations

from typing import Final

from simulator.failures import help  # noqa: A004 - the module of that name
from simulator.failures.catalogue import FAILURES
from simulator.failures.failure import Category, Failure
from tools.reference import markdown
from tools.reference.markdown import code, table

_ABOUT: Final = """\
A failure is what the payer or the merchant suffers. A `decline` fault names one of them, and an
error of the native API carries its name in `failure`. `paydrill explain NAME_OR_CODE` says all of
this for one failure, in English or Chinese.

- **retry**: `hard`: the same request can never succeed; `soft`: it may succeed later; `change`:
  only after a change of card, method, amount or authentication; `query`: the outcome is not known,
  so ask before anything else.
- **money**: what a gateway would claim: `not_debited`, `debited` or `unknown`.
- **the payer is told**: never the true reason of a failure that is marked *hidden*, for a thief
  would learn it too.

Then follow the [codes of networks and other gateways](#elsewhere), the
[steps of support](#support), and the [names that the guides use](#in-the-guides)."""
_ELSEWHERE: Final = """\
## Elsewhere

What networks and other gateways call it, from their public lists; which code goes with which
failure is our judgement. `nearest` marks a code that only comes close, `unverified` one from
memory. A code means something else at the next gateway: 202 is a timeout here and lack of funds at
NMI."""
_SUPPORT: Final = """\
## Support

Whoever helps a payer asks first:

{questions}

and then tries, in this order, what the failure's course says. The courses follow the guides."""


def page() -> str:
    """The whole page."""
    sections = [_section(category) for category in Category]
    parts = (*sections, _elsewhere(), _support(), _guides())
    return markdown.page("Failures", _ABOUT, *parts)


def _section(category: Category) -> str:
    rows = [row for row in FAILURES if row.category is category]
    title = str(category).replace("_", " ").capitalize()
    acts = table(
        ("name", "meaning", "retry", "money", "what to do"),
        [(code(row.name), row.meaning, str(row.retry), str(row.money), row.advice) for row in rows],
    )
    words = table(
        ("name", "the payer is told", "用户看到", "next steps"),
        [(_shown(row), row.message, row.message_zh, ", ".join(row.next_steps)) for row in rows],
    )
    return f"## {title}\n\n{acts}\n\n{words}"


def _shown(row: Failure) -> str:
    return f"{code(row.name)} (hidden)" if row.confidential else code(row.name)


def _elsewhere() -> str:
    others = [key for key in help.NETWORKS if key not in ("iso", "stripe", "adyen", "paypal")]
    rows = [
        (
            code(row.name),
            *(", ".join(found.get(key, ())) for key in ("iso", "stripe", "adyen", "paypal")),
            "; ".join(
                f"{help.NETWORKS[key]} {', '.join(found[key])}" for key in others if key in found
            ),
        )
        for row in FAILURES
        if (found := help.codes(row.name))
    ]
    head = ("name", "ISO 8583", "Stripe", "Adyen", "PayPal", "others")
    return f"{_ELSEWHERE}\n\n{table(head, rows)}"


def _support() -> str:
    courses: dict[tuple[str, ...], list[str]] = {}
    first: list[tuple[str, str]] = []
    for row in FAILURES:
        course = help.course(row.name)
        common = help.common_steps(row.name)
        courses.setdefault((", ".join(course.guides), *common), []).append(row.name)
        first += [(code(row.name), step) for step in course.steps[: -len(common)]]
    questions = _numbered(help.course(FAILURES[0].name).ask)
    parts = [_SUPPORT.format(questions=questions)]
    for (guides, *steps), names in courses.items():
        whom = ", ".join(map(code, names))
        parts.append(f"For {whom} (guides: {guides}):\n\n{_numbered(steps)}")
    parts.append("Before that, for single failures:")
    parts.append(table(("name", "first"), first))
    return "\n\n".join(parts)


def _guides() -> str:
    rows = [
        (code(row.name), *("; ".join(found.get(guide, ())) for guide in help.GUIDES))
        for row in FAILURES
        if (found := help.named(row.name))
    ]
    head = ("name", *(title for title, _ in help.GUIDES.values()))
    return f"## In the guides\n\n{table(head, rows)}"


def _numbered(steps: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
