"""All endpoints, in one place, and the way from a request's path to one of them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from simulator.dialects.stripe import (
    account,
    balance,
    charges,
    clocks,
    customers,
    disputes,
    earlywarnings,
    events,
    intents,
    payment_methods,
    prices,
    products,
    refunds,
    searching,
    sessions,
    setup_intents,
    tokens,
    webhook_endpoints,
)
from simulator.dialects.stripe.endpoint import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *customers.ENDPOINTS,
    *searching.ENDPOINTS,
    *account.ENDPOINTS,
    *clocks.ENDPOINTS,
    *payment_methods.ENDPOINTS,
    *products.ENDPOINTS,
    *prices.ENDPOINTS,
    *sessions.ENDPOINTS,
    *intents.ENDPOINTS,
    *setup_intents.ENDPOINTS,
    *charges.ENDPOINTS,
    *refunds.ENDPOINTS,
    *disputes.ENDPOINTS,
    *earlywarnings.ENDPOINTS,
    *balance.ENDPOINTS,
    *tokens.ENDPOINTS,
    *events.ENDPOINTS,
    *webhook_endpoints.ENDPOINTS,
)
_HERE: Final = ""
_ID: Final = "{}"


def endpoint(name: str) -> Endpoint:
    """The endpoint of this name."""
    return _by_name()[name]


def route(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]] | None:
    """The endpoint of a request, and the ids in its path; None if there is none."""
    at: dict[str, Any] | None = _tree()
    ids: tuple[str, ...] = ()
    for part in path.strip("/").split("/"):
        if at is None:
            return None
        below = at.get(part)
        if below is None and part:
            below, ids = at.get(_ID), (*ids, part)
        at = below
    found = at.get(_HERE, {}).get(method) if at is not None else None
    return None if found is None else (found, ids)


@cache
def _by_name() -> dict[str, Endpoint]:
    return {each.name: each for each in ENDPOINTS}


@cache
def _tree() -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for each in ENDPOINTS:
        at = tree
        for part in each.path.strip("/").split("/"):
            at = at.setdefault(part, {})
        at.setdefault(_HERE, {})[each.method] = each
    return tree
