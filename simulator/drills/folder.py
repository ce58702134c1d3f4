"""The folder of one drill: what it leaves for people and pipelines, and its working files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import msgspec

from simulator.drills.load import LoadFiles
from simulator.errors import UsageError

#: What marks a folder as one that an earlier drill may have left.
_OWN: Final = frozenset(
    {"verdict.json", "junit.xml", "report.html", "journal.jsonl", "parts", "logs", "merchant"}
)


class Folder(msgspec.Struct, frozen=True):
    """Paths below `out`: four results, `parts` (journals before the merge), `logs`, `merchant`."""

    out: Path
    workers: int = 1

    @property
    def journal(self) -> Path:
        """The merged history, enough to judge again."""
        return self.out / "journal.jsonl"

    @property
    def verdict(self) -> Path:
        """The verdict as JSON."""
        return self.out / "verdict.json"

    @property
    def junit(self) -> Path:
        """The verdict for a pipeline."""
        return self.out / "junit.xml"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.out / "report.html"

    @property
    def logs(self) -> Path:
        """What the processes printed."""
        return self.out / "logs"

    def merchant_log(self, instance: int = 1) -> Path:
        """What the merchant printed; each instance of several has a log of its own."""
        return self.logs / ("merchant.log" if instance == 1 else f"merchant-{instance}.log")

    @property
    def scratch(self) -> Path:
        """The working directory of a reference merchant."""
        return self.out / "merchant"

    @property
    def parts(self) -> Path:
        """Working files."""
        return self.out / "parts"

    @property
    def gateway(self) -> Path:
        """The gateway's journal."""
        return self.parts / "gateway.jsonl"

    @property
    def controller(self) -> Path:
        """The order book as it was read, and the controller's own notes."""
        return self.parts / "controller.jsonl"

    @property
    def load(self) -> LoadFiles:
        """The load generator's files."""
        return LoadFiles(self.parts.resolve(), self.workers)

    def prepare(self) -> None:
        """Make the folders; an earlier drill's results in the same place are removed.

        Raises:
            UsageError: the folder cannot be made, or holds something that no drill left there.
        """
        if self.out.exists() and not self.out.is_dir():
            raise UsageError(f"{self.out} is a file; --out takes a folder")
        if self.out.exists() and (strangers := {p.name for p in self.out.iterdir()} - _OWN):
            raise UsageError(
                f"{self.out} holds other files ({', '.join(sorted(strangers)[:3])}); "
                "--out takes a new folder, or one that an earlier drill left"
            )
        for name in sorted(_OWN) if self.out.exists() else ():
            _remove(self.out / name)
        for path in (self.parts, self.logs, self.scratch):
            try:
                path.mkdir(parents=True)
            except OSError as error:
                raise UsageError(f"cannot make the folder {path}: {error.strerror}") from error


def _remove(path: Path) -> None:
    """Remove what an earlier drill left; UsageError if that may not be."""
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot remove {path}, of an earlier drill: {error.strerror}") from error
