"""Payments in the native dialect: requests under /v1/payments to commands."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

import msgspec

from simulator import cards
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.reading import Unrouted, read, reference
from simulator.errors import NotATestCard, did_you_mean
from simulator.failures.catalogue import FAILURES
from simulator.gateway.commands import (
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreatePayment,
    FindPayments,
    RetrievePayment,
)
from simulator.gateway.model import Method, Payer
from simulator.money import currencies

METHOD_TYPES: Final = ("card", "wallet", "bank_transfer")

#: The failures that a card's token may name: those that a gateway answers a charge with.
_DECLINES: Final = frozenset(row.name for row in FAILURES if row.declines)

_PAYMENT: Final = msgspec.json.Decoder(bodies.PaymentBody)
_CAPTURE: Final = msgspec.json.Decoder(bodies.CaptureBody)
_EMPTY: Final = msgspec.json.Decoder(bodies.EmptyBody)
_ORDER: Final = msgspec.json.Decoder(bodies.OrderBody)


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/payments; raises Misread or Unrouted."""
    match request.method, rest:
        case "POST", []:
            return _create(request)
        case "GET", []:
            return _find(request)
        case "POST", ["cancel"]:
            return CancelOrder(reference(read(_ORDER, request).order_id, "order_id"))
        case "GET", [payment] if payment:
            return RetrievePayment(payment)
        case "POST", [payment, "confirm"]:
            read(_EMPTY, request)
            return ConfirmPayment(payment)
        case "POST", [payment, "capture"]:
            return CapturePayment(payment, read(_CAPTURE, request).amount)
        case "POST", [payment, "cancel"]:
            read(_EMPTY, request)
            return CancelPayment(payment)
        case _:
            raise Unrouted


def _create(request: Request) -> CreatePayment:
    body = read(_PAYMENT, request)
    if body.currency not in currencies():
        raise Misread(
            Trouble.MALFORMED, f"currency: {body.currency} is not an ISO 4217 code, such as USD"
        )
    return CreatePayment(
        order=reference(body.order_id, "order_id"),
        amount=body.amount,
        currency=body.currency,
        method=method_of(body.method),
        confirm=body.confirm,
        capture=body.capture,
        payer=payer_of(body.payer),
        product=body.product and cards.mask(body.product),
        return_url=body.return_url and cards.mask(body.return_url),
    )


def method_of(body: bodies.MethodBody) -> Method:
    """How the payer pays, read from its body; raises Misread."""
    if body.type not in METHOD_TYPES:
        near = get_close_matches(body.type, METHOD_TYPES, 1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        known = ", ".join(METHOD_TYPES)
        raise Misread(Trouble.MALFORMED, f"method.type: not known{hint}; one of {known}")
    if body.type != "card":
        if body.card is not None:
            raise Misread(Trouble.MALFORMED, f"method.card: does not go with type {body.type}")
        if body.token is not None:
            reference(body.token, "method.token")
        return Method(body.type, body.token)
    if (body.token is None) == (body.card is None):
        raise Misread(Trouble.MALFORMED, "method: a card needs either `token` or `card`, not both")
    try:
        if body.card is not None:
            card = cards.from_number(body.card.number)
        else:
            card = cards.from_token(reference(body.token or "", "method.token"))
    except NotATestCard as error:
        place = "method.token" if body.card is None else "method.card.number"
        raise Misread(Trouble.MALFORMED, f"{place}: {error}") from error
    if card.failure is not None and card.failure not in _DECLINES:
        hint = did_you_mean(card.failure, _DECLINES)
        raise Misread(Trouble.MALFORMED, f"method.token: no failure of that name declines{hint}")
    return Method("card", card.token, card.brand, card.country, card.last4, card.failure)


def payer_of(body: bodies.PayerBody | None) -> Payer | None:
    """Who pays. Name and phone are read and forgotten: nothing here needs them."""
    if body is None:
        return None
    return Payer(body.country, body.email and cards.mask(body.email))


def _find(request: Request) -> FindPayments:
    order = request.query.get("order_id")
    if not order:
        raise Misread(Trouble.MALFORMED, "order_id: missing; ask GET /v1/payments?order_id=…")
    unknown = [name for name in request.query if name != "order_id"]
    if unknown:
        raise Misread(Trouble.MALFORMED, f"{unknown[0]}: unknown parameter; only order_id is known")
    return FindPayments(reference(order, "order_id"))
