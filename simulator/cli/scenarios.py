"""`paydrill scenarios`: what ships with paydrill."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

#: A first sentence of so many letters or fewer does not say what happens.
_SCENE: Final = 60


def scenarios(
    group: Annotated[
        str | None, typer.Argument(help="Only those of one folder: drills, declines, …")
    ] = None,
    *,
    failure: Annotated[
        str | None, typer.Option(help="Only those that show this failure of the catalogue.")
    ] = None,
) -> None:
    """List the scenarios that ship with paydrill."""
    from simulator import library
    from simulator.errors import UsageError, did_you_mean
    from simulator.failures import catalogue
    from simulator.scenario import loader

    if failure is not None:
        catalogue.failure(failure)
    names = library.names("scenarios")
    groups = sorted({name.partition("/")[0] for name in names})
    if group is not None and group not in groups:
        near = did_you_mean(group, groups) or f"; there is {', '.join(groups)}"
        raise UsageError(f"there are no scenarios called '{group}'{near}")
    rows = []
    for name in names:
        scenario = loader.load(library.find("scenarios", name))
        if group in (None, name.partition("/")[0]) and failure in (None, *scenario.failures):
            seconds = sum(phase.lasts for phase in scenario.phases)
            use = f"drill, {seconds:g} s" if scenario.has_arrivals else "serve"
            rows.append((name, use, first_sentence(scenario.about)))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for name, use, about in rows:
        typer.echo(f"{name:{widths[0]}}  {use:{widths[1]}}  {about}")
    if not rows:
        typer.echo(f"no scenario shows {failure}" + (f" in {group}" if group else ""))


def first_sentence(about: str) -> str:
    """The first sentence of a story, in one line; two, if the first only sets the scene."""
    text = " ".join(about.split())
    end = 0
    for match in re.finditer(r"[.!?](?=\s+[A-Z\"]|$)", text):
        end = match.end()
        if end > _SCENE:
            break
    return text[:end] or text
