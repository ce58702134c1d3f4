"""`paydrill merchant`: a reference merchant alone."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from simulator.errors import UsageError


class Name(StrEnum):
    """The merchants that ship with paydrill."""

    CAREFUL = "careful"
    NAIVE = "naive"
    CAREFUL_STRIPE = "careful-stripe"
    NAIVE_STRIPE = "naive-stripe"


def merchant(
    name: Annotated[Name, typer.Argument(help="Which; the last two use Stripe's own library.")],
) -> None:
    """Run a reference merchant; it is told by the six PAYDRILL_ variables."""
    from simulator.drills.merchantfile import REFERENCE, needed

    needed(name, REFERENCE[name])
    shop = import_module(REFERENCE[name].module)
    port = os.environ.get("PAYDRILL_PORT") or "8000"
    typer.echo(f"the {name} shop, http://127.0.0.1:{port}")
    try:
        code = shop.main()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise UsageError(f"port {port} is in use; set PAYDRILL_PORT to another") from error
    raise typer.Exit(code)
