"""The load: what Locust is told, and Locust as a child process.

Locust patches the interpreter it runs in, so it runs in its own. It is told by a plan file, says
that it is ready by the first line of its journal, and starts when the go file appears. Several
workers are Locust's own: a master that forks them, each with a journal of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from simulator.drills.processes import LOOPBACK, Child, free_ports, python

#: What `traffic.shoppers` can name: a file of loadtests/ and its user class.
SHOPPERS: Final[Mapping[str, tuple[str, str]]] = {"checkout": ("shoppers", "Checkout")}


class PhaseLoad(msgspec.Struct, frozen=True, rename={"begins": "from", "ends": "to"}):
    """Arrivals per second over one phase, in a straight line from `from` to `to`."""

    name: str
    lasts: float
    begins: float
    ends: float


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All that a load generator is told. Paths are absolute.

    `history` is the journal to write; of several workers each adds its number to the name.
    `mapping` is how to speak to the shop, where that is not the standard API. `control` is where
    the gateway's control API is, whose inbox has the messages that shoppers get.
    """

    run: str
    seed: int
    shop: str
    account: str
    phases: tuple[PhaseLoad, ...]
    traffic: Mapping[str, Any]
    mapping: Mapping[str, Any] = msgspec.field(default_factory=dict)
    control: str = ""
    history: str = ""
    go: str = ""


class LoadFiles(msgspec.Struct, frozen=True):
    """Where plan, go file and journals of one drill are: a journal for each of the `workers`."""

    folder: Path
    workers: int

    @property
    def go(self) -> Path:
        """The file whose appearance starts the arrivals."""
        return self.folder / "go.json"

    @property
    def plan(self) -> Path:
        """The plan."""
        return self.folder / "plan.json"

    def history(self, worker: int) -> Path:
        """The journal of one worker, numbered if there are several."""
        number = "" if self.workers == 1 else f"-{worker}"
        return self.folder / f"client{number}.jsonl"

    def histories(self) -> tuple[Path, ...]:
        """The journals of all workers."""
        return tuple(self.history(worker) for worker in range(self.workers))

    def write(self, plan: LoadPlan) -> None:
        """Write the plan down."""
        history = str(self.folder / "client.jsonl")
        whole = msgspec.structs.replace(plan, history=history, go=str(self.go))
        self.plan.write_bytes(msgspec.json.format(msgspec.json.encode(whole)))


class LocustLoad:
    """Locust at work: a child process, which may have workers."""

    def __init__(self, files: LoadFiles, child: Child) -> None:
        self._files = files
        self._child = child

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
        """No more arrivals; every worker writes its last lines and ends."""
        self._child.interrupt()

    def ended(self) -> int | None:
        """The exit code, or None while it runs. A worker that fails ends it all."""
        return self._child.ended()

    def last_words(self) -> str:
        """The end of its log."""
        return self._child.last_words()


def locust_argv(locustfile: Path, user: str, workers: int = 1) -> tuple[str, ...]:
    """One scheduler a worker, no web page; Locust's own exit code says nothing of failures."""
    return python(
        "locust", "-f", str(locustfile), "--headless", "-u", "1", "-r", "1",
        "--exit-code-on-error", "0", "--stop-timeout", "30", "--only-summary",
        *(_several(workers) if workers > 1 else ()), user,
    )  # fmt: skip


def _several(workers: int) -> tuple[str, ...]:
    """A master that only this machine can reach, and its workers."""
    port = str(free_ports(1)[0])
    return (
        "--processes", str(workers), "--expect-workers-max-wait", "45",
        "--master-bind-host", LOOPBACK, "--master-bind-port", port,
        "--master-host", LOOPBACK, "--master-port", port,
    )  # fmt: skip
