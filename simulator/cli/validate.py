"""`paydrill validate`: every mistake of every file, at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.errors import DocumentError, Problem


def validate(
    files: Annotated[
        list[str], typer.Argument(help="Scenario or profile files, or names of the library.")
    ],
) -> None:
    """Check scenarios and profiles: each mistake as file:line:column."""
    from simulator.cli.sources import scenario_path

    problems: list[Problem] = []
    for file in files:
        path = scenario_path(file)
        try:
            _load(path)
        except DocumentError as error:
            problems.extend(error.problems)
        else:
            typer.echo(f"{path}: ok")
    if problems:
        raise DocumentError(tuple(problems))


def _load(path: Path) -> None:
    """Read a file as what it says that it is: a profile has its version under `profile`."""
    from simulator import documents
    from simulator.profiles import reading
    from simulator.scenario import loader

    written = documents.read(path).value
    if isinstance(written, dict) and "profile" in written and "scenario" not in written:
        reading.read(path)
    else:
        loader.load(path)
