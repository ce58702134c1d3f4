"""Saved journals, good and bad, are judged again on every run.

A journal that is dropped into tests/histories with its `NAME.expected.json` beside it is checked
from then on. The sidecar lists `check`, `valid` and, where it has parameters, `with`; every check
that always runs must be in it, and so must the audit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.checkers.audit import audit
from simulator.checkers.catalogue import BY_NAME, defaults
from simulator.journal.history import History

FOLDER = Path(__file__).parent.parent / "histories"
JOURNALS = sorted(FOLDER.glob("*.jsonl"))


class Expected(msgspec.Struct, forbid_unknown_fields=True, rename={"parameters": "with"}):
    """One line of a sidecar."""

    check: str
    valid: bool | None
    parameters: dict[str, Any] = {}


def test_there_are_histories() -> None:
    """An empty folder would prove nothing."""
    assert len(JOURNALS) >= 9


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.stem)
def test_a_saved_history_is_judged_as_before(journal: Path) -> None:
    """The verdict needs the journal alone, and stays what it was."""
    sidecar = journal.with_suffix(".expected.json").read_bytes()
    expected = msgspec.json.decode(sidecar, type=list[Expected])
    history = History.from_file(journal)
    assert {"audit", *(checker.name for checker in defaults())} <= {row.check for row in expected}
    for row in expected:
        if row.check == "audit":
            finding = audit(history)
        else:
            finding = BY_NAME[row.check].model_validate(row.parameters).judge(history)
        assert finding.valid is row.valid, (row.check, finding.summary)
        assert not finding.valid or not finding.examples
