"""docs/reference/failures.md."""

from __future__ import annotations

from typing import Final

from simulator.failures.catalogue import FAILURES
from simulator.failures.failure import Category
from tools.reference import markdown
from tools.reference.markdown import code, table

_ABOUT: Final = """\
A failure is what the payer or the merchant suffers. A `decline` fault names one of them, and an
error of the native API carries its name in `failure`.

- **retry**: `hard`: the same request can never succeed; `soft`: it may succeed later; `change`:
  only after a change of card, method, amount or authentication; `query`: the outcome is not known,
  so ask before anything else.
- **money**: what a gateway would claim: `not_debited`, `debited` or `unknown`."""


def page() -> str:
    """The whole page."""
    sections = [_section(category) for category in Category]
    return markdown.page("Failures", _ABOUT, *sections)


def _section(category: Category) -> str:
    rows = [
        (code(row.name), row.meaning, str(row.retry), str(row.money), row.advice)
        for row in FAILURES
        if row.category is category
    ]
    title = str(category).replace("_", " ").capitalize()
    return f"## {title}\n\n" + table(("name", "meaning", "retry", "money", "what to do"), rows)
