"""Plans, from a drill's file and from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import plans
import pytest
from arrivals import Ramp, Schedule

from simulator.clock import VirtualClock
from simulator.drills.mapping import STANDARD
from simulator.errors import UsageError

SHOP = "http://127.0.0.1:8000"
DRILL = b"""{
  "run": "r1a2b", "seed": 123, "shop": "http://127.0.0.1:9", "history": "/h/client.jsonl",
  "go": "/h/go.json", "account": "drill", "worker": 1, "workers": 2,
  "phases": [{"name": "baseline", "lasts": 10, "from": 40.0, "to": 40.0},
             {"name": "brownout", "lasts": 25.0, "from": 40.0, "to": 80.0}],
  "traffic": {"shoppers": "checkout", "personas": {"zh_CN": 0.6, "de_DE": 0.4},
              "methods": {"card": 0.7, "wallet": 0.3}, "patience": 20.0}
}"""


def alone(*words: str, host: str | None = SHOP) -> plans.Plan:
    """The plan that a command line makes."""
    parser = ArgumentParser()
    plans.declare(parser)
    return plans.chosen({}, parser.parse_args(words), host, VirtualClock(wall=255.0))


def from_file(folder: Path, text: bytes) -> plans.Plan:
    """The plan that a file makes."""
    path = folder / "plan.json"
    path.write_bytes(text)
    options = ArgumentParser().parse_args([])
    return plans.chosen({plans.VARIABLE: str(path)}, options, None, VirtualClock())


def test_a_drills_plan_is_read(tmp_path: Path) -> None:
    """Every field of the load contract arrives where it belongs."""
    plan = from_file(tmp_path, DRILL)
    assert (plan.run, plan.seed, plan.shop, plan.account) == (
        "r1a2b", 123, "http://127.0.0.1:9", "drill"
    )  # fmt: skip
    assert (plan.history, plan.go) == ("/h/client.jsonl", "/h/go.json")
    assert (plan.worker, plan.workers) == (1, 2)
    assert [(ramp.lasts, ramp.first, ramp.last) for ramp in plan.phases] == [
        (10.0, 40.0, 40.0), (25.0, 40.0, 80.0)
    ]  # fmt: skip
    assert plan.traffic.personas == {"zh_CN": 0.6, "de_DE": 0.4}
    assert plan.traffic.methods == {"card": 0.7, "wallet": 0.3}
    assert plan.traffic.patience == 20.0
    assert plan.order(17) == "r1a2b-17"
    assert Schedule(plan.phases).count == 400 + 1500


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "truncated"),
        (b"\xff", "malformed"),
        (DRILL.replace(b'"seed": 123', b'"seed": "x"'), r"`\$.seed`"),
        (DRILL.replace(b'"lasts": 10', b'"lasts": -1'), r"more than 0 s.*phases\[0\]"),
        (DRILL.replace(b'"seed"', b'"mapping": {"read": {"status": "a["}}, "seed"'), "breaks off"),
    ],
)
def test_a_bad_plan_file_is_named_with_the_place(tmp_path: Path, text: bytes, said: str) -> None:
    """What is wrong with a plan is said with the variable, the file and the place."""
    with pytest.raises(UsageError, match=rf"PAYDRILL_PLAN: .*plan\.json: .*{said}"):
        from_file(tmp_path, text)


def test_a_plan_says_how_to_speak_to_the_shop(tmp_path: Path) -> None:
    """Without a word of it the standard API is spoken."""
    assert from_file(tmp_path, DRILL).mapping == STANDARD
    text = DRILL.replace(b'"seed"', b'"mapping": {"api": {"create": {"path": "/buy"}}}, "seed"')
    api = from_file(tmp_path, text).mapping.api
    assert (api.create.path, api.create.method, api.pay) == ("/buy", "POST", STANDARD.api.pay)


def test_one_of_several_processes_has_its_part(tmp_path: Path) -> None:
    """Its index, and a history of its own; without a history there is none to name."""
    part = from_file(tmp_path, DRILL).part(1, 3)
    assert (part.worker, part.workers, part.history) == (1, 3, "/h/client-1.jsonl")
    assert alone("--seed", "3").part(0, 2).history == ""


def test_a_missing_plan_file_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere is the caller's mistake."""
    environ = {plans.VARIABLE: str(tmp_path / "no.json")}
    with pytest.raises(UsageError, match=r"no\.json: No such file"):
        plans.chosen(environ, ArgumentParser().parse_args([]), None, VirtualClock())


def test_the_command_line_makes_a_plan() -> None:
    """Each option lands in the plan; a run alone is a single worker that waits for nobody."""
    plan = alone(
        "--rate", "600/m", "--rate-to", "30", "--lasts", "1m30s", "--seed", "9",
        "--run-name", "trial", "--personas", "zh_CN:60%, de_DE:40%",
        "--methods", "card:80%,wallet:20%", "--habits", "refresh:5%", "--patience", "5s",
        "--at-most", "7", "--history", "h.jsonl",
    )  # fmt: skip
    assert plan.phases == (Ramp(lasts=90.0, first=10.0, last=30.0),)
    assert (plan.run, plan.seed, plan.shop) == ("trial", 9, SHOP)
    assert plan.traffic == plans.Traffic(
        personas={"zh_CN": 0.6, "de_DE": 0.4},
        methods={"card": 0.8, "wallet": 0.2},
        habits={"refresh": 0.05},
        patience=5.0,
        at_most=7,
    )
    assert (plan.history, plan.go, plan.worker, plan.workers) == ("h.jsonl", "", 0, 1)


def test_defaults_make_a_short_run_of_its_own_name() -> None:
    """Without options: 10 a second for 30 s, and order names that no other run has."""
    plan = alone()
    assert plan.phases == (Ramp(lasts=30.0, first=10.0, last=10.0),)
    assert (plan.run, plan.history) == ("aloneff", "")
    assert sum(plan.traffic.personas.values()) == 1.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rate", "fast"], "'fast/s' is not a rate"),
        (["--rate=-5"], "'-5/s' is not a rate"),
        (["--lasts", "30"], "'30' is not a duration"),
        (["--lasts", "0s"], "more than 0 s"),
        (["--personas", "zh_CN"], "not a list of shares"),
        (["--methods", "card:110%"], "more than the whole"),
        (["--habits", "impatience:10%"], "no habit is called 'impatience'"),
    ],
)
def test_a_bad_option_is_named(words: list[str], said: str) -> None:
    """The value is quoted, with what can be written."""
    with pytest.raises(UsageError, match=said):
        alone(*words)


def test_a_run_alone_needs_a_host() -> None:
    """No shop, no load."""
    with pytest.raises(UsageError, match="--host"):
        alone(host=None)


def test_the_start_is_known_once_the_go_file_is_whole(tmp_path: Path) -> None:
    """A file that is missing or half written is no start."""
    go = tmp_path / "go.json"
    assert plans.start_of(str(go)) is None
    go.write_bytes(b'{"mono": 12')
    assert plans.start_of(str(go)) is None
    go.write_bytes(b'{"mono": 12.5}')
    assert plans.start_of(str(go)) == 12.5
