"""`paydrill schema`: for editors that complete and check YAML."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer


def schema(
    of: Annotated[Literal["scenario", "profile"], typer.Argument(help="Of which files.")] = (
        "scenario"
    ),
) -> None:
    """Print the JSON Schema of scenarios, or of profiles."""
    from simulator.profiles import schema as profile_schema
    from simulator.scenario import schema as scenario_schema

    wanted = scenario_schema.schema() if of == "scenario" else profile_schema.schema()
    typer.echo(json.dumps(wanted, indent=2, ensure_ascii=False))
