"""`paydrill judge`: the verdict on a recording, had again without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def judge(
    recording: Annotated[
        Path, typer.Argument(exists=True, help="A drill's folder, or its journal.jsonl.")
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Judge by this one, not by the one recorded."
        ),
    ] = None,
) -> None:
    """Judge a recorded drill again, from its journal alone."""
    from rich.console import Console

    from simulator.drills.judge import judge_recording
    from simulator.drills.report.console import print_verdict

    verdict = judge_recording(recording, scenario)
    print_verdict(Console(), verdict)
    raise typer.Exit(verdict.exit_code)
