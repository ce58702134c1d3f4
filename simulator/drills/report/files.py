"""Writes the results of a drill into its folder."""

from __future__ import annotations

from simulator.checkers.catalogue import CHECKERS
from simulator.drills.folder import Folder
from simulator.drills.report import html, junit
from simulator.drills.verdict import Verdict
from simulator.journal.history import History


def write(folder: Folder, verdict: Verdict, history: History) -> None:
    """Write `verdict.json`, `junit.xml` and `report.html`."""
    money = frozenset(checker.name for checker in CHECKERS if checker.money)
    folder.verdict.write_bytes(verdict.to_json())
    folder.junit.write_bytes(junit.render(verdict, history, money))
    folder.report.write_text(html.render(verdict, history), encoding="utf-8")
