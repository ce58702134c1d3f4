"""Requests of the native dialect to commands: each resource reads its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

import msgspec

from simulator import cards
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import (
    checkouts,
    disputes,
    endpoints,
    methods,
    notifications,
    payments,
    refundrequests,
    refunds,
    statements,
)
from simulator.dialects.native.reading import Unrouted
from simulator.gateway.commands import Command

ENDPOINTS: Final = tuple(map(str, endpoints.ENDPOINTS))

#: What stands behind /v1/, and who reads it: the request, and the rest of its path.
_RESOURCES: Final[Mapping[str, Callable[[Request, list[str]], Command]]] = MappingProxyType(
    {
        "checkouts": checkouts.parse,
        "disputes": disputes.parse,
        "methods": methods.parse,
        "notifications": notifications.parse,
        "payments": payments.parse,
        "refund-requests": refundrequests.parse,
        "refunds": refunds.parse,
        "statements": statements.parse,
    }
)
_ANY: Final = msgspec.json.Decoder()


def parse(request: Request) -> Command:
    """The command in a request; raises Misread with the place and what was meant."""
    parts = request.path.split("/")[1:]
    if len(parts) > 1 and parts[0] == "v1":
        read = _RESOURCES.get(parts[1])
        if read is not None:
            try:
                return read(request, parts[2:])
            except Unrouted:
                raise _unknown(request) from None
    raise _unknown(request)


def fingerprint(body: bytes) -> str:
    """A hash of the body's canonical JSON: the order of fields and blanks do not count."""
    if not body:
        return ""
    canonical = msgspec.json.encode(_ANY.decode(body), order="sorted")
    return blake2b(canonical, digest_size=12).hexdigest()


def _unknown(request: Request) -> Misread:
    asked = f"{request.method} {cards.mask(request.path)}"
    near = get_close_matches(asked, ENDPOINTS, 3, cutoff=0.4) or list(ENDPOINTS)
    return Misread(Trouble.UNKNOWN_ENDPOINT, f"{asked} is not an endpoint; near: {', '.join(near)}")
