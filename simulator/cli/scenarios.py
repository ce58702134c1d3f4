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
        use = f"drill, {seconds:g} s" if scenario.has_arrivals else "serve"
        rows.append((name, use, " ".join(scenario.about.split())))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for name, use, about in rows:
        typer.echo(f"{name:{widths[0]}}  {use:{widths[1]}}  {about}")
