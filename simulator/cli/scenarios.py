"""`paydrill scenarios`: what ships with paydrill."""

from __future__ import annotations

import typer


def scenarios() -> None:
    """List the scenarios that ship with paydrill."""
    from simulator import library
    from simulator.scenario import loader

    rows = []
    for name in library.names("scenarios"):
        scenario = loader.load(library.find("scenarios", name))
        seconds = sum(phase.lasts for phase in scenario.phases)
        lasts = f"{seconds:g} s" if seconds else "-"
        rows.append((name, lasts, " ".join(scenario.about.split())))
    width = max((len(row[0]) for row in rows), default=0)
    for name, lasts, about in rows:
        typer.echo(f"{name:{width}}  {lasts:>6}  {about}")
