"""docs/reference/control-api.md."""

from __future__ import annotations

import inspect
from typing import Final

from simulator.server.control import application
from tools.reference import markdown
from tools.reference.markdown import code, table

_ABOUT: Final = """\
By this API drills and tests steer a gateway. It listens on its own port (4243), and every path but
`/health` needs the token that `paydrill serve` was given or printed:

```
Authorization: Bearer <token>
```

`{account}` is what follows `sk_test_` in an API key. An account comes into being when it is first
named, here or by a payment, and is a world of its own: payments, idempotency records, scenario,
clock, webhook address and journal. Durations are texts such as `10s`. Errors are
`{"error": {"message", "problems"}}` with 401, 404 or 422; a scenario gives all its mistakes.

A live fault takes the fields of a [LiveFault](scenario-file.md#livefault) and ends by itself. A
lease (`POST .../lease`) makes the gateway heal itself when it is not renewed in time, so that a
drill that is killed leaves no faults behind."""


def page() -> str:
    """The whole page."""
    # The routes are described, not called: there is no gateway behind them.
    routes = application(None, "").router.routes()  # type: ignore[arg-type]
    rows = [
        (code(route.method), code(route.resource.canonical), _does(route.handler))
        for route in routes
        if route.method != "HEAD" and route.resource
    ]
    return markdown.page("The control API", _ABOUT, table(("method", "path", "does"), rows))


def _does(handler: object) -> str:
    """The first sentence of a handler, without the method and the path that it begins with."""
    text = (inspect.getdoc(handler) or "Version and state of the gateway.").split("\n\n")[0]
    head, colon, rest = text.partition(": ")
    return rest[:1].upper() + rest[1:] if colon and "/" in head else text
