"""Payment intents (docs.stripe.com/api/payment_intents)."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from simulator.dialects.stripe import amounts, chargewords, choosing, descriptors, filters
from simulator.dialects.stripe.chargeview import is_charge
from simulator.dialects.stripe.confirming import (
    called_off,
    check_session,
    confirm,
    told,
    unexpected_state,
)
from simulator.dialects.stripe.customers import KIND as CUSTOMER
from simulator.dialects.stripe.customers import check_email
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.intentparams import (
    CancelParams,
    CaptureParams,
    Confirmation,
    CreateParams,
    IncrementParams,
    ListParams,
    RetrieveParams,
    Told,
    UpdateParams,
)
from simulator.dialects.stripe.intentsubjects import of_confirmation, of_intent, of_new
from simulator.dialects.stripe.intentview import BLANK, KIND, intent_view, state_of
from simulator.dialects.stripe.listing import page, shown
from simulator.dialects.stripe.metadata import merged, order_of
from simulator.dialects.stripe.methodoptions import options_of
from simulator.dialects.stripe.objection import invalid, unsupported
from simulator.dialects.stripe.params import said_in
from simulator.gateway import cancels
from simulator.gateway.commands import CapturePayment
from simulator.gateway.decide import decide
from simulator.gateway.model import Payment
from simulator.gateway.outcomes import PaymentList, PaymentOutcome, Refused
from simulator.gateway.things import Resource

_URL: Final = "/v1/payment_intents"
_CHANGEABLE: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
_CANCELABLE: Final = (*_CHANGEABLE, "requires_capture", "processing")
_HELD: Final = ("requires_capture",)
#: Parameters that are read by themselves, and not kept as they are.
_READ: Final = frozenset(
    {
        "automatic_payment_methods", "excluded_payment_method_types", "metadata", "payment_method",
        "payment_method_options", "payment_method_types", "return_url",
    }
)  # fmt: skip
_ECHOED: Final = tuple(sorted(BLANK.keys() - _READ))
#: What can be said of an intent at any time: it changes nothing about the money.
_WORDS: Final = frozenset(
    {
        "description", "metadata", "receipt_email", "shipping", "statement_descriptor",
        "statement_descriptor_suffix", "transfer_group",
    }
)  # fmt: skip


def _create(desk: Desk, params: CreateParams) -> Answer:
    stray = params.stray
    if stray is not None:
        raise invalid(
            f"The parameter `{stray}` cannot be passed when creating a PaymentIntent unless "
            "`confirm` is set to true.",
            stray,
        )
    name = desk.new("pi")
    currency = amounts.currency_in(params.currency)
    manual = params.confirmation_method == "manual"
    types = choosing.types_of(desk.context.profile, params, manual=manual)
    fields = {
        **BLANK,
        **_said(params),
        **types,
        "amount": amounts.amount_in(params.amount, currency, types["payment_method_types"]),
        "currency": currency,
        "metadata": merged({}, params.metadata),
        "client_secret": f"{name}_{desk.new('secret')}",
        "capture_method": params.capture_method,
        "confirmation_method": params.confirmation_method,
        "use_stripe_sdk": params.use_stripe_sdk,
    }
    descriptors.check_types(fields)
    intent = Resource(
        id=name,
        kind=KIND,
        channel=desk.context.snapshot.channel,
        order=order_of(params.metadata, name),
        fields=_with_method(desk, fields, params),
    )
    made = desk.put(intent)
    desk.tell("payment_intent.created", made)
    if not params.confirm:
        return Answer(intent_view(made, None))
    wish = replace(  # what was sent was made into a payment method just now
        params, payment_method=UNSET, payment_method_data=UNSET, source=UNSET
    )
    return confirm(desk, made, wish)


def _retrieve(desk: Desk, params: RetrieveParams) -> Answer:
    intent = _get(desk, params.client_secret)
    return Answer(intent_view(intent, _last(desk, intent)), PaymentList(desk.payments_for(intent)))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    intent = _get(desk, params.client_secret)
    last = _last(desk, intent)
    sent = {name for name, each in asdict(params).items() if each is not UNSET}
    grave = sent - _WORDS - {"client_secret"}
    if grave and state_of(intent, last) not in _CHANGEABLE:
        raise unexpected_state(intent, last, "update", _CHANGEABLE)
    own = chargewords.kept(intent, last) if last is not None and is_charge(last) else intent
    fields = {
        **own.fields,
        **_said(params),
        **(choosing.named_types(params, desk.context.profile) or {}),
        "metadata": merged(intent.fields["metadata"], params.metadata),
    }
    if sent & descriptors.MATTERS:
        descriptors.check_types(fields)
    _check_customer(intent, fields)
    if not isinstance(params.currency, UnsetType):
        fields["currency"] = amounts.currency_in(params.currency)
    if sent & {"amount", "currency"}:
        amount = fields["amount"] if isinstance(params.amount, UnsetType) else params.amount
        types = fields["payment_method_types"]
        fields["amount"] = amounts.amount_in(amount, fields["currency"], types)
    if not isinstance(params.capture_method, UnsetType):
        fields["capture_method"] = params.capture_method
    fields = _with_method(desk, fields, params)
    if last is not None and grave:
        called_off(desk, last)
        fields["renewed"] = _is_renewed(intent, last, sent)
    named = order_of(fields["metadata"], intent.id)
    order = intent.order if last else named  # what was tried for an order stays with it
    alias = "" if named == order else named
    changed = desk.put(replace(intent, fields=fields, order=order, alias=alias))
    return Answer(intent_view(changed, _last(desk, changed)))


def _is_renewed(intent: Resource, last: Payment, sent: set[str]) -> bool:
    """Whether the intent has what it needs for another try: after a failure, a payment method."""
    if state_of(intent, last) != "requires_payment_method":
        return True
    return bool(sent & {"payment_method", "payment_method_data", "source"})


def _confirm(desk: Desk, params: Confirmation) -> Answer:
    intent = _get(desk, params.client_secret)
    if desk.call.public and intent.fields["confirmation_method"] == "manual":
        raise invalid(
            "This PaymentIntent has the confirmation_method manual, so that it can only be "
            "confirmed with a secret key.",
            code="payment_intent_invalid_parameter",
            kept=True,
        )
    return confirm(desk, intent, params)


def _capture(desk: Desk, params: CaptureParams) -> Answer:
    intent = _get(desk)
    last = _last(desk, intent)
    if last is None or state_of(intent, last) != "requires_capture":
        raise unexpected_state(intent, last, "capture", _HELD)
    if not params.final_capture:
        raise unsupported("final_capture", "A card is captured once.")
    amount = None if isinstance(params.amount_to_capture, UnsetType) else params.amount_to_capture
    if amount is not None and amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            "amount_to_capture",
            "parameter_invalid_integer",
        )
    fields = {
        **intent.fields,
        **descriptors.of_capture(params, last.method.type),
        "metadata": merged(intent.fields["metadata"], params.metadata),
    }
    outcome = desk.work(decide(CapturePayment(last.id, amount), desk.context))
    if isinstance(outcome, Refused):
        raise invalid(
            "The requested capture amount is greater than the amount you can capture for this "
            f"charge: {outcome.message}.",
            "amount_to_capture",
            "amount_too_large",
            kept=True,
        )
    return told(desk, desk.put(replace(intent, fields=fields)), outcome)


def _cancel(desk: Desk, params: CancelParams) -> Answer:
    intent = _get(desk)
    last = _last(desk, intent)
    if state_of(intent, last) not in _CANCELABLE:
        raise unexpected_state(intent, last, "cancel", _CANCELABLE)
    check_session(desk, intent, "cancel")
    fields = {
        **intent.fields,
        "canceled_at": desk.now,
        "cancellation_reason": params.cancellation_reason,
    }
    gone = desk.put(replace(intent, fields=fields))
    decision = cancels.void(desk.payments_for(intent), desk.context)
    desk.work(decision)
    if intent.payment not in {each.id for each in decision.payments}:
        desk.tell("payment_intent.canceled", gone)
    last = _last(desk, gone)
    return Answer(intent_view(gone, last), PaymentOutcome(last) if last else None)


def _increment(desk: Desk, _: IncrementParams) -> Answer:
    intent = _get(desk)
    last = _last(desk, intent)
    if state_of(intent, last) != "requires_capture":
        raise unexpected_state(intent, last, "increment", _HELD)
    raise invalid(
        "This PaymentIntent cannot be incremented: incremental_authorization of its charge is "
        "unavailable. What is held can be captured, up to its amount.",
        "amount",
        kept=True,
        payment_intent=intent_view(intent, last),
    )


def _list(desk: Desk, params: ListParams) -> Answer:
    filters.check(desk, params)
    wanted = (
        each
        for each in desk.all(KIND)
        if params.dated(int(each.created)) and params.customer in (None, each.fields["customer"])
    )
    seen = shown(wanted, lambda intent: intent_view(intent, _last(desk, intent)))
    return Answer(page(seen, params, _URL, KIND))


def _get(desk: Desk, secret: str | None = None) -> Resource:
    """The intent of the path; with a publishable key, its secret must be known."""
    intent = desk.get(KIND, desk.call.ids[0], "intent")
    known = intent.fields["client_secret"]
    if (desk.call.public or secret is not None) and secret != known:
        raise invalid(
            "The client_secret provided does not match the client_secret of this PaymentIntent.",
            "client_secret",
            "payment_intent_invalid_parameter",
        )
    return intent


def _last(desk: Desk, intent: Resource) -> Payment | None:
    return desk.payment(intent.payment) if intent.payment else None


def _said(params: Told) -> dict[str, Any]:
    """What is kept of an intent as it was sent."""
    check_email(params.receipt_email, "receipt_email")
    descriptors.check(params)
    said = said_in(params, _ECHOED)
    options = params.payment_method_options
    if not isinstance(options, UnsetType):
        said["payment_method_options"] = options_of(options)
    return said


def _with_method(desk: Desk, fields: dict[str, Any], params: Told) -> dict[str, Any]:
    """The fields with the customer and payment method that a request names, which must exist."""
    if fields["customer"] is not None:
        desk.get(CUSTOMER, fields["customer"], "customer")
    if params.payment_method is None:
        return {**fields, "payment_method": None}
    method = choosing.chosen(desk, params, fields["customer"])
    if method is None:
        return fields
    choosing.check_type(desk, fields, method)
    return {**fields, "payment_method": method.id}


def _check_customer(intent: Resource, fields: dict[str, Any]) -> None:
    before = intent.fields["customer"]
    if before is not None and fields["customer"] != before:
        raise invalid(
            "You cannot modify `customer` on a PaymentIntent once it already has been set. To be "
            "paid by another Customer, cancel this PaymentIntent and create a new one.",
            "customer",
            kept=True,
        )


ENDPOINTS: Final = (
    Endpoint(method="POST", path=_URL, handle=_create, params=CreateParams, about=of_new),
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(
        method="GET",
        path=f"{_URL}/{{}}",
        handle=_retrieve,
        params=RetrieveParams,
        about=of_intent("query"),
        public=True,
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}",
        handle=_update,
        params=UpdateParams,
        about=of_intent("create"),
        public=True,
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/confirm",
        handle=_confirm,
        params=Confirmation,
        about=of_confirmation,
        public=True,
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/capture",
        handle=_capture,
        params=CaptureParams,
        about=of_intent("capture"),
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/cancel",
        handle=_cancel,
        params=CancelParams,
        about=of_intent("cancel"),
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/increment_authorization",
        handle=_increment,
        params=IncrementParams,
        about=of_intent("create"),
        note="always refused, as for charges whose incremental_authorization is unavailable",
    ),
)
