"""Confirming an intent: one try to take its money, by the gateway's own rules."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UnsetType
from msgspec.structs import replace

from simulator.dialects import paying
from simulator.dialects.stripe import amounts, chargewords, choosing, declines, descriptors, keeping
from simulator.dialects.stripe.chargeview import is_charge
from simulator.dialects.stripe.customers import check_email
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.instruments import charged_by, method_view
from simulator.dialects.stripe.intentparams import Confirmation, CreateParams
from simulator.dialects.stripe.intentview import (
    KIND,
    failure_view,
    intent_view,
    is_proved,
    state_of,
)
from simulator.dialects.stripe.metadata import product_of
from simulator.dialects.stripe.methodoptions import option, options_of
from simulator.dialects.stripe.names import charge_of
from simulator.dialects.stripe.objection import Objection, invalid
from simulator.dialects.stripe.params import said_in
from simulator.dialects.stripe.payerdata import person_of
from simulator.dialects.stripe.returning import address_in, back_to
from simulator.gateway import cancels, charges, wallets
from simulator.gateway.commands import CreatePayment
from simulator.gateway.decision import Decision
from simulator.gateway.model import Method, Payment, Status
from simulator.gateway.outcomes import Declined, Outcome
from simulator.gateway.things import Resource

#: States in which an intent may be confirmed.
_OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
#: What a confirmation says that is kept with the intent as it is.
_KEPT: Final = (
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "use_stripe_sdk",
)
_UNEXPECTED: Final = "payment_intent_unexpected_state"


def confirm(desk: Desk, intent: Resource, wish: Confirmation | CreateParams) -> Answer:
    """Try to take the money of an intent that was put down; raises Objection."""
    last = desk.payment(intent.payment) if intent.payment else None
    state = state_of(intent, last)
    if state not in _OPEN:
        raise unexpected_state(intent, last, "confirm", _OPEN)
    check_session(desk, intent, "confirm")
    check_email(wish.receipt_email, "receipt_email")
    check_order(desk, intent.order)
    if last is not None and is_charge(last):
        intent = chargewords.kept(intent, last)
    choosing.named_types(wish, desk.context.profile)
    intent = prepared(intent, wish)
    named = choosing.chosen(desk, wish, intent.fields["customer"])
    if last is not None and is_proved(last) and named is None and not intent.fields["renewed"]:
        return _settle(desk, intent, charges.go_on(last, desk.context))
    method = named or _known(desk, intent, state)
    intent = replace(intent, fields={**intent.fields, "payment_method": method.id})
    choosing.check_type(desk, intent.fields, method)
    how = charged_by(method, desk.now, absent=bool(wish.off_session))
    choosing.check_return(desk, intent.fields, how)
    descriptors.check_type(intent.fields, method.fields["type"])
    amounts.check_for(how, intent.fields["amount"], intent.fields["currency"])
    called_off(desk, last)
    payment = charges.new_payment(
        replace(
            purchase(intent, how, person(desk, intent, method)),
            absent=bool(wish.off_session) or wish.error_on_requires_action,
        ),
        desk.context,
    )
    tried = {
        **intent.fields,
        "renewed": False,
        "unhandled": wish.error_on_requires_action and not wish.off_session,
        "tried": method_view(method),
        "billing_details": method.fields["billing_details"],
        "charged": charge_of(last.id) if last and is_charge(last) else intent.fields.get("charged"),
    }
    now = replace(intent, payment=payment.id, fields=tried)
    return _settle(desk, now, charges.charge(payment, desk.context, created=True))


def _settle(desk: Desk, intent: Resource, decided: Decision) -> Answer:
    """Take over what was decided of a try, and what that means for its payment method."""
    whole = wallets.carry(decided, desk.context)
    put = desk.put(intent)
    payment = next((each for each in whole.payments if each.id == intent.payment), None)
    method = desk.find(intent.fields["payment_method"])
    if payment is not None and method is not None:
        now = keeping.after(put, payment, method)
        if now is not None:
            changed = desk.put(now)
            if keeping.is_attached(method, now):
                desk.tell(keeping.ATTACHED, changed)
    return told(desk, put, desk.work(whole))


def told(desk: Desk, intent: Resource, outcome: Outcome) -> Answer:
    """The answer to a try: the intent, or an error with the intent in it."""
    payment = desk.payment(intent.payment) if intent.payment else None
    view = intent_view(intent, payment)
    if not isinstance(outcome, Declined):
        return Answer(view, outcome)
    error = {**failure_view(outcome.payment, intent.fields), "payment_intent": view}
    return Answer({"error": error}, outcome, declines.of(outcome.failure).status)


def purchase(intent: Resource, how: Method, who: paying.Person | None) -> CreatePayment:
    """The payment that confirming an intent asks for."""
    fields = intent.fields
    secure = option(fields, "card", "request_three_d_secure")
    return CreatePayment(
        order=intent.order,
        amount=fields["amount"],
        currency=fields["currency"].upper(),
        method=how,
        capture="manual" if is_manual(fields) else "automatic",
        payer=paying.payer(who) if who else None,
        email=who.email if who else None,
        resource=intent.id,
        return_url=back_to(fields["return_url"], fields, KIND, intent.id),
        product=product_of(fields["metadata"]),
        prove=secure in ("any", "challenge"),
        quiet=secure == "any",
        two_step=fields["confirmation_method"] == "manual",
    )


def is_manual(fields: dict[str, Any]) -> bool:
    """Whether money is only held at first."""
    ways = (fields["capture_method"], option(fields, "card", "capture_method"))
    return "manual" in ways


def person(desk: Desk, intent: Resource, method: Resource) -> paying.Person | None:
    """Who pays an intent by this method."""
    owner = intent.fields["customer"]
    customer = desk.find(owner) if owner else None
    known = customer.fields if customer is not None else None
    return person_of(intent.fields, method.fields["billing_details"], known)


def unexpected_state(
    intent: Resource, payment: Payment | None, verb: str, wanted: tuple[str, ...]
) -> Objection:
    """`payment_intent_unexpected_state`, with the intent in it."""
    state = state_of(intent, payment)
    return invalid(
        f"You cannot {verb} this PaymentIntent because it has a status of {state}. Only a "
        f"PaymentIntent with one of the following statuses may be used for this: "
        f"{', '.join(wanted)}.",
        code=_UNEXPECTED,
        kept=True,
        payment_intent=intent_view(intent, payment),
    )


def prepared(intent: Resource, wish: Confirmation | CreateParams) -> Resource:
    """The intent with what a confirmation says of it; raises Objection."""
    said = said_in(wish, _KEPT)
    if not isinstance(wish.return_url, UnsetType):
        said["return_url"] = address_in(wish.return_url)
    if not isinstance(wish.payment_method_options, UnsetType):
        said["payment_method_options"] = options_of(wish.payment_method_options)
    if isinstance(wish, Confirmation):
        said |= choosing.named_types(wish) or {}
        if not isinstance(wish.capture_method, UnsetType):
            said["capture_method"] = wish.capture_method
    mandate = wish.mandate_data
    if not isinstance(mandate, UnsetType) and mandate is not None:
        online = mandate.customer_acceptance.online
        said["ip"] = online.ip_address if online else None
    return replace(intent, fields={**intent.fields, **said})


def check_session(desk: Desk, intent: Resource, verb: str) -> None:
    """Raise Objection for an intent whose checkout session is open: it is paid at its page."""
    name = intent.fields.get("session")
    session = desk.find(name) if name else None
    if session is not None and session.fields["status"] == "open":
        raise invalid(
            f"You cannot {verb} the PaymentIntent of a Checkout Session. Its payer pays at the "
            "page of the session; expire the session to call it off.",
            code=_UNEXPECTED,
            kept=True,
        )


def called_off(desk: Desk, last: Payment | None) -> None:
    """A try whose payer has still to do something gives way to another; nobody is told of that."""
    if last is not None and last.status is Status.REQUIRES_ACTION:
        desk.work(replace(cancels.void((last,), desk.context), events=()))


def _known(desk: Desk, intent: Resource, state: str) -> Resource:
    """The payment method that the intent has already; raises Objection."""
    name = intent.fields["payment_method"]
    if name is None or state == "requires_payment_method":
        raise invalid(
            "You cannot confirm this PaymentIntent because it has no payment method. Send "
            "payment_method with the confirmation, or update the PaymentIntent first.",
            code=_UNEXPECTED,
            kept=True,
            payment_intent=_shown(desk, intent),
        )
    method = desk.get("payment_method", name, "payment_method")
    choosing.check_owner(method, intent.fields["customer"])
    return method


def _shown(desk: Desk, intent: Resource) -> dict[str, Any] | None:
    """The intent as it is; None for one that comes to nothing, for it is only made now."""
    if desk.context.snapshot.resource(intent.id) is None:
        return None
    return intent_view(intent, desk.payment(intent.payment or ""))


def check_order(desk: Desk, order: str) -> None:
    """Raise Objection for an order that was closed: it takes no charge."""
    if desk.context.snapshot.is_closed(order):
        raise invalid(f"The order {order} was closed; it takes no charge.", kept=True)
