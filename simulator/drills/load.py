"""The load: what Locust is told, and Locust as a child process.

Locust patches the interpreter it runs in, so it runs in its own. It is told by a plan file, says
that it is ready by the first line of its journal, and starts when the go file appears. Several
workers are several Locust processes, each with a plan and a journal of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from simulator.drills.processes import Child, Command, python

#: What `traffic.shoppers` can name: a file of loadtests/ and its user class.
SHOPPERS: Final[Mapping[str, tuple[str, str]]] = {"checkout": ("shoppers", "Checkout")}


class PhaseLoad(msgspec.Struct, frozen=True, rename={"begins": "from", "ends": "to"}):
    """Arrivals per second over one phase, in a straight line from `from` to `to`."""

    name: str
    lasts: float
    begins: float
    ends: float


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All that a load generator is told. Paths are absolute; `history` is one worker's own."""

    run: str
    seed: int
    shop: str
    account: str
    phases: tuple[PhaseLoad, ...]
    traffic: Mapping[str, Any]
    history: str = ""
    go: str = ""
    worker: int = 0
    workers: int = 1


class LoadFiles(msgspec.Struct, frozen=True):
    """Where plans, journals and the go file of one drill are; `workers` of each but the last."""

    folder: Path
    workers: int

    @property
    def go(self) -> Path:
        """The file whose appearance starts the arrivals."""
        return self.folder / "go.json"

    def plan(self, worker: int) -> Path:
        """The plan of one worker."""
        return self.folder / f"plan-{worker}.json"

    def history(self, worker: int) -> Path:
        """The journal of one worker."""
        return self.folder / f"client-{worker}.jsonl"

    def histories(self) -> tuple[Path, ...]:
        """The journals of all workers."""
        return tuple(self.history(worker) for worker in range(self.workers))

    def write(self, plan: LoadPlan) -> None:
        """Write the plan of every worker."""
        for worker in range(self.workers):
            own = msgspec.structs.replace(
                plan,
                history=str(self.history(worker)),
                go=str(self.go),
                worker=worker,
                workers=self.workers,
            )
            self.plan(worker).write_bytes(msgspec.json.format(msgspec.json.encode(own)))


class LocustLoad:
    """Locust at work: one child process for each worker."""

    def __init__(self, files: LoadFiles, children: tuple[Child, ...]) -> None:
        self._files = files
        self._children = children

    def problem(self) -> str | None:
        """Why it is not ready yet, or None: every journal has its first line."""
        for worker, path in enumerate(self._files.histories()):
            if not path.exists() or b"\n" not in path.read_bytes()[:4096]:
                return f"load worker {worker} is not ready"
        return None

    def go(self, started: float) -> None:
        """The monotonic moment from which arrivals are scheduled; appears in one step."""
        half = self._files.go.with_suffix(".half")
        half.write_bytes(msgspec.json.encode({"mono": started}))
        half.replace(self._files.go)

    def stop(self) -> None:
        """No more arrivals; each worker writes its last lines and ends."""
        for child in self._children:
            child.interrupt()

    def ended(self) -> int | None:
        """None while a worker runs; else the worst exit code. A failed worker ends it all."""
        codes = [child.ended() for child in self._children]
        if failed := [code for code in codes if code]:
            return max(failed, key=abs)
        return None if None in codes else 0

    def last_words(self) -> str:
        """The end of the log of the first worker that failed, or of the first."""
        failed = [child for child in self._children if child.ended()]
        return (failed or list(self._children))[0].last_words()


def locust(
    files: LoadFiles, argv: tuple[str, ...], start: Callable[[Command], Child], base: Command
) -> LocustLoad:
    """Start every worker with this argv; `base` gives environment, folder and log folder."""
    children = tuple(
        start(
            msgspec.structs.replace(
                base,
                name=f"load-{worker}",
                argv=argv,
                environment={**base.environment, "PAYDRILL_PLAN": str(files.plan(worker))},
                log=base.log / f"load-{worker}.log",
            )
        )
        for worker in range(files.workers)
    )
    return LocustLoad(files, children)


def locust_argv(locustfile: Path, user: str) -> tuple[str, ...]:
    """One scheduler, no web page, failures judged by us: Locust's own exit code says nothing."""
    return python(
        "locust", "-f", str(locustfile), "--headless", "-u", "1", "-r", "1",
        "--exit-code-on-error", "0", "--stop-timeout", "30", "--only-summary", user,
    )  # fmt: skip
