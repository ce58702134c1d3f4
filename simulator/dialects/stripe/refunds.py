"""Refunds (docs.stripe.com/api/refunds).

What keeps a shop from giving back twice is the idempotency key of its request, as at Stripe; there
is no other reference by which one refund is the same as another.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from simulator.dialects.stripe import filters
from simulator.dialects.stripe.changes import previous
from simulator.dialects.stripe.chargeview import is_charge, is_held
from simulator.dialects.stripe.chargewords import KIND as CHARGE
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.listing import Page, PageOfPayment, page, shown
from simulator.dialects.stripe.listsubjects import of_filtered
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.names import charge_of, payment_of
from simulator.dialects.stripe.objection import invalid, missing
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.refundable import refundable, unsuccessful
from simulator.dialects.stripe.refundview import OBJECT, refund_view, release_view
from simulator.gateway.commands import (
    Call,
    CancelPayment,
    CreateRefund,
    RetrieveRefund,
)
from simulator.gateway.decide import decide
from simulator.gateway.decision import Decision
from simulator.gateway.model import Payment, Refund, RefundStatus
from simulator.gateway.outcomes import PaymentOutcome, RefundOutcome, Refused
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject
from simulator.gateway.things import Resource

_URL: Final = "/v1/refunds"


class CreateParams(Params):
    """What is given back: all that is left of a charge, or a part of it, and why."""

    amount: int | UnsetType = UNSET
    charge: str | None = None
    metadata: Metadata | UnsetType = UNSET
    payment_intent: str | None = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None


class UpdateParams(Params):
    """Only what is said of it can be changed."""

    metadata: Metadata | UnsetType = UNSET


def refund_of(desk: Desk, name: str) -> dict[str, Any] | None:
    """The refund of this name as callers see it."""
    refund = desk.refund(name)
    if refund is not None:
        payment = desk.payment(refund.payment)
        return None if payment is None else refund_view(refund, payment, made_for(desk, payment))
    release = desk.find(name)
    if release is None or release.kind != OBJECT:
        return None
    payment = desk.payment(release.payment or "")
    return None if payment is None else release_view(release, payment)


def refunds_of_charge(desk: Desk, charge: dict[str, Any]) -> dict[str, Any]:
    """The list `refunds` of a charge as callers see it."""
    return _page_of(desk, charge["id"], Page())


def made_for(desk: Desk, payment: Payment) -> Resource | None:
    """What a payment was made for."""
    return desk.find(payment.resource) if payment.resource else None


def _create(desk: Desk, params: CreateParams) -> Answer:
    payment = refundable(desk, params)
    words = {"metadata": merged({}, params.metadata), "reason": params.reason}
    if isinstance(params.amount, int) and params.amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if is_held(payment):
        return _release(desk, payment, params.amount, words)
    amount = None if isinstance(params.amount, UnsetType) else params.amount
    outcome = desk.work(decide(CreateRefund(payment.id, amount, words=words), desk.context))
    if isinstance(outcome, Refused):
        raise invalid(outcome.message, kept=True)
    if not isinstance(outcome, RefundOutcome):
        raise invalid("This charge cannot be refunded.", kept=True)
    return Answer(_shown(desk, outcome.refund), outcome)


def _release(
    desk: Desk, payment: Payment, amount: int | UnsetType, words: dict[str, Any]
) -> Answer:
    """Money that is only held by a charge without an intent is let go, all of it."""
    if payment.resource is None or not payment.resource.startswith("ch_"):
        raise unsuccessful(payment.resource or payment.id)
    if isinstance(amount, int) and amount != payment.amount_authorized:
        raise invalid(
            "You cannot partially refund an uncaptured charge. Capture a smaller amount instead: "
            "the rest of it is released.",
            "amount",
            kept=True,
        )
    outcome = desk.work(decide(CancelPayment(payment.id), desk.context))
    if not isinstance(outcome, PaymentOutcome):
        raise invalid("This charge cannot be refunded.", kept=True)
    release = desk.put(
        Resource(
            id=desk.new("re"),
            kind=OBJECT,
            channel=payment.channel,
            order=payment.order,
            payment=payment.id,
            fields=words,
        )
    )
    desk.tell("refund.created", release)
    return Answer(release_view(release, outcome.payment), outcome)


def _shown(desk: Desk, refund: Refund | Resource) -> dict[str, Any]:
    view = refund_of(desk, refund.id)
    if view is None:
        raise missing(OBJECT, refund.id)
    return view


def _retrieve(desk: Desk, _: Params) -> Answer:
    name = desk.call.ids[0]
    view = refund_of(desk, name)
    if view is None:
        raise missing(OBJECT, name)
    if desk.refund(name) is None:
        return Answer(view)
    return Answer(view, desk.work(decide(RetrieveRefund(name), desk.context)))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    name = desk.call.ids[0]
    refund = desk.refund(name)
    if refund is None:
        release = desk.get(OBJECT, name)
        fields = {**release.fields, "metadata": merged(release.fields["metadata"], params.metadata)}
        desk.tell("refund.updated", desk.put(replace(release, fields=fields)))
        return Answer(refund_of(desk, name) or {})
    words = {**refund.words, "metadata": merged(refund.words.get("metadata", {}), params.metadata)}
    # When one failed is told by its last change.
    at = refund.updated if refund.status is RefundStatus.FAILED else desk.context.wall
    changed = replace(refund, words=words, updated=at)
    desk.work(Decision(RefundOutcome(changed), refunds=(changed,)))
    payment = desk.payment(refund.payment)
    if payment is not None:
        was = previous(refund.words, words)
        desk.tell_of("refund.updated", payment, refund=name, was=was)
    return Answer(_shown(desk, changed))


def _cancel(desk: Desk, _: Params) -> Answer:
    name = desk.call.ids[0]
    view = refund_of(desk, name)
    if view is None:
        raise missing(OBJECT, name)
    raise invalid(
        f"You cannot cancel this refund because it has a status of {view['status']}. Only a refund "
        "with a status of requires_action can be canceled.",
        kept=True,
    )


def _list(desk: Desk, params: PageOfPayment) -> Answer:
    filters.check(desk, params)
    desk.tell_truth()
    found = _found(desk, params)
    found.sort(key=lambda each: each.created, reverse=True)  # those of one moment stay as they are
    wanted = (
        each
        for each in found
        if params.dated(int(each.created)) and desk.payment(each.payment or "") is not None
    )
    return Answer(page(shown(wanted, lambda each: _shown(desk, each)), params, _URL, OBJECT))


def _found(desk: Desk, params: PageOfPayment) -> list[Refund | Resource]:
    """The refunds of a channel, or of the charge or intent that is named; the latest first."""
    snapshot = desk.context.snapshot
    if params.charge is None and params.payment_intent is None:
        return [*reversed(tuple(snapshot.refunds())), *desk.all(OBJECT)]
    found: list[Refund | Resource] = []
    for payment in _charged(desk, params):
        releases = snapshot.resources_of(OBJECT, payment.order)
        found += (each for each in releases if each.payment == payment.id)
        found += snapshot.refunds_of(payment.id)
    return found[::-1]


def _charged(desk: Desk, params: PageOfPayment) -> list[Payment]:
    """The payment of the charge that is named, or those of the intent."""
    name, intent = params.charge, params.payment_intent
    snapshot = desk.context.snapshot
    if name is not None:
        one = snapshot.payment(payment_of(name))
        found = [one] if one is not None and charge_of(one.id) == name else []
    else:
        made_for = snapshot.resource(intent or "")
        found = list(snapshot.payments_of(made_for.order)) if made_for is not None else []
    return [each for each in found if intent in (None, each.resource)]


def _list_of(desk: Desk, params: Page) -> Answer:
    payment = desk.payment(payment_of(desk.call.ids[0]))
    if payment is None or not is_charge(payment):
        raise missing(CHARGE, desk.call.ids[0])
    return Answer(_page_of(desk, desk.call.ids[0], params))


def _page_of(desk: Desk, charge: str, params: Page) -> dict[str, Any]:
    payment = payment_of(charge)
    releases = (each for each in desk.all(OBJECT) if each.payment == payment)
    names = [*(each.id for each in desk.refunds_of(payment)), *(each.id for each in releases)]
    seen = (refund_of(desk, name) for name in reversed(names))
    shown = (each for each in seen if each is not None)
    return page(shown, params, f"/v1/charges/{charge}/refunds", OBJECT)


def _of_new(call: Call, snapshot: Snapshot) -> Subject:
    """What a new refund is about."""
    params: CreateParams = call.params
    name = payment_of(params.charge) if params.charge is not None else None
    if name is None and params.payment_intent is not None:
        intent = snapshot.resource(params.payment_intent)
        name = intent.payment if intent is not None else None
    payment = snapshot.payment(name or "")
    return Subject("refund", payment.order if payment else "", payment)


def _of_refund(call: Call, snapshot: Snapshot) -> Subject:
    refund = snapshot.refund(call.ids[0])
    payment = snapshot.payment(refund.payment) if refund else None
    return Subject("query", payment.order if payment else "", payment)


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path=_URL,
        handle=_create,
        params=CreateParams,
        operation="refund",
        about=_of_new,
        note="of a charge that was charged back it is refused; of an inquiry it is not",
    ),
    Endpoint(
        method="GET",
        path=_URL,
        handle=_list,
        params=PageOfPayment,
        operation="query",
        about=of_filtered,
    ),
    Endpoint(
        method="GET",
        path=f"{_URL}/{{}}",
        handle=_retrieve,
        operation="query",
        about=_of_refund,
    ),
    Endpoint(method="POST", path=f"{_URL}/{{}}", handle=_update, params=UpdateParams),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/cancel",
        handle=_cancel,
        note="always refused: no refund here waits for its payer",
    ),
    Endpoint(
        method="GET",
        path="/v1/charges/{}/refunds",
        handle=_list_of,
        params=Page,
        operation="query",
    ),
)
