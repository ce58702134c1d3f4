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
        str | None,
        typer.Option(help="Judge by this file or name, not by the one recorded."),
    ] = None,
) -> None:
    """Judge a recorded drill again, from its journal alone.

    Nothing in its folder changes.
    """
    from rich.console import Console

    from simulator.cli import sources
    from simulator.drills.judge import judge_recording
    from simulator.drills.report.console import print_verdict

    other = None if scenario is None else sources.scenario(scenario)
    verdict = judge_recording(recording, other)
    print_verdict(Console(), verdict)
    raise typer.Exit(verdict.exit_code)
