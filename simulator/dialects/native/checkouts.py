"""Checkouts in the native dialect: requests under /v1/checkouts, and how a checkout is shown."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from simulator import cards
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.payments import payer_of
from simulator.dialects.native.reading import Unrouted, read, reference
from simulator.dialects.native.views import stamp
from simulator.gateway.commands import Command, CreateCheckout, RetrieveCheckout
from simulator.gateway.things import Checkout
from simulator.money import currencies
from simulator.units import is_locale

#: Where the payer may be sent back to; anything else (javascript:, data:) could run on the page.
_BACK: Final = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"\\]{1,490}")


class CheckoutBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/checkouts. `expires_in` is in seconds."""

    order_id: bodies.Reference
    amount: bodies.Amount
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    product: bodies.Text | None = None
    payer: bodies.PayerBody | None = None
    return_url: bodies.Text | None = None
    locale: (
        Annotated[str, Meta(pattern="^[A-Za-z]{2}([-_][A-Za-z]{2,4})*$", max_length=20)] | None
    ) = None
    capture: Literal["automatic", "manual"] = "automatic"
    expires_in: Annotated[int, Meta(ge=60, le=86_400)] = 1800


class CheckoutView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A page on which a payer chooses a method and pays.

    `payment` is the last payment that was tried there. Amounts are minor units of `currency`.
    """

    id: str
    object: Literal["checkout"] = "checkout"
    order_id: str
    channel: str
    url: str
    status: Annotated[str, Meta(extra_json_schema={"enum": ["open", "complete", "expired"]})]
    amount: int
    currency: str
    product: str | None
    locale: str | None
    return_url: str | None
    capture: Annotated[str, Meta(extra_json_schema={"enum": ["automatic", "manual"]})]
    payment: str | None
    expires: str
    created: str


_CHECKOUT: Final = msgspec.json.Decoder(CheckoutBody)


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/checkouts; raises Misread or Unrouted."""
    match request.method, rest:
        case "POST", []:
            return _create(request)
        case "GET", [checkout] if checkout:
            return RetrieveCheckout(checkout)
        case _:
            raise Unrouted


def checkout_view(checkout: Checkout) -> CheckoutView:
    """A checkout as merchants see it."""
    return CheckoutView(
        id=checkout.id,
        order_id=checkout.order,
        channel=checkout.channel,
        url=checkout.url,
        status=checkout.status,
        amount=checkout.amount,
        currency=checkout.currency,
        product=checkout.product,
        locale=checkout.locale,
        return_url=checkout.return_url,
        capture=checkout.capture,
        payment=checkout.payment,
        expires=stamp(checkout.expires),
        created=stamp(checkout.created),
    )


def _create(request: Request) -> CreateCheckout:
    body = read(_CHECKOUT, request)
    if body.currency not in currencies():
        raise Misread(
            Trouble.MALFORMED, f"currency: {body.currency} is not an ISO 4217 code, such as USD"
        )
    back = body.return_url
    if back is not None and not _BACK.fullmatch(back):
        raise Misread(
            Trouble.MALFORMED, "return_url: the payer's way back, a whole address of http or https"
        )
    if body.locale is not None and not is_locale(body.locale):
        raise Misread(
            Trouble.MALFORMED,
            f"locale: {body.locale} is no locale; pages speak en and zh, such as en_AU or zh_CN",
        )
    return CreateCheckout(
        order=reference(body.order_id, "order_id"),
        amount=body.amount,
        currency=body.currency,
        payer=payer_of(body.payer),
        product=body.product and cards.mask(body.product),
        locale=body.locale,
        return_url=back and cards.mask(back),
        capture=body.capture,
        lasts=float(body.expires_in),
    )
