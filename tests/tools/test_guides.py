"""The table of the guides: every scenario, test and failure that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator import library
from simulator.failures.catalogue import BY_NAME
from tests.scenarios.rows import ROWS
from tools.reference.guides import PERFORMED, Case, guides

ROOT = Path(__file__).resolve().parents[2]
GUIDES = guides()
CASES = [case for guide in GUIDES for case in guide.cases if case.heading is None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.zh} {case.en}")
def test_a_case_is_met_somewhere(case: Case) -> None:
    """It has both names, failures of the catalogue, something to do, and a test that exists."""
    assert re.search(r"[\u4e00-\u9fff]|VPN|\d", case.zh)
    assert len(case.zh) <= 24, "a name of some words, not a sentence of the guide"
    assert case.en
    assert case.must
    assert case.where
    assert set(case.failures) <= set(BY_NAME)
    assert case.scenario or case.test
    if case.scenario is not None:
        assert case.scenario in library.names("scenarios")
        assert case.scenario in ROWS
    file, _, function = case.tested_by.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    name = function.partition("[")[0]
    assert re.search(rf"^(async )?def {re.escape(name)}\(", text, re.MULTILINE), function


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.zh} {case.en}")
def test_a_scenario_shows_what_the_case_is_about(case: Case) -> None:
    """Of the failures that a case names, its scenario shows one at least."""
    if case.scenario is None or not case.failures or case.zh in _ADVICE:
        return
    scenario = library.find("scenarios", case.scenario)
    failures = re.search(
        r"^failures: \[(.*)\]$", scenario.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert failures is not None
    assert set(case.failures) & set(failures.group(1).split(", "))


#: Cases that are about what to do, and whose scenario shows where that matters.
_ADVICE = frozenset({"使用VPN"})


def test_each_guide_is_there_with_all_its_cases() -> None:
    """Three guides, and no case twice in one chapter."""
    counts = [sum(case.heading is None for case in guide.cases) for guide in GUIDES]
    assert len(counts) == 3
    assert min(counts) >= 40
    assert PERFORMED.partition("::")[0] == "tests/scenarios/test_performed.py"


def test_nobody_is_advised_to_hide_the_country() -> None:
    """One guide does; it is listed with our no."""
    advised = [case for case in CASES if "VPN" in case.zh]
    assert [case.must.partition(":")[0] for case in advised] == ["Never"]
    assert not [case for case in CASES if "VPN" in case.must]
