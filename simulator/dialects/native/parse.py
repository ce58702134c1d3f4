"""Requests of the native dialect to commands."""

from __future__ import annotations

import re
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any, Final, TypeVar

import msgspec

from simulator import cards
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies, endpoints
from simulator.errors import NotATestCard, did_you_mean
from simulator.failures.catalogue import FAILURES
from simulator.gateway.commands import (
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreatePayment,
    CreateRefund,
    FindPayments,
    RetrievePayment,
    RetrieveRefund,
)
from simulator.gateway.model import Method, Payer
from simulator.money import currencies

_Body = TypeVar("_Body")

METHOD_TYPES: Final = ("card", "wallet", "bank_transfer")
ENDPOINTS: Final = tuple(map(str, endpoints.ENDPOINTS))

#: The failures that a card's token may name: those that a gateway answers a charge with.
_DECLINES: Final = frozenset(row.name for row in FAILURES if row.declines)

_PAYMENT: Final = msgspec.json.Decoder(bodies.PaymentBody)
_CAPTURE: Final = msgspec.json.Decoder(bodies.CaptureBody)
_EMPTY: Final = msgspec.json.Decoder(bodies.EmptyBody)
_ORDER: Final = msgspec.json.Decoder(bodies.OrderBody)
_REFUND: Final = msgspec.json.Decoder(bodies.RefundBody)
_ANY: Final = msgspec.json.Decoder()
_UNKNOWN_FIELD = re.compile(r"unknown field `(.*?)`")


def parse(request: Request) -> Command:
    """The command in a request; raises Misread with the place and what was meant."""
    parts = request.path.split("/")[1:]
    if len(parts) > 1 and parts[0] == "v1":
        if parts[1] == "payments":
            return _payments(request, parts[2:])
        if parts[1] == "refunds":
            return _refunds(request, parts[2:])
    raise _unknown(request)


def fingerprint(body: bytes) -> str:
    """A hash of the body's canonical JSON: the order of fields and blanks do not count."""
    if not body:
        return ""
    canonical = msgspec.json.encode(_ANY.decode(body), order="sorted")
    return blake2b(canonical, digest_size=12).hexdigest()


def _payments(request: Request, rest: list[str]) -> Command:
    match request.method, rest:
        case "POST", []:
            return _create(request)
        case "GET", []:
            return _find(request)
        case "POST", ["cancel"]:
            return CancelOrder(_reference(_read(_ORDER, request).order_id, "order_id"))
        case "GET", [payment] if payment:
            return RetrievePayment(payment)
        case "POST", [payment, "confirm"]:
            _read(_EMPTY, request)
            return ConfirmPayment(payment)
        case "POST", [payment, "capture"]:
            return CapturePayment(payment, _read(_CAPTURE, request).amount)
        case "POST", [payment, "cancel"]:
            _read(_EMPTY, request)
            return CancelPayment(payment)
        case _:
            raise _unknown(request)


def _refunds(request: Request, rest: list[str]) -> Command:
    match request.method, rest:
        case "POST", []:
            body = _read(_REFUND, request)
            reference = body.reference and _reference(body.reference, "reference")
            return CreateRefund(body.payment, body.amount, reference)
        case "GET", [refund] if refund:
            return RetrieveRefund(refund)
        case _:
            raise _unknown(request)


def _create(request: Request) -> CreatePayment:
    body = _read(_PAYMENT, request)
    if body.currency not in currencies():
        raise Misread(
            Trouble.MALFORMED, f"currency: {body.currency} is not an ISO 4217 code, such as USD"
        )
    return CreatePayment(
        order=_reference(body.order_id, "order_id"),
        amount=body.amount,
        currency=body.currency,
        method=_method(body.method),
        confirm=body.confirm,
        capture=body.capture,
        payer=_payer(body.payer),
        product=body.product and cards.mask(body.product),
        return_url=body.return_url and cards.mask(body.return_url),
    )


def _method(body: bodies.MethodBody) -> Method:
    if body.type not in METHOD_TYPES:
        near = get_close_matches(body.type, METHOD_TYPES, 1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        known = ", ".join(METHOD_TYPES)
        raise Misread(Trouble.MALFORMED, f"method.type: not known{hint}; one of {known}")
    if body.type != "card":
        if body.card is not None:
            raise Misread(Trouble.MALFORMED, f"method.card: does not go with type {body.type}")
        if body.token is not None:
            _reference(body.token, "method.token")
        return Method(body.type, body.token)
    if (body.token is None) == (body.card is None):
        raise Misread(Trouble.MALFORMED, "method: a card needs either `token` or `card`, not both")
    try:
        if body.card is not None:
            card = cards.from_number(body.card.number)
        else:
            card = cards.from_token(_reference(body.token or "", "method.token"))
    except NotATestCard as error:
        place = "method.token" if body.card is None else "method.card.number"
        raise Misread(Trouble.MALFORMED, f"{place}: {error}") from error
    if card.failure is not None and card.failure not in _DECLINES:
        hint = did_you_mean(card.failure, _DECLINES)
        raise Misread(Trouble.MALFORMED, f"method.token: no failure of that name declines{hint}")
    return Method("card", card.token, card.brand, card.country, card.last4, card.failure)


def _payer(body: bodies.PayerBody | None) -> Payer | None:
    """Name and phone are read and forgotten: nothing here needs them."""
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
    return FindPayments(_reference(order, "order_id"))


def _reference(text: str, place: str) -> str:
    """A reference is kept and shown, so a card number may not stand in it."""
    if cards.contains_number(text):
        raise Misread(Trouble.MALFORMED, f"{place}: looks like a card number; never send one here")
    return text


def _read(decoder: msgspec.json.Decoder[_Body], request: Request) -> _Body:
    body = request.body or b"{}"
    if request.body and not request.content_type.startswith("application/json"):
        raise Misread(
            Trouble.UNSUPPORTED_TYPE, "the body must be sent as Content-Type: application/json"
        )
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Misread(Trouble.MALFORMED, _located(decoder.type, str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misread(Trouble.MALFORMED, f"the body is not JSON: {error}") from error


def _located(body: Any, message: str) -> str:
    """Msgspec's words in ours: `order_id: …` for a place, and the near name for an unknown one."""
    text, _, path = message.partition(" - at `$")
    place = path.rstrip("`").lstrip(".")
    unknown = _UNKNOWN_FIELD.search(text)
    if unknown is None:
        return cards.mask(f"{place or 'body'}: {text[0].lower()}{text[1:]}")
    name = unknown.group(1)
    fields = [field.name for field in msgspec.structs.fields(_nested(body, place))]
    near = get_close_matches(name, fields, 1)
    hint = f" (did you mean '{near[0]}'?)" if near else f"; known: {', '.join(fields) or 'none'}"
    return cards.mask(f"{place + '.' if place else ''}{name}: unknown field{hint}")


def _nested(body: Any, place: str) -> Any:
    nested = {
        "method": bodies.MethodBody,
        "method.card": bodies.CardBody,
        "payer": bodies.PayerBody,
    }
    return nested.get(place, body)


def _unknown(request: Request) -> Misread:
    asked = f"{request.method} {cards.mask(request.path)}"
    near = get_close_matches(asked, ENDPOINTS, 3, cutoff=0.4) or list(ENDPOINTS)
    return Misread(Trouble.UNKNOWN_ENDPOINT, f"{asked} is not an endpoint; near: {', '.join(near)}")
