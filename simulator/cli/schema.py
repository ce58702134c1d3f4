"""`paydrill schema`: for editors that complete and check YAML."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of scenarios."""
    from simulator.scenario import schema as scenario_schema

    typer.echo(json.dumps(scenario_schema.schema(), indent=2, ensure_ascii=False))
