"""Payments in the native dialect: requests under /v1/payments to commands."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

import msgspec

from simulator import cards
from simulator.dialects import paying
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies, documents
from simulator.dialects.native.reading import Unrouted, once, read, reference
from simulator.errors import NotATestCard
from simulator.gateway.commands import (
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreatePayment,
    FindPayments,
    RetrievePayment,
    ShowReceipt,
)
from simulator.gateway.model import Method, Payer
from simulator.gateway.testcards import method_of as card_method
from simulator.money import currencies
from simulator.profiles.catalogue import card_types, types

METHOD_TYPES: Final = types()
#: Those that are paid with a card number or a card token.
_CARD_TYPES: Final = card_types()

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
        case "GET", [payment, "receipt"] if payment:
            return ShowReceipt(payment)
        case "POST", [payment, "confirm"]:
            read(_EMPTY, request)
            return ConfirmPayment(payment)
        case "POST", [payment, "capture"]:
            return CapturePayment(payment, read(_CAPTURE, request).amount)
        case "POST", [payment, "cancel"]:
            read(_EMPTY, request)
            return CancelPayment(payment)
        case "POST", [payment, "documents"]:
            return documents.parse(request, payment)
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
        email=body.payer.email if body.payer else None,
        product=body.product and cards.mask(body.product),
        return_url=body.return_url and cards.mask(body.return_url),
        prove=body.authentication == "required",
    )


def method_of(body: bodies.MethodBody) -> Method:
    """How the payer pays, read from its body; raises Misread."""
    if body.type not in METHOD_TYPES:
        near = get_close_matches(body.type, METHOD_TYPES, 1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        known = ", ".join(METHOD_TYPES)
        raise Misread(Trouble.MALFORMED, f"method.type: not known{hint}; one of {known}")
    if body.type not in _CARD_TYPES:
        if body.card is not None:
            raise Misread(Trouble.MALFORMED, f"method.card: does not go with type {body.type}")
        return Method(body.type, body.token and _wallet(reference(body.token, "method.token")))
    if (body.token is None) == (body.card is None):
        raise Misread(Trouble.MALFORMED, "method: a card needs either `token` or `card`, not both")
    try:
        if body.card is not None:
            card = cards.from_number(body.card.number)
        else:
            card = paying.card(reference(body.token or "", "method.token"))
    except NotATestCard as error:
        place = "method.token" if body.card is None else "method.card.number"
        raise Misread(Trouble.MALFORMED, f"{place}: {error}") from error
    return card_method(card, body.type, cvc=body.card is None or body.card.cvc is not None)


def _wallet(token: str) -> str:
    """A token that may be that of a wallet: one that begins like it has to be one."""
    trouble = paying.wallet_trouble(token)
    if trouble is not None:
        raise Misread(Trouble.MALFORMED, f"method.token: {trouble}")
    return token


def payer_of(body: bodies.PayerBody | None) -> Payer | None:
    """Who pays, without anything by which the person could be named."""
    if body is None:
        return None
    address = body.address
    return paying.payer(
        paying.Person(
            country=body.country,
            email=body.email,
            phone=body.phone,
            device=body.device,
            where=body.ip or (address.text if address else None),
            billing=address.country if address else None,
        )
    )


def _find(request: Request) -> FindPayments:
    query = once(request)
    order = query.get("order_id")
    if not order:
        raise Misread(Trouble.MALFORMED, "order_id: missing; ask GET /v1/payments?order_id=…")
    unknown = [name for name in query if name != "order_id"]
    if unknown:
        raise Misread(Trouble.MALFORMED, f"{unknown[0]}: unknown parameter; only order_id is known")
    return FindPayments(reference(order, "order_id"))
