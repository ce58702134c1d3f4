"""Customers (docs.stripe.com/api/customers); payment methods are attached to them.

They are answered as they were sent, names and addresses too, for merchants read them back: so these
stand in what is kept of them, unlike the rest of what is known of payers (simulator.people).
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from simulator.dialects.stripe import instruments
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.listing import DatedPage, page, shown
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.methodparams import Address
from simulator.dialects.stripe.objection import invalid, missing
from simulator.dialects.stripe.params import Params, kept
from simulator.gateway.things import Resource

KIND: Final = "customer"
_CLOCK: Final = "test_helpers.test_clock"
_URL: Final = "/v1/customers"
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: Stripe's own bounds, in characters.
_LONGEST: Final = {"email": 512, "name": 256, "phone": 20}


class Shipping(Params):
    """Where goods go."""

    address: Address
    name: str | None = None
    phone: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None


class InvoiceSettings(Params):
    """What is charged by default."""

    default_payment_method: str | UnsetType | None = UNSET
    footer: str | UnsetType | None = UNSET


class UpdateParams(Params):
    """A customer, changed: what is not sent stays as it is."""

    address: Address | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    invoice_prefix: str | UnsetType = UNSET
    invoice_settings: InvoiceSettings | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET
    name: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    preferred_locales: list[str] | UnsetType | None = UNSET
    shipping: Shipping | UnsetType | None = UNSET
    tax_exempt: Literal["exempt", "none", "reverse"] | UnsetType | None = UNSET


class CreateParams(UpdateParams):
    """A new customer; `payment_method` is attached at once, `test_clock` one that there is."""

    payment_method: str | UnsetType | None = UNSET
    test_clock: str | UnsetType | None = UNSET


class ListParams(DatedPage):
    """Which customers are wanted."""

    email: str | None = None
    test_clock: str | None = None


_BLANK: Final[dict[str, Any]] = {
    "address": None,
    "description": None,
    "email": None,
    "invoice_settings": {},
    "metadata": {},
    "name": None,
    "phone": None,
    "preferred_locales": [],
    "shipping": None,
    "tax_exempt": "none",
}


def known_view(customer: Resource) -> dict[str, Any]:
    """A customer as callers see it: of one that was deleted, that it was."""
    if customer.deleted:
        return {"id": customer.id, "object": KIND, "deleted": True}
    return customer_view(customer)


def customer_view(customer: Resource) -> dict[str, Any]:
    """A customer whole, as it is, or as it was when it was deleted."""
    fields = customer.fields
    settings = {
        "custom_fields": None,
        "default_payment_method": None,
        "footer": None,
        "rendering_options": None,
        **fields["invoice_settings"],
    }
    return {
        "id": customer.id,
        "object": KIND,
        "balance": 0,
        "created": int(customer.created),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "discount": None,
        "invoice_prefix": customer.id[-8:].upper(),
        "customer_account": None,
        "livemode": False,
        "next_invoice_sequence": 1,
        "test_clock": None,
        **fields,
        "invoice_settings": settings,
    }


def _create(desk: Desk, params: CreateParams) -> Answer:
    name = desk.new("cus")
    customer = Resource(
        id=name,
        kind=KIND,
        channel=desk.context.snapshot.channel,
        fields={**_BLANK, **_changes(params, _BLANK)},
    )
    given = params.payment_method
    if not isinstance(given, UnsetType) and given is not None:
        method = instruments.attach(desk, instruments.find(desk, given), name)
        customer = _paying_with(customer, given, method)
    _check_default(desk, customer)
    if isinstance(params.test_clock, str):
        desk.get(_CLOCK, params.test_clock, "test_clock")
    made = desk.put(customer)
    desk.tell("customer.created", made)
    return Answer(customer_view(made))


def _paying_with(customer: Resource, name: str, method: Resource) -> Resource:
    """The customer, where its default is the method that was attached under this name."""
    settings = customer.fields["invoice_settings"]
    if settings.get("default_payment_method") != name:
        return customer
    own = {**settings, "default_payment_method": method.id}
    return replace(customer, fields={**customer.fields, "invoice_settings": own})


def _retrieve(desk: Desk, _: Params) -> Answer:
    name = desk.call.ids[0]
    found = desk.find(name)
    if found is not None and found.kind == KIND and found.deleted:
        return Answer(known_view(found))
    return Answer(customer_view(desk.get(KIND, name)))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    old = desk.get(KIND, desk.call.ids[0])
    now = replace(old, fields={**old.fields, **_changes(params, old.fields)})
    _check_default(desk, now)
    changed = desk.put(now)
    desk.tell("customer.updated", changed)
    return Answer(customer_view(changed))


def _delete(desk: Desk, _: Params) -> Answer:
    old = desk.get(KIND, desk.call.ids[0])
    for method in instruments.of_customer(desk, old.id):
        instruments.detach(desk, method)
    gone = desk.put(replace(old, deleted=True))
    desk.tell("customer.deleted", gone)
    return Answer(known_view(gone))


def _list(desk: Desk, params: ListParams) -> Answer:
    wanted = (
        each
        for each in desk.all(KIND)
        if params.dated(int(each.created))
        and params.email in (None, each.fields["email"])
        and params.test_clock in (None, each.fields.get("test_clock"))
    )
    return Answer(page(shown(wanted, customer_view), params, _URL, KIND))


def _changes(params: UpdateParams, old: dict[str, Any]) -> dict[str, Any]:
    """What is said of a customer; raises Objection for what cannot be."""
    said = kept(asdict(params))
    said.pop("payment_method", None)
    settings = params.invoice_settings
    if not isinstance(settings, UnsetType):
        told = kept(asdict(settings))
        said["invoice_settings"] = {**old["invoice_settings"], **told}
    for name, longest in _LONGEST.items():
        value = said.get(name)
        if value is not None and len(value) > longest:
            raise invalid(
                f"Invalid {name}: it can have up to {longest} characters, and it has {len(value)}",
                name,
            )
    check_email(said.get("email"))
    if "tax_exempt" in said and said["tax_exempt"] is None:
        said["tax_exempt"] = "none"
    return {**said, "metadata": merged(old["metadata"], params.metadata)}


def check_email(sent: str | UnsetType | None, param: str = "email") -> None:
    """Raises Objection for what is no address."""
    if isinstance(sent, str) and not _EMAIL.fullmatch(sent):
        raise invalid(f"Invalid email address: {sent}", param, "email_invalid")


def _check_default(desk: Desk, customer: Resource) -> None:
    """The payment method that pays by default has to be the customer's own."""
    name = customer.fields["invoice_settings"].get("default_payment_method")
    if name is None:
        return
    place = "invoice_settings[default_payment_method]"
    method = desk.find(name)
    if method is None or method.kind != instruments.KIND:
        raise missing("PaymentMethod", name, place)
    if method.fields["customer"] != customer.id:
        raise invalid(
            f"The customer does not have a payment method with the ID {name}. The payment method "
            "must be attached to the customer.",
            place,
            "resource_missing",
            kept=True,
        )


ENDPOINTS: Final = (
    Endpoint(method="POST", path=_URL, handle=_create, params=CreateParams),
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
    Endpoint(method="POST", path=f"{_URL}/{{}}", handle=_update, params=UpdateParams),
    Endpoint(method="DELETE", path=f"{_URL}/{{}}", handle=_delete),
)
