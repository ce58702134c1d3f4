"""Payers' refund requests in the native dialect: requests under /v1/refund-requests."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from simulator import people
from simulator.dialects.dialect import Request
from simulator.dialects.native.bodies import Reference
from simulator.dialects.native.reading import Unrouted, read, read_query, reference
from simulator.dialects.native.views import RefundRequestView, stamp
from simulator.gateway.commands import (
    Command,
    DeclineRefundRequest,
    FindRefundRequests,
    RetrieveRefundRequest,
)
from simulator.gateway.things import RefundRequest


class DeclineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/refund-requests/{id}/decline: the reason is what the payer is told."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class RequestsQuery(msgspec.Struct, frozen=True):
    """Whose requests are wanted."""

    order_id: Reference


_DECLINE: Final = msgspec.json.Decoder(DeclineBody)


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/refund-requests; raises Misread or Unrouted."""
    match request.method, rest:
        case "GET", []:
            query = read_query(RequestsQuery, request)
            return FindRefundRequests(reference(query.order_id, "order_id"))
        case "GET", [name] if name:
            return RetrieveRefundRequest(name)
        case "POST", [name, "decline"]:
            return DeclineRefundRequest(name, people.mask_text(read(_DECLINE, request).reason))
        case _:
            raise Unrouted


def request_view(request: RefundRequest) -> RefundRequestView:
    """A payer's request as the merchant and the payer see it."""
    return RefundRequestView(
        id=request.id,
        payment=request.payment,
        order_id=request.order,
        channel=request.channel,
        status=request.status,
        amount=request.amount,
        currency=request.currency,
        reason=request.reason,
        refund=request.refund,
        answer=request.answer,
        expires=stamp(request.expires),
        created=stamp(request.created),
    )
