"""The endpoints of the native dialect, with the types of their bodies: its documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from simulator.dialects.dialect import MAX_KEY
from simulator.dialects.native import bodies, views
from simulator.openapi import Endpoint, Media, Shape

#: A fault may answer as a broken machine in front of a gateway does.
_TROUBLE: Final = Media(("application/json", "text/html"), {})

WORDS: Final[Mapping[int, str]] = MappingProxyType(
    {
        200: "It is so.",
        201: "It was made.",
        400: "The request cannot be understood; nothing was done.",
        401: "No API key.",
        402: "Declined; the payment is stored as failed.",
        403: "A live key; or, from a fault, refused for risk.",
        404: "There is no such thing on this channel.",
        409: "The state forbids it, or a request with this key is under way.",
        413: "The body is too large.",
        415: "The body is no JSON.",
        422: "The idempotency key was used with another body.",
        429: "Not now; nothing was done.",
        500: "Not known: ask before you try again.",
        502: "Not known: ask before you try again.",
        503: "Not now; nothing was done.",
        504: "Not known: ask before you try again.",
    }
)

_KEY: Final[Mapping[str, dict[str, object]]] = MappingProxyType(
    {
        "Idempotency-Key": {
            "type": "string",
            "maxLength": MAX_KEY,
            "pattern": "^[!-~]([ -~]*[!-~])?$",
        }
    }
)


class OrderQuery(msgspec.Struct, frozen=True):
    """Whose payments are wanted."""

    order_id: Annotated[str, Meta(min_length=1, max_length=120)]


def _answers(good: Mapping[int, Shape], *bad: int) -> dict[int, Shape]:
    """What may come back: the good, errors of our own, and what faults make of them."""
    errors = dict.fromkeys((400, 401, 403, 404, *bad), views.ErrorBody)
    return {**good, **errors, **dict.fromkeys((429, 500, 502, 503, 504), _TROUBLE)}


_CHANGES: Final = (402, 409, 413, 415, 422)

ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="/v1/payments",
        name="create_payment",
        does="Make a payment and, unless `confirm` is false, try to take the money.",
        body=bodies.PaymentBody,
        headers=_KEY,
        answers=_answers({201: views.PaymentView}, *_CHANGES),
    ),
    Endpoint(
        method="GET",
        path="/v1/payments",
        name="find_payments",
        does="List all payments of an order on this channel, oldest first.",
        query=OrderQuery,
        answers=_answers({200: views.ListView}),
    ),
    Endpoint(
        method="GET",
        path="/v1/payments/{id}",
        name="retrieve_payment",
        does="Look one payment up.",
        answers=_answers({200: views.PaymentView}),
    ),
    Endpoint(
        method="POST",
        path="/v1/payments/{id}/confirm",
        name="confirm_payment",
        does="Try to take the money of a payment that was made without `confirm`.",
        body=bodies.EmptyBody,
        headers=_KEY,
        answers=_answers({200: views.PaymentView}, *_CHANGES),
    ),
    Endpoint(
        method="POST",
        path="/v1/payments/{id}/capture",
        name="capture_payment",
        does="Take an authorized amount, or a part of it; the rest is released.",
        body=bodies.CaptureBody,
        headers=_KEY,
        answers=_answers({200: views.PaymentView}, *_CHANGES),
    ),
    Endpoint(
        method="POST",
        path="/v1/payments/{id}/cancel",
        name="cancel_payment",
        does="Void a payment that has not been captured.",
        body=bodies.EmptyBody,
        headers=_KEY,
        answers=_answers({200: views.PaymentView}, *_CHANGES),
    ),
    Endpoint(
        method="POST",
        path="/v1/payments/cancel",
        name="cancel_order",
        does="Close an order on this channel: what is not captured is voided, and a charge that "
        "comes later is refused.",
        body=bodies.OrderBody,
        headers=_KEY,
        answers=_answers({200: views.OrderView}, *_CHANGES),
    ),
    Endpoint(
        method="POST",
        path="/v1/refunds",
        name="create_refund",
        does="Give captured money back: all that is left, or `amount` of it; once per `reference`.",
        body=bodies.RefundBody,
        headers=_KEY,
        answers=_answers({200: views.RefundView, 201: views.RefundView}, *_CHANGES),
    ),
    Endpoint(
        method="GET",
        path="/v1/refunds/{id}",
        name="retrieve_refund",
        does="Look one refund up.",
        answers=_answers({200: views.RefundView}),
    ),
)
