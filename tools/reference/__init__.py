"""Writes the pages of docs/reference from the code, so that they cannot disagree with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tools.reference import checkers, cli, control_api, failures, faults, journal, scenario_file

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "reference"

PAGES: Final[MappingProxyType[str, Callable[[], str]]] = MappingProxyType(
    {
        "checkers.md": checkers.page,
        "cli.md": cli.page,
        "control-api.md": control_api.page,
        "failures.md": failures.page,
        "faults.md": faults.page,
        "journal.md": journal.page,
        "scenario-file.md": scenario_file.page,
    }
)


def write(folder: Path = FOLDER) -> None:
    """Write every page anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
