"""What payers pay by, as it is kept: cards by test number or token, and whatever else is taken.

A payment method that belongs to no customer pays once. Billing details are answered as they were
sent, for merchants read them back; so they stand in what is kept of it, unlike the rest of what is
known of payers (simulator.people). Numbers of cards stand nowhere.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from simulator.dialects import paying
from simulator.dialects.stripe import cardentry, methodtypes
from simulator.dialects.stripe.chargeview import BLANK_BILLING
from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.metadata import merged
from simulator.dialects.stripe.methodparams import CardData, MethodData, MethodSent, token_in
from simulator.dialects.stripe.methodview import (
    EXPIRES,
    brand_of,
    card_of,
    checks_view,
    fingerprint_of,
)
from simulator.dialects.stripe.objection import Objection, absent, invalid
from simulator.gateway.model import Method, Payment
from simulator.gateway.ports import Snapshot
from simulator.gateway.testcards import method_without_payer
from simulator.gateway.things import Resource
from simulator.profiles.catalogue import card_types

KIND: Final = "payment_method"
_CARD: Final = "card"
_TOKEN: Final = "token"  # noqa: S105 - the kind of a resource, no password
_NO_SECURE: Final = "three_ds:unsupported"


def method_view(method: Resource) -> dict[str, Any]:
    """A payment method as callers see it."""
    fields = method.fields
    kind = fields["type"]
    return {
        "id": method.id,
        "object": KIND,
        "allow_redisplay": fields["allow_redisplay"],
        "billing_details": fields["billing_details"],
        "created": int(method.created),
        "customer": fields["customer"],
        "customer_account": None,
        "livemode": False,
        "metadata": fields["metadata"],
        "type": kind,
        kind: _card_view(method_of(method), fields) if kind == _CARD else {},
    }


def method_of(method: Resource) -> Method:
    """How the payer pays, for the gateway."""
    return msgspec.convert(method.fields["method"], Method)


def charged_by(method: Resource, now: float, *, absent: bool = False) -> Method:
    """The same, at the moment of a charge, in Unix time; `absent` says that the payer is away."""
    how = method_of(method)
    if how.brand is None:
        return how
    if cardentry.is_over(method.fields["expires"], now):
        return msgspec.structs.replace(how, failure="expired_card", proof=None)
    if absent:
        set_up = method.fields.get("set_up", False)
        return method_without_payer(card_of(how), how.type, set_up=set_up)
    return how


def make(desk: Desk, data: MethodSent, param: str = "") -> Resource:
    """A new payment method, put down; raises Objection. `param` is where it stands."""
    entry = _entry(desk, data, param)
    said = msgspec.to_builtins(data.billing_details) if data.billing_details else {}
    return desk.put(
        Resource(
            id=desk.new("pm"),
            kind=KIND,
            channel=desk.context.snapshot.channel,
            fields={
                "type": data.type,
                "method": msgspec.to_builtins(entry.how),
                "expires": entry.expires,
                "cvc": entry.cvc,
                "billing_details": billing(entry.billing or BLANK_BILLING, said),
                "customer": None,
                "metadata": merged({}, data.metadata),
                "allow_redisplay": data.allow_redisplay or "unspecified",
            },
        )
    )


def of_try(name: str, payment: Payment, email: str | None) -> Resource:
    """The payment method of this id with which a payer paid at a page, who has this address."""
    return Resource(
        id=name,
        kind=KIND,
        channel=payment.channel,
        fields={
            "type": methodtypes.wire(payment.method.type),
            "method": msgspec.to_builtins(payment.method),
            "expires": EXPIRES,
            "cvc": True,
            "billing_details": {**BLANK_BILLING, "email": email},
            "customer": None,
            "metadata": {},
            "allow_redisplay": "unspecified",
        },
        created=payment.created,
        updated=payment.updated,
    )


def find(desk: Desk, name: str, param: str = "payment_method") -> Resource:
    """The payment method of this name; one of the test names makes a new one, as Stripe does."""
    if name.startswith(("pm_card_", "tok_")):
        return make(desk, MethodData(type=_CARD, card=CardData(token=name)), param)
    return desk.get(KIND, name, param)


def attach(desk: Desk, method: Resource, customer: str) -> Resource:
    """The payment method, now this customer's; raises Objection for one that cannot be kept."""
    owner = method.fields["customer"]
    if owner == customer:
        return method
    if owner is not None:
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            "payment_method",
            kept=True,
        )
    check_unspent(method)
    card = card_of(method_of(method))
    if not card.attaches and card.failure is not None:
        raise cardentry.declined(card.failure)
    attached = desk.put(owned(method, customer))
    desk.tell("payment_method.attached", attached)
    return attached


