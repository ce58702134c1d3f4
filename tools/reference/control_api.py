"""docs/reference/control-api.md."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from simulator.openapi import Endpoint, Media, Shape
from simulator.server.control.answers import Explained
from simulator.server.control.routes import ROUTES
from tools.reference import markdown
from tools.reference.markdown import code, kind, parameters, story, table

_ABOUT: Final = """\
By this API drills and tests steer a gateway. It listens on its own port (4243), and every path but
`/health` needs the token that `paydrill serve` was given or printed:

```
Authorization: Bearer <token>
```

`{account}` is what follows `sk_test_` in an API key. An account comes into being when it is first
named, here or by a payment, and is a world of its own: payments, idempotency records, scenario,
clock, webhook address and journal. Durations are texts such as `10s`. Errors are
`{"error": {"message", "problems"}}` with 401, 404, 405, 413 or 422; a scenario gives all its
mistakes. Unknown fields and parameters are mistakes, too.

`GET /openapi.json` describes this API for programs, `GET /openapi-native.json` the
[native API](native-api.md) of the channels. Both are made from the types by which requests are
read."""


def page() -> str:
    """The whole page."""
    endpoints = [route.endpoint() for route in ROUTES]
    rows = [(code(each.method), code(each.path), _does(each)) for each in endpoints]
    overview = table(("method", "path", "does"), rows)
    explained = f"## Explained\n\n{story(Explained)}\n\n{_fields(Explained)}"
    return markdown.page("The control API", _ABOUT, overview, *map(_section, endpoints), explained)


def _does(endpoint: Endpoint) -> str:
    return endpoint.does.split("\n\n")[0]


def _section(endpoint: Endpoint) -> str:
    """What goes in and what comes out of one endpoint."""
    status = min(endpoint.answers)
    parts = [
        f"## {endpoint.method} {endpoint.path}",
        endpoint.does,
        _given("Query", endpoint.query),
        _given("Body", endpoint.body),
        _told(status, endpoint.answers[status]),
    ]
    return "\n\n".join(part for part in parts if part)


def _given(title: str, shape: Shape) -> str:
    if shape is None:
        return ""
    if isinstance(shape, Media):
        return f"{title}: {shape.about}, as {' or '.join(map(code, shape.kinds))}."
    return f"{title}:\n\n{parameters(_schema(shape))}"


def _told(status: int, shape: Shape) -> str:
    if shape is None or isinstance(shape, Media):
        return f"Answers {status} with {shape.about}." if shape else ""
    return f"Answers {status}:\n\n{_fields(shape)}"


def _fields(struct: type[msgspec.Struct]) -> str:
    schema = _schema(struct)
    rows = [(code(name), kind(field, schema)) for name, field in schema["properties"].items()]
    return table(("field", "is"), rows)


def _schema(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema of a struct, with those that it refers to beside it."""
    whole = msgspec.json.schema(struct)
    elsewhere = {"schemas": {"Delivery": {"type": "[delivery](journal.md#delivery)"}}}
    return {**whole["$defs"][struct.__name__], "$defs": whole["$defs"], "components": elsewhere}
