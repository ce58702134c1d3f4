"""Who may call the control API, and mistakes of callers as JSON."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator.errors import DocumentError, UsageError, did_you_mean
from simulator.server.control.answers import Refusal, Trouble
from simulator.server.control.call import Missing
from simulator.server.control.replies import json
from simulator.server.control.routes import ROUTES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guard(token: str, *, open_paths: frozenset[str]) -> Any:
    """A middleware that lets in who knows the token; to `open_paths`, anyone."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        known = hmac.compare_digest(given.encode(errors="replace"), token.encode())
        if not known and request.path not in open_paths:
            refused = _refuse("the control API needs its token: Authorization: Bearer <token>", 401)
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        return await handler(request)

    return guarded


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Mistakes of the caller as JSON."""
    try:
        return await handler(request)
    except DocumentError as error:
        problems = [str(problem) for problem in error.problems]
        return _refuse(f"{len(problems)} problem(s) in this document", 422, problems)
    except Missing as error:
        return _refuse(str(error), 404)
    except UsageError as error:
        return _refuse(str(error), 422)
    except web.HTTPNotFound:
        return _refuse(f"{request.path} is not a path{_near(request.path)}", 404)
    except web.HTTPException as error:
        refused = _refuse(error.text or error.reason, error.status)
        if "Allow" in error.headers:
            refused.headers["Allow"] = error.headers["Allow"]
        return refused


def _near(path: str) -> str:
    """The paths that were perhaps meant, as the documentation writes them."""
    asked = path.split("/")
    if asked[1] == "accounts" and len(asked) > 2:
        asked[2] = "{account}"
    return did_you_mean("/".join(asked), dict.fromkeys(route.path for route in ROUTES))


def _refuse(message: str, status: int, problems: list[str] | None = None) -> web.Response:
    return json(Refusal(error=Trouble(message=message, problems=problems or [])), status)
