"""Payment methods (docs.stripe.com/api/payment_methods)."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UnsetType
from msgspec.structs import replace

from simulator.dialects.stripe import cardentry, filters
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.instruments import (
    KIND,
    attach,
    billing,
    detach,
    find,
    make,
    method_view,
    of_customer,
)
from simulator.dialects.stripe.listing import page, shown
from simulator.dialects.stripe.metadata import merged
from simulator.dialects.stripe.methodparams import (
    AttachParams,
    CreateParams,
    ListParams,
    UpdateParams,
)
from simulator.dialects.stripe.objection import invalid, missing
from simulator.dialects.stripe.params import Params

_URL: Final = "/v1/payment_methods"
_CUSTOMER: Final = "customer"


def _create(desk: Desk, params: CreateParams) -> Answer:
    return Answer(method_view(make(desk, params)))


def _retrieve(desk: Desk, _: Params) -> Answer:
    return Answer(method_view(desk.get(KIND, desk.call.ids[0])))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    old = desk.get(KIND, desk.call.ids[0])
    if old.fields["customer"] is None:
        raise invalid(
            "You must save this PaymentMethod to a customer before you can update it.", kept=True
        )
    fields = {**old.fields, "metadata": merged(old.fields["metadata"], params.metadata)}
    if not isinstance(params.billing_details, UnsetType):
        new = msgspec.to_builtins(params.billing_details)
        fields["billing_details"] = billing(old.fields["billing_details"], new)
    if not isinstance(params.allow_redisplay, UnsetType):
        fields["allow_redisplay"] = params.allow_redisplay
    if not isinstance(params.card, UnsetType):
        month, year = fields["expires"]
        sent = params.card
        fields["expires"] = cardentry.expiry(
            month if isinstance(sent.exp_month, UnsetType) else sent.exp_month,
            year if isinstance(sent.exp_year, UnsetType) else sent.exp_year,
            desk.now,
        )
    changed = desk.put(replace(old, fields=fields))
    desk.tell("payment_method.updated", changed)
    return Answer(method_view(changed))


def _attach(desk: Desk, params: AttachParams) -> Answer:
    customer = desk.get(_CUSTOMER, params.customer, _CUSTOMER)
    method = find(desk, desk.call.ids[0])
    return Answer(method_view(attach(desk, method, customer.id)))


def _detach(desk: Desk, _: Params) -> Answer:
    old = desk.get(KIND, desk.call.ids[0])
    if old.fields["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer, so that it cannot be "
            "detached.",
            kept=True,
        )
    return Answer(method_view(detach(desk, old)))


def _list(desk: Desk, params: ListParams) -> Answer:
    filters.check(desk, params)
    return _listed(desk, params, params.customer, _URL)


def _list_of(desk: Desk, params: ListParams) -> Answer:
    customer = desk.get(_CUSTOMER, desk.call.ids[0])
    return _listed(desk, params, customer.id, f"/v1/customers/{customer.id}/payment_methods")


def _listed(desk: Desk, params: ListParams, customer: str | None, url: str) -> Answer:
    found = [] if customer is None else of_customer(desk, customer)
    wanted = (
        each
        for each in found
        if params.type in (None, each.fields["type"])
        and params.allow_redisplay in (None, each.fields["allow_redisplay"])
    )
    return Answer(page(shown(wanted, method_view), params, url, KIND))


def _retrieve_of(desk: Desk, _: Params) -> Answer:
    customer, name = desk.call.ids
    method = desk.get(KIND, name, KIND)
    if method.fields["customer"] != desk.get(_CUSTOMER, customer).id:
        raise missing(KIND, name, KIND)
    return Answer(method_view(method))


_OF_CUSTOMER: Final = "/v1/customers/{}/payment_methods"
ENDPOINTS: Final = (
    Endpoint(method="POST", path=_URL, handle=_create, params=CreateParams, public=True),
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
    Endpoint(method="POST", path=f"{_URL}/{{}}", handle=_update, params=UpdateParams),
    Endpoint(method="POST", path=f"{_URL}/{{}}/attach", handle=_attach, params=AttachParams),
    Endpoint(method="POST", path=f"{_URL}/{{}}/detach", handle=_detach),
    Endpoint(
        method="GET",
        path=_OF_CUSTOMER,
        handle=_list_of,
        params=ListParams,
        operation="query",
    ),
    Endpoint(method="GET", path=f"{_OF_CUSTOMER}/{{}}", handle=_retrieve_of, operation="query"),
)
