"""The endpoints of the native dialect, with the types of their bodies: its documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from simulator.dialects.dialect import MAX_KEY
from simulator.dialects.native import (
    authentication,
    bodies,
    checkouts,
    disputes,
    documents,
    methods,
    notifications,
    receipts,
    refundrequests,
    statements,
    views,
)
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

_CSV: Final = Media(("text/csv",), {"type": "string"}, "the statement")
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
        path="/v1/payments/{id}/documents",
        name="submit_document",
        does="Tell of a document that the payer submits because risk has stopped the payment: a "
        "review then ends well, and a new payment by the same card or payer is not blocked again.",
        body=documents.DocumentBody,
        headers=_KEY,
        answers=_answers({201: documents.DocumentView}, *_CHANGES),
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
        path="/v1/checkouts",
        name="create_checkout",
        does="Make a page on which the payer chooses a method and pays; send the payer to `url`.",
        body=checkouts.CheckoutBody,
        headers=_KEY,
        answers=_answers({201: checkouts.CheckoutView}, *_CHANGES),
    ),
    Endpoint(
        method="GET",
        path="/v1/checkouts/{id}",
        name="retrieve_checkout",
        does="Look one checkout up.",
        answers=_answers({200: checkouts.CheckoutView}),
    ),
    Endpoint(
        method="GET",
        path="/v1/methods",
        name="list_methods",
        does="Say which methods a payer may use for a payment like this, and why not the others."
        "\n\nA payment by a method that is not available is refused with the failure given here.",
        query=methods.MethodsQuery,
        answers=_answers({200: methods.MethodListView}),
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
    Endpoint(
        method="GET",
        path="/v1/refund-requests",
        name="find_refund_requests",
        does="List what payers ask back, in their wallets, for the payments of an order.",
        query=refundrequests.RequestsQuery,
        answers=_answers({200: views.RefundRequestListView}),
    ),
    Endpoint(
        method="GET",
        path="/v1/refund-requests/{id}",
        name="retrieve_refund_request",
        does="Look one request of a payer up.",
        answers=_answers({200: views.RefundRequestView}),
    ),
    Endpoint(
        method="POST",
        path="/v1/refund-requests/{id}/decline",
        name="decline_refund_request",
        does="Say no to a payer who asks for money back. To say yes, make a refund that names the "
        "`request`, or one of the same payment for as much.",
        body=refundrequests.DeclineBody,
        headers=_KEY,
        answers=_answers({200: views.RefundRequestView}, *_CHANGES),
    ),
    Endpoint(
        method="GET",
        path="/v1/payments/{id}/receipt",
        name="show_receipt",
        does="Show the receipt of a payment that took money: number, masked card, amounts, times.",
        answers=_answers({200: receipts.ReceiptView}, 409),
    ),
    Endpoint(
        method="GET",
        path="/v1/statements/{day}",
        name="show_statement",
        does="Give the statement of a UTC day (`YYYY-MM-DD`, by the account's clock) of this "
        "channel as CSV: one row for each movement of the merchant's money, then one `total` for "
        "each currency.\n\nColumns: "
        + ", ".join(f"`{name}`" for name in statements.COLUMNS)
        + ". `type` is `charge`, `refund`, `refund_failure`, `reversal`, `dispute`, `dispute_won` "
        "or `fee`; `amount` is what the merchant gained, in minor units, and negative for what it "
        "lost. What happens after a day stands in the statement of a later day. The header "
        "`Paydrill-Statement` is `closed` when nothing will be added any more, else `open`.",
        answers=_answers({200: _CSV}),
    ),
    Endpoint(
        method="GET",
        path="/v1/disputes",
        name="find_disputes",
        does="List disputes on this channel, oldest first: all, or those of an order or payment.",
        query=disputes.DisputesQuery,
        answers=_answers({200: disputes.DisputeListView}),
    ),
    Endpoint(
        method="GET",
        path="/v1/disputes/{id}",
        name="retrieve_dispute",
        does="Look one dispute up.",
        answers=_answers({200: views.DisputeView}),
    ),
    Endpoint(
        method="POST",
        path="/v1/disputes/{id}/evidence",
        name="submit_evidence",
        does="Answer a dispute with evidence, once, while it is `opened`; the bank then decides.",
        body=disputes.EvidenceBody,
        headers=_KEY,
        answers=_answers({200: views.DisputeView}, *_CHANGES),
    ),
    Endpoint(
        method="POST",
        path="/v1/disputes/{id}/accept",
        name="accept_dispute",
        does="Let a dispute be lost, without a defence.",
        body=bodies.EmptyBody,
        headers=_KEY,
        answers=_answers({200: views.DisputeView}, *_CHANGES),
    ),
    Endpoint(
        method="POST",
        path="/v1/notifications",
        name="notify",
        does="Tell the payer of an order something. The gateway has the payer's number and "
        "addresses; `undelivered` in the answer says that another way is needed.",
        body=notifications.NotificationBody,
        headers=_KEY,
        answers=_answers({201: notifications.NotificationView}, *_CHANGES),
    ),
    Endpoint(
        method="GET",
        path="/pay/{account}/{authentication}",
        name="show_authentication",
        does="Look at the page of an authentication: how far it is, and what the payer can do.\n\n"
        "Its address stands in the payment's `next_action`, and is all the key that is needed. "
        "Browsers get the page as HTML.",
        answers=_answers({200: authentication.AuthenticationView}),
        open=True,
    ),
    Endpoint(
        method="POST",
        path="/pay/{account}/{authentication}",
        name="authenticate",
        does="Do what a payer does there: approve, type a code, ask for another, leave.\n\n"
        "When the payer has proved who pays, the charge is decided in the same moment: see the "
        "payment in the answer. 409: it is over, or cannot be done here. 429: too soon for "
        "another code, or no more of them. 400 with `code_malformed`: not as many digits as were "
        "sent, which costs no try; the body is the same then.",
        body=authentication.ActionBody,
        answers=_answers({200: authentication.AuthenticationView}, 413, 415, 422)
        | {409: authentication.AuthenticationView},
        open=True,
    ),
)
