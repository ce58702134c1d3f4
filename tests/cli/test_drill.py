"""The call of a drill: what is passed on, and what its ending becomes. Drills have own tests."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from simulator.cli.main import main
from simulator.drills.plan import Drill
from simulator.drills.starters import ProcessStarters
from simulator.drills.verdict import EXIT_CODES, GeneratorResult, Verdict


class Stage:
    """Stands in for the runner: keeps what it was given and ends as it is told."""

    def __init__(self, ending: str) -> None:
        self.ending = ending
        self.drills: list[Drill] = []
        self.starters: list[Any] = []

    async def run(self, drill: Drill, starters: ProcessStarters, emit: object) -> Verdict:
        """Instead of simulator.drills.runner.run."""
        self.drills.append(drill)
        self.starters.append(starters)
        if self.ending == "cancelled":
            raise asyncio.CancelledError
        return Verdict(
            verdict=self.ending,
            seed=drill.seed,
            scenario=drill.scenario.name,
            run=drill.run,
            checks=(),
            faults=(),
            phases=(),
            money={},
            generator=GeneratorResult(),
        )


@pytest.fixture(name="stage")
def _stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage("pass")
    monkeypatch.setattr("simulator.drills.runner.run", stage.run)
    monkeypatch.delenv("PAYDRILL_TOKEN", raising=False)
    return stage


@pytest.mark.parametrize("ending", [*EXIT_CODES, "cancelled"])
def test_the_verdict_is_the_exit_code(stage: Stage, ending: str) -> None:
    """And a drill that was cancelled is aborted."""
    stage.ending = ending
    assert main(["drill", "gateway-brownout"]) == EXIT_CODES.get(ending, 3)


def test_what_is_asked_for_is_what_is_run(stage: Stage, tmp_path: Path) -> None:
    """Scenario, merchant, folder, seed and processes."""
    out = tmp_path / "results"
    argv = ["drill", "gateway-brownout", "--merchant", "naive", "--out", str(out)]
    assert main([*argv, "--seed", "7", "--processes", "2", "--instances", "3"]) == 0
    drill = stage.drills[0]
    assert drill.instances == 3
    assert (drill.scenario.name, drill.merchant.name) == ("gateway-brownout", "naive")
    assert (drill.seed, drill.folder.out, drill.folder.workers) == (7, out, 2)
    assert drill.scenario.file == "gateway-brownout"


def test_without_options_the_careful_shop_is_drilled_with_the_scenarios_seed(stage: Stage) -> None:
    """The results go to a folder named after both."""
    assert main(["drill", "gateway-brownout"]) == 0
    drill = stage.drills[0]
    assert drill.merchant.name == "careful"
    assert drill.seed == drill.scenario.seed
    assert drill.folder.out == Path("out/gateway-brownout-careful")


def test_the_folder_of_a_merchant_at_a_url_has_a_plain_name(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No slashes and colons of an address in it."""
    assert main(["drill", "gateway-brownout", "--merchant", "http://127.0.0.1:8000"]) == 0
    assert stage.drills[0].folder.out == Path("out/gateway-brownout-http-127.0.0.1-8000")


@pytest.mark.parametrize(
    "options",
    [
        ["--gateway", "http://127.0.0.1:4242"],
        ["--gateway", "http://127.0.0.1:4242", "--control", "http://127.0.0.1:4243"],
        ["--control", "http://127.0.0.1:4243", "--token", "t"],
        ["--backup", "http://127.0.0.1:4244"],
    ],
)
def test_a_gateway_that_runs_is_named_in_full(
    stage: Stage, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Half of its address is a wrong call."""
    assert main(["drill", "gateway-brownout", *options]) == 2
    assert "--gateway, --control and --token together" in capsys.readouterr().err
    assert stage.drills == []


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["gateway-brownout", "--merchant", "carefull"], "did you mean 'careful'"),
        (["gateway-brownout", "--merchant", "ftp://127.0.0.1"], "--merchant"),
        (["declines/insufficient-funds-nobody"], "nothing in scenarios is called"),
    ],
)
def test_what_cannot_be_drilled(
    stage: Stage, argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong call starts nothing."""
    assert main(["drill", *argv]) == 2
    assert said in capsys.readouterr().err
    assert stage.drills == []


def test_a_scenario_without_arrivals_is_not_a_drill(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It can be served, and the message says what is missing."""
    served = tmp_path / "served.yaml"
    served.write_text("scenario: 1\nname: served\nrules:\n  - fault: {hang: {for: 1s}}\n")
    assert main(["drill", str(served)]) == 2
    assert "arrivals" in capsys.readouterr().err


def test_a_second_interrupt_says_that_there_is_no_verdict(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody has to look for one."""
    stage.ending = "cancelled"
    assert main(["drill", "gateway-brownout"]) == 3
    assert "there is no verdict" in capsys.readouterr().err
