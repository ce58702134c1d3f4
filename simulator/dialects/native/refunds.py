"""Refunds in the native dialect: requests under /v1/refunds to commands."""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.dialects.dialect import Request
from simulator.dialects.native import bodies
from simulator.dialects.native.reading import Unrouted, read, reference
from simulator.gateway.commands import Command, CreateRefund, RetrieveRefund

_REFUND: Final = msgspec.json.Decoder(bodies.RefundBody)


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/refunds; raises Misread or Unrouted."""
    match request.method, rest:
        case "POST", []:
            body = read(_REFUND, request)
            name = body.reference and reference(body.reference, "reference")
            return CreateRefund(body.payment, body.amount, name, body.route, request=body.request)
        case "GET", [refund] if refund:
            return RetrieveRefund(refund)
        case _:
            raise Unrouted
