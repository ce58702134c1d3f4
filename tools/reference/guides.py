"""docs/reference/guides.md: every case of the guides, and where it can be met.

The cases stand in guides.yaml beside this file, by the guides' own names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from ruamel.yaml import YAML

from tools.reference import markdown
from tools.reference.markdown import code, table

DATA: Final = Path(__file__).with_name("guides.yaml")
#: What performs a scenario of the library, unless a case names another test.
PERFORMED: Final = "tests/scenarios/test_performed.py::test_a_scenario_does_what_it_says"

#: What begins so is typed as it stands.
_TYPED: Final = ("paydrill ", "GET ", "POST ", "docs/", "scenarios/")
_ABOUT: Final = """\
Three guides in Chinese tell what goes wrong with payments, each in its own words: one for the
merchants of a gateway, one for a wallet, one for volunteers who help applicants for a visa. This
page has every failure, cause, remedy, step, question and precaution of theirs by its name there,
with the scenario in which it can be met, the test that performs it, what a merchant has to do, and
where it stands in paydrill. `performed` stands for the test that performs the scenario itself,
`test_a_scenario_does_what_it_says[scenario]` in `tests/scenarios/test_performed.py`. A test holds
every name on this page.

```console
$ paydrill serve code-202
$ paydrill explain 202 --profile oule-pay --lang zh
```"""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One case of a guide; or, if only `heading` is given, the chapter that follows."""

    heading: str | None = None
    zh: str = ""
    en: str = ""
    failure: str | list[str] = []
    scenario: str | None = None
    test: str | None = None
    must: str = ""
    where: str = ""

    @property
    def failures(self) -> list[str]:
        """The failures of the catalogue that it is about."""
        return [self.failure] if isinstance(self.failure, str) else self.failure

    @property
    def tested_by(self) -> str:
        """The test: the case's own, or that which performs its scenario."""
        return self.test or f"{PERFORMED}[{self.scenario}]"


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One guide with all its cases."""

    guide: str
    about: str
    cases: list[Case]


def guides() -> list[Guide]:
    """All guides, as they stand in the file; msgspec.ValidationError names what is wrong."""
    raw = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
    return msgspec.convert(raw, list[Guide])


def page() -> str:
    """The whole page."""
    return markdown.page("The guides, case by case", _ABOUT, *map(_section, guides()))


def _section(guide: Guide) -> str:
    parts, rows = [f"## {guide.guide}", guide.about.strip()], list[Case]()
    for case in guide.cases:
        if case.heading is None:
            rows.append(case)
            continue
        parts += [_table(rows), f"### {case.heading}"]
        rows = []
    return "\n\n".join(part for part in (*parts, _table(rows)) if part)


def _table(cases: list[Case]) -> str:
    head = ("case", "failure", "scenario", "test", "what to do", "where")
    return table(head, [_row(case) for case in cases])


def _row(case: Case) -> tuple[str, ...]:
    scenario = ""
    if case.scenario:
        scenario = f"[{case.scenario}](../../scenarios/{case.scenario}.yaml)"
    test = "performed" if case.test is None else code(case.test.removeprefix("tests/"))
    failures = ", ".join(map(code, case.failures))
    where = code(case.where) if case.where.startswith(_TYPED) else case.where
    return f"**{case.zh}** {case.en}", failures, scenario, test, case.must, where
