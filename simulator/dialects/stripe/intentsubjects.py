"""What requests about payment intents are about, as scenarios and the journal see it.

It is asked before anything is carried out: what is wrong with a request is told elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import UnsetType
from msgspec.structs import replace

from simulator import cards
from simulator.dialects import paying
from simulator.dialects.stripe import methodtypes
from simulator.dialects.stripe.chargeview import BLANK_BILLING
from simulator.dialects.stripe.confirming import prepared, purchase
from simulator.dialects.stripe.instruments import billing, method_of
from simulator.dialects.stripe.intentparams import CreateParams
from simulator.dialects.stripe.intentview import BLANK, KIND
from simulator.dialects.stripe.metadata import order_of
from simulator.dialects.stripe.methodparams import CardData, MethodSent, token_in
from simulator.dialects.stripe.objection import Objection
from simulator.dialects.stripe.payerdata import person_of
from simulator.errors import NotATestCard
from simulator.gateway.commands import Call, CreatePayment
from simulator.gateway.model import Method
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject
from simulator.gateway.testcards import method_of as of_card
from simulator.gateway.things import Resource

_AUTHORIZE: Final = "authorize"


def of_new(call: Call, snapshot: Snapshot) -> Subject:
    """A new intent; unless it is confirmed at once, it moves no money."""
    params: CreateParams = call.params
    order = order_of(params.metadata, "")
    if not params.confirm:
        return Subject("create", order)
    amount, currency, customer = params.amount, params.currency, params.customer
    if isinstance(amount, UnsetType) or isinstance(currency, UnsetType):
        return Subject(_AUTHORIZE, order)
    fields = {
        **BLANK,
        "amount": amount,
        "currency": currency,
        "capture_method": params.capture_method,
        "client_secret": "",
        "confirmation_method": params.confirmation_method,
        "customer": None if isinstance(customer, UnsetType) else customer,
        "metadata": params.metadata,
    }
    intent = Resource(id="", kind=KIND, channel="", order=order, fields=fields)
    return Subject(_AUTHORIZE, order, create=_wished(intent, params, snapshot))


def of_confirmation(call: Call, snapshot: Snapshot) -> Subject:
    """An intent is confirmed."""
    intent = snapshot.resource(call.ids[0])
    if intent is None or intent.kind != KIND:
        return Subject(_AUTHORIZE, "")
    last = snapshot.payment(intent.payment) if intent.payment else None
    create = _wished(intent, call.params, snapshot)
    return Subject(_AUTHORIZE, intent.order, last, create=create)


def of_intent(operation: str) -> Callable[[Call, Snapshot], Subject]:
    """Something else is done with an intent."""

    def about(call: Call, snapshot: Snapshot) -> Subject:
        intent = snapshot.resource(call.ids[0])
        if intent is None or intent.kind != KIND:
            return Subject(operation, "")
        last = snapshot.payment(intent.payment) if intent.payment else None
        return Subject(operation, intent.order, last)

    return about


def _wished(intent: Resource, params: Any, snapshot: Snapshot) -> CreatePayment | None:
    """The payment that a request asks for, for matchers; None if it cannot be made out."""
    try:
        told = prepared(intent, params)
    except Objection:
        return None
    method = _named(intent, params, snapshot)
    if method is not None:
        how, details = method_of(method), method.fields["billing_details"]
    else:
        how, details = _method_in(params, snapshot), _billing_in(params)
    return purchase(told, how, _person(told, details, snapshot))


def _named(intent: Resource, params: Any, snapshot: Snapshot) -> Resource | None:
    """The payment method that is there already."""
    if not isinstance(params.payment_method_data, UnsetType):
        return None
    source = params.source if isinstance(params.source, str) else None
    name = params.payment_method or source or intent.fields["payment_method"]
    method = snapshot.resource(name) if isinstance(name, str) else None
    return method if method is not None and "method" in method.fields else None


def _person(
    intent: Resource, details: dict[str, Any] | None, snapshot: Snapshot
) -> paying.Person | None:
    owner = intent.fields["customer"]
    customer = snapshot.resource(owner) if owner else None
    return person_of(intent.fields, details, None if customer is None else customer.fields)


def _billing_in(params: Any) -> dict[str, Any] | None:
    data = params.payment_method_data
    if isinstance(data, UnsetType) or data.billing_details is None:
        return None
    return billing(BLANK_BILLING, msgspec.to_builtins(data.billing_details))


def _method_in(params: Any, snapshot: Snapshot) -> Method:
    """The method in a request, as far as it can be told before it is carried out."""
    data: MethodSent | UnsetType = params.payment_method_data
    if not isinstance(data, UnsetType):
        type_ = methodtypes.here(data.type) or "card"
        if data.card is None:
            return Method(type_, token_in(data))
        return _card(data.card, type_, snapshot)
    for name in (params.payment_method, params.source):
        if isinstance(name, str):
            return _card(CardData(token=name), "card", snapshot)
    return Method("card")


def _card(data: CardData, type: str, snapshot: Snapshot) -> Method:  # noqa: A002 - its word
    made = snapshot.resource(data.token) if data.token else None
    if made is not None and "method" in made.fields:
        return method_of(made)
    try:
        card = cards.from_number(data.number) if data.number else paying.card(data.token or "")
    except NotATestCard:
        return Method(type)
    return replace(of_card(card, type), failure=None)


__all__ = ["of_confirmation", "of_intent", "of_new"]