def owned(method: Resource, customer: str, *, set_up: bool = False) -> Resource:
    """The payment method as that of a customer; `set_up` for payments without its payer."""
    fields = {**method.fields, "customer": customer}
    told = {**fields, "set_up": True} if set_up else fields
    return replace(method, alias=customer, fields=told)


def is_gone(customer: str | None, snapshot: Snapshot) -> bool:
    """Whether this customer was deleted, so that nothing can be kept for it any more."""
    found = snapshot.resource(customer) if customer is not None else None
    return found is not None and found.deleted


def check_unspent(method: Resource) -> None:
    """Raise Objection for a payment method that has paid, or was detached, and pays no more."""
    if method.fields.get("spent", False):
        raise invalid(
            "This PaymentMethod paid before without being attached to a Customer, or was detached "
            "from its Customer. It may not be used again: make a new one, or attach one to a "
            "Customer before it pays.",
            "payment_method",
            kept=True,
        )


def _entry(desk: Desk, data: MethodSent, param: str) -> cardentry.Entry:
    type_ = methodtypes.here(data.type)
    if type_ is None:
        raise _no_such_type(data.type, _at(param, "type"))
    if type_ in card_types():
        if data.card is None:
            raise absent(_at(param, _CARD))
        made = desk.find(data.card.token) if data.card.token else None
        if made is not None and made.kind == _TOKEN:
            return _use(desk, made, _at(param, f"{_CARD}[token]"))
        return cardentry.card_in(data.card, desk.now, _at(param, _CARD), type_)
    token = token_in(data)
    trouble = paying.wallet_trouble(token) if token else None
    if trouble is not None:
        raise invalid(f"Invalid token: {trouble}", _at(param, f"{data.type}[token]"))
    return cardentry.Entry(Method(type_, token), EXPIRES, cvc=False)


def _no_such_type(name: str, place: str) -> Objection:
    if name in methodtypes.named():
        return invalid(
            f"paydrill does not have the payment method type {name} of Stripe's. Nothing was done.",
            place,
        )
    known = ", ".join(sorted(each for each in methodtypes.named() if methodtypes.here(each)))
    return invalid(f"Invalid type: must be one of {known}", place)


def _use(desk: Desk, token: Resource, place: str) -> cardentry.Entry:
    """The card in a token that a merchant made, which is used up by that."""
    if token.fields.get("used"):
        raise invalid(
            f"You cannot use a token more than once: {token.id}.", place, "token_already_used"
        )
    desk.put(replace(token, fields={**token.fields, "used": True}))
    expires: tuple[int, int] = tuple(token.fields["expires"])
    billing_details: dict[str, Any] = token.fields["billing_details"]
    return cardentry.Entry(method_of(token), expires, token.fields["cvc"], billing_details)


def _at(param: str, name: str) -> str:
    head, bracket, rest = name.partition("[")
    return f"{param}[{head}]{bracket}{rest}" if param else name


def billing(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Billing details after others were told."""
    sent = {name: value for name, value in new.items() if value is not None}
    if isinstance(sent.get("address"), dict):
        sent["address"] = {**BLANK_BILLING["address"], **sent["address"]}
    return {**old, **sent}


def _card_view(method: Method, fields: dict[str, Any]) -> dict[str, Any]:
    month, year = fields["expires"]
    brand, card, given = brand_of(method), card_of(method), fields.get("cvc", True)
    checks = checks_view(card, fields["billing_details"], cvc=given)
    if fields["customer"] is None:
        checks = {name: said and "unchecked" for name, said in checks.items()}
    return {
        "brand": brand,
        "checks": checks,
        "country": method.country,
        "display_brand": brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": fingerprint_of(method),
        "funding": card.funding,
        "generated_from": None,
        "last4": method.last4,
        "networks": {
            "available": [card.co_brand, brand] if card.co_brand else [brand],
            "preferred": None,
        },
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.proof_if_asked != _NO_SECURE},
        "wallet": None,
    }


def detach(desk: Desk, method: Resource) -> Resource:
    """The payment method, of nobody any more: it pays no more."""
    fields = {**method.fields, "customer": None, "spent": True}
    loose = desk.put(replace(method, alias="", fields=fields))
    desk.tell("payment_method.detached", loose)
    return loose


def of_customer(desk: Desk, customer: str) -> list[Resource]:
    """The payment methods of a customer (its id), newest first."""
    kept = [each for each in desk.known_as(KIND, customer) if not each.deleted]
    return sorted(kept, key=lambda each: each.created)[::-1]
