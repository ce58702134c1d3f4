"""From a file or a text to a Scenario, with all problems at once."""

from __future__ import annotations

from pathlib import Path

from simulator import documents
from simulator.documents import Document
from simulator.errors import DocumentError, Problem
from simulator.scenario import checks
from simulator.scenario.document import Scenario
from simulator.scenario.gateways import with_profile
from simulator.scenario.rules import LiveFault


def load(source: Path | str, file: str = "<scenario>") -> Scenario:
    """The scenario in a file (a Path) or in a text (a str, which problems call `file`).

    Only a file can name the file of a profile; the scenario's text then holds the whole profile.

    Raises:
        DocumentError: the document has mistakes; all of them, in file order.
        UsageError: the file cannot be read at all.
    """
    if isinstance(source, Path):
        document, found = with_profile(documents.read(source))
        scenario, wrong = documents.fit(document, Scenario, checks.scenario)
        if scenario is None or wrong or found:
            raise DocumentError((*wrong, *found))
        return scenario.keep(document.text, str(source))
    document = documents.parse(source, file)
    return documents.load(document, Scenario, checks.scenario).keep(source, "")


def problems(document: Document) -> tuple[Problem, ...]:
    """All that is wrong with a scenario document, in file order; empty if nothing is."""
    return documents.fit(document, Scenario, checks.scenario)[1]


def live(text: str, file: str = "<fault>") -> LiveFault:
    """A fault to put on by hand, from YAML or JSON; DocumentError with all its mistakes."""
    return documents.load(documents.parse(text, file), LiveFault, checks.rule)
