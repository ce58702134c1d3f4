"""`paydrill merchant`: a reference merchant alone."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from simulator.errors import UsageError


class Reference(StrEnum):
    """The merchants that ship with paydrill."""

    CAREFUL = "careful"
    NAIVE = "naive"


def merchant(
    name: Annotated[Reference, typer.Argument(help="Which of the two.")],
) -> None:
    """Run a reference merchant; it is told by the six PAYDRILL_ variables."""
    shop = import_module(f"simulator.merchants.{name}")
    port = os.environ.get("PAYDRILL_PORT") or "8000"
    typer.echo(f"the {name} shop, http://127.0.0.1:{port}")
    try:
        code = shop.main()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise UsageError(f"port {port} is in use; set PAYDRILL_PORT to another") from error
    raise typer.Exit(code)
