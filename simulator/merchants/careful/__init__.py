"""The careful shop: how to take payments through a gateway that cannot be relied on.

It is a whole small shop and meant to be read as an example. Start with policy.py, the rules;
records.py holds what is known of an order, channel.py what an answer is worth, gateway.py asks,
payments.py takes the steps, reconcile.py keeps orders moving, webhooks.py and orders.py are what
their names say. What comes after the payment stands in notices.py (what payers hear), disputes.py
and statements.py (the order book against the gateway's daily statement).
It may run as several instances, which share one file: see database.py, orders.py for whose an order
is, instances.py for who is alive, and mail.py for what arrives at the wrong one.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence

from aiohttp import web

from simulator.merchants.careful.app import make_app
from simulator.merchants.careful.config import Settings, from_environment
from simulator.merchants.careful.errors import ConfigError

__all__ = ["main", "make_app", "run", "serve"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the shop until it is told to stop; 0, or 2 if the environment is not right."""
    return run("careful", make_app, argv)


def run(
    name: str, make: Callable[[Settings], web.Application], argv: Sequence[str] | None = None
) -> int:
    """The same for a shop of this name, which `make` makes."""
    if argv:
        sys.stderr.write(f"{name} takes no arguments; it is told by PAYDRILL_… variables\n")
        return 2
    try:
        settings = from_environment(os.environ)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with asyncio.Runner(loop_factory=_new_loop()) as runner:
        runner.run(serve(make(settings), settings))
    return 0


async def serve(app: web.Application, settings: Settings) -> None:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT; requests under way end first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=settings.timings.answer)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", settings.port, backlog=1024).start()
        await stop.wait()
    finally:
        await runner.cleanup()


def _new_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed; None stands for asyncio's own."""
    try:
        import uvloop  # noqa: PLC0415 - it is not there on every system
    except ImportError:
        return None
    return uvloop.new_event_loop
