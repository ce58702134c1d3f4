"""A new checkout session: its lines, its page, and the payment intent that it will lead to."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from simulator import cards, people
from simulator.dialects.stripe import descriptors, facts, methodtypes
from simulator.dialects.stripe.customers import KIND as CUSTOMER
from simulator.dialects.stripe.customers import check_email
from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.goods import currency as read_currency
from simulator.dialects.stripe.lineitems import priced, title
from simulator.dialects.stripe.metadata import merged, order_of
from simulator.dialects.stripe.names import intent_of
from simulator.dialects.stripe.objection import absent, invalid, unsupported
from simulator.dialects.stripe.sessionparams import CreateParams, Switch, refuse_unsupported
from simulator.dialects.stripe.sessionview import EXPIRED, KIND, OPEN
from simulator.gateway.commands import CreateCheckout
from simulator.gateway.decide import decide
from simulator.gateway.model import Payer
from simulator.gateway.outcomes import ThingOutcome
from simulator.gateway.things import Checkout, Resource
from simulator.profiles import Profile

#: What is filled in with the session's id.
_PLACE: Final = "{CHECKOUT_SESSION_ID}"
#: Where a page may lead; anything else (javascript:, data:) could run on it.
_WEB: Final = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"\\]{1,4990}")
#: The most that a session takes, in minor units.
_MOST: Final = 99_999_999
#: For how long a session is open, in seconds.
_SHORTEST: Final = 1800
_LONGEST: Final = 86_400
#: Whoever adds half an hour to the time sends the request a moment later.
_ON_THE_WAY: Final = 60
_REFERENCE: Final = 200
_INTENT_DATA: Final = "payment_intent_data"
#: What would stand on an invoice.
_NO_DATA: Final = (
    "account_tax_ids",
    "custom_fields",
    "description",
    "footer",
    "issuer",
    "metadata",
    "rendering_options",
)
_LOCALE: Final = re.compile(
    "auto|bg|cs|da|de|el|en|en-GB|es|es-419|et|fi|fil|fr|fr-CA|hi-IN|hr|hu|id|it|ja|ko|lt|lv|ms|mt|"
    "nb|nl|pl|pt|pt-BR|ro|ru|sk|sl|sv|th|tr|vi|zh|zh-HK|zh-TW"
)


def make(desk: Desk, params: CreateParams) -> Resource:
    """A new session with its page, both put down; raises Objection."""
    refuse_unsupported(params)
    items = priced(desk, params.line_items or [])
    name = desk.new("cs_test")
    customer = _customer(desk, params)
    fields = {
        **_read(desk, params, name),
        "amount": _total(items),
        "currency": _currency(params, items),
        "customer": customer.id if customer else None,
        "email": params.customer_email or (customer.fields["email"] if customer else None),
        "items": items,
        "name": customer.fields["name"] if customer else None,
        "payment_method_types": _methods(desk.context.profile, params),
    }
    if params.allowed_payment_method_types or params.payment_method_types:
        words = {descriptors.WHOLE: params.payment_intent_data.statement_descriptor}
        descriptors.check_types({**fields, **words}, _INTENT_DATA)
    order = order_of_session(params) or name
    page = _page(desk, params, fields, (name, order, customer))
    return desk.put(
        Resource(
            id=name,
            kind=KIND,
            channel=page.channel,
            order=order,
            fields={
                **fields,
                "checkout": page.id,
                "intent": _intent(desk, params, fields, name),
                "url": page.url,
            },
            settles_at=fields["expires_at"],
            becomes={"status": EXPIRED},
            then="checkout.session.expired",
        )
    )


def order_of_session(params: CreateParams) -> str:
    """The order that a session is about, if it says so anywhere."""
    said = order_of(params.payment_intent_data.metadata, "") or order_of(params.metadata, "")
    return said or params.client_reference_id or ""


def _read(desk: Desk, params: CreateParams, name: str) -> dict[str, Any]:
    """What is kept of a session as it was sent, held against the rules."""
    if params.success_url is None:
        raise absent("success_url")
    if params.locale is not None and not _LOCALE.fullmatch(params.locale):
        raise invalid(f"Invalid locale: {cards.mask(params.locale)[:20]}", "locale")
    reference = params.client_reference_id
    if reference is not None and len(reference) > _REFERENCE:
        raise invalid(f"It can have up to {_REFERENCE} characters.", "client_reference_id")
    descriptors.check(params.payment_intent_data, _INTENT_DATA)
    options = params.payment_method_options
    return {
        "adaptive_pricing": _left_off(params.adaptive_pricing),
        "allow_promotion_codes": params.allow_promotion_codes,
        "awaits": None,
        "cancel_url": _web(params.cancel_url, "cancel_url", name),
        "client_reference_id": reference,
        "customer_creation": "if_required" if params.customer is None else None,
        "customer_email": params.customer_email,
        "excluded_payment_method_types": params.excluded_payment_method_types,
        "expires_at": _expiry(desk.now, params.expires_at),
        "invoice_creation": _no_invoice(params.invoice_creation),
        "integration_identifier": params.integration_identifier,
        "locale": params.locale,
        "metadata": merged({}, params.metadata),
        "payment_method_options": msgspec.to_builtins(options) if options else {},
        "status": OPEN,
        "submit_type": params.submit_type,
        "success_url": _web(params.success_url, "success_url", None),
    }


def _page(
    desk: Desk,
    params: CreateParams,
    fields: dict[str, Any],
    about: tuple[str, str, Resource | None],
) -> Checkout:
    """The page on which it is paid; raises Objection if the order takes no charge any more."""
    name, order, customer = about
    options = params.payment_method_options
    card = options.card if options is not None else None
    wanted = CreateCheckout(
        order=order,
        amount=fields["amount"],
        currency=fields["currency"].upper(),
        payer=_payer(fields["email"], customer),
        product=title(fields["items"]),
        locale=None if params.locale == "auto" else params.locale,
        return_url=fields["success_url"].replace(_PLACE, name),
        capture="manual" if params.payment_intent_data.capture_method == "manual" else "automatic",
        lasts=fields["expires_at"] - desk.context.wall,
        resource=intent_of(name),
        methods=tuple(methodtypes.here(each) or each for each in fields["payment_method_types"]),
        prove=card is not None and card.request_three_d_secure != "automatic",
        submit=params.submit_type if params.submit_type in ("book", "donate") else "pay",
        asks_email=fields["email"] is None,
        cancel_url=fields["cancel_url"],
        returns=True,
    )
    outcome = desk.work(decide(wanted, desk.context))
    if isinstance(outcome, ThingOutcome) and isinstance(outcome.thing, Checkout):
        return outcome.thing
    raise invalid(f"The order {order} takes no further charge.", kept=True)


def _intent(desk: Desk, params: CreateParams, fields: dict[str, Any], name: str) -> dict[str, Any]:
    """What the payment intent will be made with when somebody pays."""
    data = params.payment_intent_data
    return {
        **msgspec.to_builtins(data),
        "amount": fields["amount"],
        "client_secret": f"{intent_of(name)}_{desk.new('secret')}",
        "confirmation_method": "automatic",
        "currency": fields["currency"],
        "customer": fields["customer"],
        "metadata": merged({}, data.metadata),
        "payment_method_options": fields["payment_method_options"] or None,
        "payment_method_types": fields["payment_method_types"],
        "return_url": fields["success_url"].replace(_PLACE, name),
        "session": name,
    }


def _left_off(switch: Switch | None) -> dict[str, Any] | None:
    """What was said of something that is not here, which is that it stays off."""
    return None if switch is None else {"enabled": switch.enabled}


def _no_invoice(switch: Switch | None) -> dict[str, Any] | None:
    """The same of invoices, with what there would be on one."""
    off = _left_off(switch)
    return None if off is None else {**off, "invoice_data": dict.fromkeys(_NO_DATA)}


def _customer(desk: Desk, params: CreateParams) -> Resource | None:
    check_email(params.customer_email, "customer_email")
    check_email(params.payment_intent_data.receipt_email, "payment_intent_data[receipt_email]")
    if params.customer is None:
        return None
    if params.customer_email is not None:
        raise invalid(
            "You may only specify one of these parameters: customer, customer_email.",
            "customer_email",
        )
    return desk.get(CUSTOMER, params.customer, "customer")


def _payer(email: str | None, customer: Resource | None) -> Payer | None:
    """Who pays, without anything by which the person could be named."""
    address = (customer.fields["address"] if customer else None) or {}
    if email is None and not address.get("country"):
        return None
    return Payer(
        country=address.get("country"),
        email=cards.mask(people.mask_email(email)) if email else None,
        id=people.trace("payer", email) if email else None,
        billing=address.get("country"),
    )


def _total(items: list[dict[str, Any]]) -> int:
    total: int = sum(item["amount"] for item in items)
    if total < 1:
        raise unsupported("line_items", "Sessions in which nothing is to be paid are not here.")
    if total > _MOST:
        raise invalid(
            f"The total amount due must be no more than {_MOST}.", "line_items", "amount_too_large"
        )
    return total


def _currency(params: CreateParams, items: list[dict[str, Any]]) -> str:
    own: str = items[0]["currency"]
    if params.currency is not None and read_currency(params.currency, "currency") != own:
        raise invalid(f"The prices of the line items are in {own}.", "currency")
    return own


def _methods(profile: Profile, params: CreateParams) -> list[str]:
    """The types that may be used: those that are named, or what Stripe has and is taken here."""
    taken = [methodtypes.wire(rule.type) for rule in profile.methods]
    asked = params.allowed_payment_method_types or params.payment_method_types
    param = "allowed_payment_method_types"
    param = param if params.allowed_payment_method_types else "payment_method_types"
    for number, each in enumerate(asked or ()):
        if each not in taken:
            raise invalid(
                f"The payment method type provided: {cards.mask(each)[:40]} is invalid. This "
                f"gateway takes {', '.join(taken)}.",
                f"{param}[{number}]",
            )
    excluded = params.excluded_payment_method_types or ()
    known = facts.parameters("POST", "/v1/payment_methods")
    usual = asked or [each for each in taken if each in known]
    return [each for each in usual if each not in excluded]


def _expiry(now: int, asked: int | None) -> int:
    """When it ends, in Unix time."""
    if asked is None:
        return now + _LONGEST
    if not _SHORTEST - _ON_THE_WAY <= asked - now <= _LONGEST:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "
            "Session creation.",
            "expires_at",
        )
    return asked


def _web(address: str | None, param: str, name: str | None) -> str | None:
    """An address to which payers are sent, with the session's `name` filled in if it is told."""
    if address is None:
        return None
    if not _WEB.fullmatch(address):
        raise invalid("Not a valid URL", param, "url_invalid")
    return address if name is None else address.replace(_PLACE, name)
