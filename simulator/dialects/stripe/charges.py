"""Charges (docs.stripe.com/api/charges): tries to take money, of an intent or by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import UnsetType
from msgspec.structs import asdict

from simulator.dialects.stripe import charging, descriptors, filters
from simulator.dialects.stripe.changes import previous
from simulator.dialects.stripe.chargeparams import (
    CaptureParams,
    CreateParams,
    ListParams,
    UpdateParams,
)
from simulator.dialects.stripe.chargeview import charge_view, is_charge, is_held
from simulator.dialects.stripe.chargewords import KIND, kept, words_of
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import About, Endpoint
from simulator.dialects.stripe.listing import page, shown
from simulator.dialects.stripe.listsubjects import of_filtered
from simulator.dialects.stripe.metadata import merged
from simulator.dialects.stripe.names import charge_of, payment_of
from simulator.dialects.stripe.objection import Objection, invalid, missing
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.params import kept as sent
from simulator.gateway.commands import Call, CapturePayment
from simulator.gateway.decide import decide
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import PaymentList, PaymentOutcome, Refused
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject
from simulator.gateway.things import Resource

_URL: Final = "/v1/charges"
_INTENT: Final = "pi_"


def charge_of_name(desk: Desk, name: str) -> dict[str, Any] | None:
    """The charge of this name as callers see it."""
    payment = desk.payment(payment_of(name))
    return _shown(desk, payment) if payment is not None and is_charge(payment) else None


def _shown(desk: Desk, payment: Payment) -> dict[str, Any]:
    return charge_view(payment, _made_for(desk, payment), desk.context.wall)


def _made_for(desk: Desk, payment: Payment) -> Resource | None:
    return desk.find(payment.resource) if payment.resource else None


def _find(desk: Desk) -> Payment:
    """The charge of the path; raises Objection (404) if there is none."""
    name = desk.call.ids[0]
    payment = desk.payment(payment_of(name))
    if payment is None or not is_charge(payment):
        raise missing(KIND, name)
    return payment


def _retrieve(desk: Desk, _: Params) -> Answer:
    payment = _find(desk)
    return Answer(_shown(desk, payment), PaymentOutcome(payment))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    payment = _find(desk)
    made_for = _made_for(desk, payment)
    if made_for is None:
        raise invalid(
            "This charge was not made through Stripe's API, so that nothing can be said of it.",
            kept=True,
        )
    old = words_of(payment, made_for)
    said = sent(asdict(params))
    for name in ("customer", "transfer_group"):
        if name in said and old.get(name) not in (None, said[name]):
            raise invalid(f"{name} is set already, and cannot be changed.", name, kept=True)
    if said.get("customer") is not None:
        desk.get("customer", said["customer"], "customer")
    if "fraud_details" in said:
        report = said["fraud_details"]["user_report"]
        said["fraud_details"] = {"user_report": report} if report else {}
    said["metadata"] = merged(old.get("metadata", {}), params.metadata)
    before = _shown(desk, payment)
    changed = desk.put(kept(made_for, payment, **said))
    now = _shown(desk, payment)
    desk.tell_of("charge.updated", payment, thing=changed.id, was=previous(before, now))
    return Answer(now)


def _capture(desk: Desk, params: CaptureParams) -> Answer:
    payment = _find(desk)
    if payment.resource is not None and payment.resource.startswith(_INTENT):
        raise invalid(
            f"This charge was made by a PaymentIntent. Capture {payment.resource} instead.",
            "charge",
            kept=True,
        )
    descriptors.check(params)
    if not is_held(payment):
        raise _not_held(payment, desk.call.ids[0])
    made_for = _made_for(desk, payment)
    if made_for is not None:
        said = {name: each for name, each in sent(asdict(params)).items() if name != "amount"}
        desk.put(kept(made_for, payment, **said))
    amount = None if isinstance(params.amount, UnsetType) else params.amount
    if amount is not None and amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    outcome = desk.work(decide(CapturePayment(payment.id, amount), desk.context))
    if isinstance(outcome, Refused):
        raise invalid(
            f"The amount to capture is more than this charge holds: {outcome.message}.",
            "amount",
            "amount_too_large",
            kept=True,
        )
    return charging.told(desk, payment, outcome)


def _not_held(payment: Payment, name: str) -> Objection:
    """Why a charge that holds no money cannot be captured."""
    if payment.shown is Status.CAPTURED:
        return invalid(
            f"Charge {name} has already been captured.",
            None,
            "charge_already_captured",
            kept=True,
        )
    if payment.amount_authorized:
        return invalid(
            f"Charge {name} was refunded or has expired, and can no longer be captured.",
            None,
            "charge_expired_for_capture",
            kept=True,
        )
    return invalid(f"Charge {name} did not succeed, and cannot be captured.", kept=True)


def _list(desk: Desk, params: ListParams) -> Answer:
    filters.check(desk, params)
    wanted = (
        each
        for each in _payments(desk, params.payment_intent)
        if params.dated(int(each.created)) and _wants(params, desk, each)
    )
    seen = shown(wanted, lambda each: _shown(desk, each), lambda each: charge_of(each.id))
    listed = page(seen, params, _URL, KIND)
    told = (desk.payment(payment_of(each["id"])) for each in listed["data"])
    return Answer(listed, PaymentList(tuple(each for each in told if each is not None)))


def _payments(desk: Desk, intent: str | None) -> Iterator[Payment]:
    """The charges of a channel, or of an intent alone; newest first."""
    if intent is None:
        every = tuple(desk.context.snapshot.payments())
    else:
        made_for = desk.find(intent)
        every = desk.payments_for(made_for) if made_for is not None else ()
    return (each for each in reversed(every) if is_charge(each))


def _wants(params: ListParams, desk: Desk, payment: Payment) -> bool:
    if params.customer is None and params.transfer_group is None:
        return True
    words = words_of(payment, _made_for(desk, payment))
    return params.customer in (None, words.get("customer")) and params.transfer_group in (
        None,
        words.get("transfer_group"),
    )


def _of(operation: str) -> About:
    def about(call: Call, snapshot: Snapshot) -> Subject:
        payment = snapshot.payment(payment_of(call.ids[0]))
        return Subject(operation, payment.order if payment else "", payment)

    return about


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path=_URL,
        handle=charging.create,
        params=CreateParams,
        operation="authorize",
        about=charging.about,
        note="the source is a token, or a payment method of the customer's",
    ),
    Endpoint(
        method="GET",
        path=_URL,
        handle=_list,
        params=ListParams,
        operation="query",
        about=of_filtered,
    ),
    Endpoint(
        method="GET",
        path=f"{_URL}/{{}}",
        handle=_retrieve,
        operation="query",
        about=_of("query"),
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}",
        handle=_update,
        params=UpdateParams,
        about=_of("create"),
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/capture",
        handle=_capture,
        params=CaptureParams,
        operation="capture",
        about=_of("capture"),
        note="of charges without a payment intent; an intent is captured itself",
    ),
)
