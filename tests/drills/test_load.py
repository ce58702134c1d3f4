"""Tests of what the load generator is told, and of several workers as one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from simulator.drills.load import LoadFiles, LocustLoad, locust_argv
from simulator.drills.merchantfile import merchant
from simulator.drills.plan import Folder, plan
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


def _load(folder: Path, child: FakeChild, workers: int = 2) -> LocustLoad:
    return LocustLoad(LoadFiles(folder, workers), child)  # type: ignore[arg-type]


def test_plan_says_all_that_shoppers_need(tmp_path: Path) -> None:
    """Rates become numbers, shares add up to one; one plan is for all workers."""
    drill = plan(loader.load(_SCENARIO), merchant("careful"), Folder(tmp_path, 2), seed=9)
    files = LoadFiles(tmp_path, 2)
    files.write(drill.load_plan("http://shop"))
    told = json.loads(files.plan.read_bytes())
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
            "habits": {},
            "patience": 12.0,
        },
        "mapping": {},
        "control": "",
        "history": str(tmp_path / "client.jsonl"),
        "go": str(tmp_path / "go.json"),
    }
    assert drill.shoppers == 400 + 1200


def test_load_is_ready_when_every_worker_has_said_so(tmp_path: Path) -> None:
    """One line in each journal, not a file that was just made."""
    load = _load(tmp_path, FakeChild())
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


def test_load_is_one_child(tmp_path: Path) -> None:
    """Its end, its last words and its interruption are those of the process."""
    child = FakeChild(None, "Traceback")
    load = _load(tmp_path, child)
    load.stop()
    assert (load.ended(), child.interrupted) == (None, True)
    child.code = 1
    assert (load.ended(), load.last_words()) == (1, "Traceback")


def test_one_journal_or_one_for_each_worker(tmp_path: Path) -> None:
    """Named as the load generator names them: numbered when there are several."""
    assert [path.name for path in LoadFiles(tmp_path, 1).histories()] == ["client.jsonl"]
    names = [path.name for path in LoadFiles(tmp_path, 2).histories()]
    assert names == ["client-0.jsonl", "client-1.jsonl"]


def test_several_workers_are_locusts_own() -> None:
    """A master and its workers speak through a port of this machine alone; no shell starts them."""
    one, two = (locust_argv(Path("shoppers.py"), "Checkout", workers) for workers in (1, 2))
    assert one[1:5] == two[1:5] == ("-m", "locust", "-f", "shoppers.py")
    assert one[-1] == two[-1] == "Checkout"
    assert "--processes" not in one
    told = dict(pairwise(two))
    assert told["--processes"] == "2"
    assert told["--master-bind-host"] == told["--master-host"] == "127.0.0.1"
    assert told["--master-bind-port"] == told["--master-port"]
