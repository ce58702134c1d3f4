"""Stories and the verdicts that a checker must come to."""

from __future__ import annotations

from simulator.checkers.catalogue import BY_NAME
from simulator.checkers.checker import Finding
from tests.journal.story import history


def judge(checker: str, story: str, **parameters: object) -> Finding:
    """What a checker, named as in `expect`, finds in a story."""
    return BY_NAME[checker].model_validate(parameters).judge(history(story))


def kinds(finding: Finding) -> list[object]:
    """The kinds of offence in a finding's examples, each once, in their order."""
    return list(dict.fromkeys(example["kind"] for example in finding.examples))
