"""Tokens of cards (docs.stripe.com/api/tokens): each stands for a card until it is used, once.

The names that Stripe has for tokens of test cards (`tok_visa`) are none of these: they can be used
as often as one likes.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from simulator.dialects.stripe import cardentry
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.methodparams import CardData
from simulator.dialects.stripe.objection import absent, unsupported
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.sourceview import card_view
from simulator.gateway.things import Resource

KIND: Final = "token"
_URL: Final = "/v1/tokens"


class CardParams(Params):
    """A card, as its payer types it in."""

    number: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    cvc: str | None = None
    name: str | None = None
    address_city: str | None = None
    address_country: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_state: str | None = None
    address_zip: str | None = None


class CreateParams(Params):
    """Which card it is to stand for."""

    card: CardParams | str | None = None


def token_view(token: Resource) -> dict[str, Any]:
    """A token as callers see it."""
    return {
        "id": token.id,
        "object": KIND,
        "card": card_view(token),
        "client_ip": None,
        "created": int(token.created),
        "livemode": False,
        "type": "card",
        "used": token.fields["used"],
    }


def _create(desk: Desk, params: CreateParams) -> Answer:
    sent = params.card
    if sent is None:
        raise absent("card")
    if isinstance(sent, str):
        raise unsupported("card", "It is a card of a customer's, and customers keep none here.")
    data = CardData(
        number=sent.number, exp_month=sent.exp_month, exp_year=sent.exp_year, cvc=sent.cvc
    )
    entry = cardentry.card_in(data, desk.now, "card")
    token = Resource(
        id=desk.new("tok"),
        kind=KIND,
        channel=desk.context.snapshot.channel,
        fields={
            "method": msgspec.to_builtins(entry.how),
            "expires": entry.expires,
            "cvc": entry.cvc,
            "billing_details": _billing(sent),
            "used": False,
        },
    )
    return Answer(token_view(desk.put(token)))


def _billing(card: CardParams) -> dict[str, Any]:
    return {
        "address": {
            "city": card.address_city,
            "country": card.address_country,
            "line1": card.address_line1,
            "line2": card.address_line2,
            "postal_code": card.address_zip,
            "state": card.address_state,
        },
        "email": None,
        "name": card.name,
        "phone": None,
        "tax_id": None,
    }


def _retrieve(desk: Desk, _: Params) -> Answer:
    desk.tell_truth()
    return Answer(token_view(desk.get(KIND, desk.call.ids[0], "token")))


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path=_URL,
        handle=_create,
        params=CreateParams,
        public=True,
        note="of cards only",
    ),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query", public=True),
)
