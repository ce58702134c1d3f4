"""The yardstick: a plain aiohttp application on uvloop that reads JSON and answers JSON."""

from __future__ import annotations

import json
import sys

import uvloop
from aiohttp import web


async def pay(request: web.Request) -> web.Response:
    """Read the body and answer an object of about the size of a payment."""
    body = await request.json()
    return web.json_response({"id": "pay_1", "object": "payment", **body}, status=201)


def main(port: int) -> None:
    """Serve on a port of this machine until terminated."""
    app = web.Application()
    app.router.add_post("/v1/payments", pay)
    with json_warmed():
        web.run_app(
            app,
            host="127.0.0.1",
            port=port,
            access_log=None,
            print=lambda *_: None,
            loop=uvloop.new_event_loop(),
        )


class json_warmed:  # noqa: N801 - reads as a statement
    """Load the JSON codec before the first request is timed."""

    def __enter__(self) -> None:
        json.loads("{}")

    def __exit__(self, *_: object) -> None:
        """Nothing to undo."""


if __name__ == "__main__":
    main(int(sys.argv[1]))
