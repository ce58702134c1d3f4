"""Tests of what the load generator is told, and of several workers as one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from simulator.drills.load import LoadFiles, LocustLoad, locust, locust_argv
from simulator.drills.merchantfile import merchant
from simulator.drills.plan import Folder, plan
from simulator.drills.processes import Child, Command
from simulator.scenario import loader

_SCENARIO = """\
scenario: 1
name: plan
seed: 3
traffic:
  personas: {zh_CN: 60%, de_DE: 20%}
  methods: {card: 70%, wallet: 30%}
  patience: 12s
phases:
  - {name: baseline, lasts: 10s, arrivals: 40/s}
  - {name: peak, lasts: 20s, arrivals: {from: 40/s, to: 80/s}}
  - {name: silence, lasts: 5s}
"""


@dataclass
class FakeChild:
    """A worker."""

    code: int | None = None
    words: str = ""
    interrupted: bool = False

    def ended(self) -> int | None:
        """As the test says."""
        return self.code

    def interrupt(self) -> None:
        """Noted."""
        self.interrupted = True

    def last_words(self) -> str:
        """As the test says."""
        return self.words


def _load(folder: Path, *children: FakeChild) -> LocustLoad:
    return LocustLoad(LoadFiles(folder, len(children)), children)  # type: ignore[arg-type]


def test_plan_says_all_that_shoppers_need(tmp_path: Path) -> None:
    """Rates become numbers, shares add up to one, and each worker has a journal of its own."""
    drill = plan(loader.load(_SCENARIO), merchant("careful"), Folder(tmp_path, 2), seed=9)
    files = LoadFiles(tmp_path, 2)
    files.write(drill.load_plan("http://shop"))
    told = json.loads(files.plan(1).read_bytes())
    assert told == {
        "run": drill.run,
        "seed": 9,
        "shop": "http://shop",
        "account": "drill",
        "phases": [
            {"name": "baseline", "lasts": 10.0, "from": 40.0, "to": 40.0},
            {"name": "peak", "lasts": 20.0, "from": 40.0, "to": 80.0},
            {"name": "silence", "lasts": 5.0, "from": 0.0, "to": 0.0},
        ],
        "traffic": {
            "shoppers": "checkout",
            "personas": {"zh_CN": 0.75, "de_DE": 0.25},
            "methods": {"card": 0.7, "wallet": 0.3},
            "patience": 12.0,
        },
        "history": str(tmp_path / "client-1.jsonl"),
        "go": str(tmp_path / "go.json"),
        "worker": 1,
        "workers": 2,
    }
    assert drill.shoppers == 400 + 1200


def test_load_is_ready_when_every_worker_has_said_so(tmp_path: Path) -> None:
    """One line in each journal, not a file that was just made."""
    load = _load(tmp_path, FakeChild(), FakeChild())
    assert load.problem() == "load worker 0 is not ready"
    (tmp_path / "client-0.jsonl").write_bytes(b'{"kind": "note"}\n')
    (tmp_path / "client-1.jsonl").write_bytes(b"")
    assert load.problem() == "load worker 1 is not ready"
    (tmp_path / "client-1.jsonl").write_bytes(b'{"kind": "note"}\n')
    assert load.problem() is None


def test_go_appears_in_one_step(tmp_path: Path) -> None:
    """Nobody can read half of the start."""
    _load(tmp_path, FakeChild()).go(1234.5)
    assert json.loads((tmp_path / "go.json").read_bytes()) == {"mono": 1234.5}
    assert [path.name for path in tmp_path.iterdir()] == ["go.json"]


def test_one_failed_worker_fails_the_load(tmp_path: Path) -> None:
    """All must end well; the one that did not has the last words."""
    good, bad = FakeChild(0, "fine"), FakeChild(None, "Traceback")
    load = _load(tmp_path, good, bad)
    assert load.ended() is None
    bad.code = -9
    assert load.ended() == -9
    assert load.last_words() == "Traceback"
    bad.code = 0
    assert load.ended() == 0
    load.stop()
    assert good.interrupted
    assert bad.interrupted


def test_each_worker_is_a_process_of_its_own(tmp_path: Path) -> None:
    """Each has its plan in the environment and its own log; none is started by a shell."""
    started: list[Command] = []

    def start(command: Command) -> Child:
        started.append(command)
        return FakeChild()  # type: ignore[return-value]

    base = Command(name="load", argv=(), environment={"A": "b"}, cwd=tmp_path, log=tmp_path)
    locust(LoadFiles(tmp_path, 2), locust_argv(Path("shoppers.py"), "Checkout"), start, base)
    assert [command.name for command in started] == ["load-0", "load-1"]
    assert [command.environment["PAYDRILL_PLAN"] for command in started] == [
        str(tmp_path / "plan-0.json"), str(tmp_path / "plan-1.json"),
    ]  # fmt: skip
    assert all(command.environment["A"] == "b" for command in started)
    assert started[0].log == tmp_path / "load-0.log"
    assert started[0].argv[1:5] == ("-m", "locust", "-f", "shoppers.py")
    assert started[0].argv[-1] == "Checkout"
    assert all(command.leashed for command in started)
