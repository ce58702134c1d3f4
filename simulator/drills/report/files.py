"""Writes the results of a drill into its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulator.checkers.catalogue import CHECKERS
from simulator.drills.folder import Folder
from simulator.drills.report import html, junit
from simulator.drills.verdict import Verdict
from simulator.errors import UsageError
from simulator.journal.history import History


def write(folder: Folder, verdict: Verdict, history: History) -> None:
    """Write `verdict.json`, `junit.xml` and `report.html`.

    Raises:
        UsageError: one of them cannot be written; it says which, and what the verdict is.
    """
    money = frozenset(checker.name for checker in CHECKERS if checker.money)
    results: dict[Path, Callable[[], bytes]] = {
        folder.verdict: verdict.to_json,
        folder.junit: lambda: junit.render(verdict, history, money),
        folder.report: lambda: html.render(verdict, history).encode(),
    }
    for path, render in results.items():
        try:
            path.write_bytes(render())
        except OSError as error:
            raise UsageError(
                f"the verdict is {verdict.verdict}, and {path} cannot be written: "
                f"{error.strerror}; `paydrill judge {folder.journal}` says it again"
            ) from error
