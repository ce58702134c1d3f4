"""The YAML library: every file loads, tells a story, and together they show every failure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from simulator import library
from simulator.failures.catalogue import FAILURES
from simulator.faults.catalogue import FAULTS
from simulator.scenario import loader
from simulator.scenario.document import Scenario

ROOT = Path(__file__).resolve().parent.parent / "scenarios"
FILES = sorted(ROOT.rglob("*.yaml"))


@cache
def _load(file: Path) -> Scenario:
    return loader.load(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_loads_and_tells_its_story(file: Path) -> None:
    """Its name is that of its file, after that of its folder if need be, and it says what it is."""
    scenario = _load(file)
    assert scenario.name in {file.stem, f"{file.parent.name}-{file.stem}"}
    assert len(scenario.about) > 60
    assert scenario.hit_points() or scenario.profile.name != "default"
    assert list(scenario.failures) == list(dict.fromkeys(scenario.failures))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_says_how_to_run_it(file: Path) -> None:
    """Its first lines have a command, which names it; who can be drilled says so."""
    scenario = _load(file)
    head = file.read_text(encoding="utf-8").partition("\nscenario: 1")[0]
    short = file.stem
    command = "drill" if scenario.has_arrivals else "serve"
    assert f"paydrill {command} {short}" in head or f"{file.parent.name}/{short}" in head
    assert library.find("scenarios", short) == file  # its short name is enough


def test_every_fault_has_a_scenario() -> None:
    """Whoever wants to meet one finds it."""
    shown = {
        shot.fault.name
        for file in FILES
        for _, rule in _load(file).sections()
        for shot in rule.arms
    }
    assert shown == {fault.name for fault in FAULTS}


def test_every_failure_has_a_scenario() -> None:
    """Every row of the catalogue can be met."""
    shown = {name for file in FILES for name in _load(file).failures}
    assert {failure.name for failure in FAILURES} - shown == set()
