"""`paydrill explain`: what a failure means, and what to do about it. Works offline."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from simulator.cli.explanation import Part
    from simulator.profiles import Profile


def explain(
    name_or_code: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME_OR_CODE",
            help="A failure, a code of the profile, or a code such as ISO 8583's 51.",
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="Whose codes: a profile by name, or a profile file.")
    ] = "default",
    lang: Annotated[Literal["en", "zh"], typer.Option(help="Language of the answer.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Say what a failure or a code means and what to do about it.

    Where the money is, what the payer is told, what support asks and tries. Without an argument:
    the table of all failures. A code can stand for several failures; then all are shown, and the
    safe way to treat it.
    """
    from simulator.cli import explanation
    from simulator.cli.sources import profile as named
    from simulator.failures import catalogue

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Chinese shows the rest
    gateway = named(profile)
    answer = None if name_or_code is None else explanation.find(name_or_code, gateway, lang)
    names = catalogue.names() if answer is None else answer.failures
    if as_json:
        data = [explanation.plain(name, gateway, lang) for name in names]
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
    elif answer is None:
        _table(gateway, lang)
    else:
        for line in answer.preface:
            typer.echo(line)
        for name in names:
            typer.echo(f"\n{typer.style(name, bold=True)}" if answer.preface else _title(name))
            for part in explanation.parts(name, gateway, lang):
                _say(part)


def _title(name: str) -> str:
    return typer.style(name, bold=True)


def _say(part: Part) -> None:
    """One part; a terminal shows its label in another colour, a pipe gets plain text."""
    label = typer.style(part.label, fg=typer.colors.CYAN)
    colon = "" if part.label.endswith((":", "\uff1a")) else ":"
    typer.echo(f"  {label}{colon} {part.text}".rstrip())
    for number, line in enumerate(part.lines, 1):
        typer.echo(f"    {number}. {line}" if len(part.lines) > 1 else f"    {line}")


def _table(gateway: Profile, lang: str) -> None:
    from simulator.cli import explanation

    word = explanation.WORDS[lang]
    heads = (word["code"], "failure", word["retry"], word["money"], word["meaning"])
    rows = list(explanation.rows(gateway, lang))
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(*heads, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*row)
        Console().print(table)
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads) - 1)]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join((*cells, row[-1])))
