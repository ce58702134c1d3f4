"""`paydrill validate`: every mistake of every file, at its place."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.errors import DocumentError, Problem


def validate(
    files: Annotated[list[str], typer.Argument(help="Scenario files, or names of the library.")],
) -> None:
    """Check scenarios: each mistake as file:line:column."""
    from simulator.cli.sources import scenario_path
    from simulator.scenario import loader

    problems: list[Problem] = []
    for file in files:
        path = scenario_path(file)
        try:
            loader.load(path)
        except DocumentError as error:
            problems.extend(error.problems)
        else:
            typer.echo(f"{path}: ok")
    if problems:
        raise DocumentError(tuple(problems))
