"""Writes reference pages from the code and the scenarios, so that they cannot disagree with them.

Most stand in docs/reference; a page that belongs beside what it lists stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tools.reference import (
    checkers,
    cli,
    control_api,
    failures,
    faults,
    guides,
    journal,
    methods,
    profiles,
    scenario_file,
    scenarios,
    stripe_api,
    testcards,
)

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docs" / "reference"

PAGES: Final[MappingProxyType[str, Callable[[], str]]] = MappingProxyType(
    {
        "checkers.md": checkers.page,
        "cli.md": cli.page,
        "control-api.md": control_api.page,
        "failures.md": failures.page,
        "faults.md": faults.page,
        "guides.md": guides.page,
        "journal.md": journal.page,
        "methods.md": methods.page,
        "profiles.md": profiles.page,
        "scenario-file.md": scenario_file.page,
        "stripe-api.md": stripe_api.page,
        "test-cards.md": testcards.page,
    }
)
#: Pages that stand elsewhere, by their path from the top of the repository.
ELSEWHERE: Final[MappingProxyType[str, Callable[[], str]]] = MappingProxyType(
    {"scenarios/README.md": scenarios.page}
)


def write(folder: Path = FOLDER) -> None:
    """Write every page anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
    for path, page in ELSEWHERE.items():
        (ROOT / path).write_text(page(), encoding="utf-8")
