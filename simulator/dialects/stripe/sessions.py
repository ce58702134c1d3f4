"""Checkout sessions (docs.stripe.com/api/checkout/sessions).

A session's page is a checkout of the gateway, made together with it. What payers do there comes
back to the session by `sessiontries`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from simulator.dialects.stripe import filters
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.lineitems import lines_view
from simulator.dialects.stripe.listing import Page, page, shown
from simulator.dialects.stripe.metadata import merged
from simulator.dialects.stripe.names import intent_of
from simulator.dialects.stripe.objection import invalid
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.sessionmaking import make, order_of_session
from simulator.dialects.stripe.sessionparams import (
    LEFT_OFF,
    CreateParams,
    ListParams,
    UpdateParams,
)
from simulator.dialects.stripe.sessionview import COMPLETE, EXPIRED, KIND, OPEN, session_view
from simulator.gateway import cancels
from simulator.gateway.commands import Call
from simulator.gateway.decision import Decision
from simulator.gateway.directives import Stale
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import PaymentList, ThingOutcome
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject
from simulator.gateway.things import Checkout, Resource

_URL: Final = "/v1/checkout/sessions"
_LEFT_OFF: Final = ", ".join(f"`{name}`" for name in sorted(LEFT_OFF))
#: A payment in one of these may still take money, and nobody can stop it.
_UNSTOPPABLE: Final = frozenset({Status.PROCESSING, Status.RETRYING})
_UNPAID: Final = frozenset({Status.CREATED, Status.REQUIRES_ACTION, Status.FAILED})


def _create(desk: Desk, params: CreateParams) -> Answer:
    return Answer(_view(desk, make(desk, params)))


def _retrieve(desk: Desk, _: Params) -> Answer:
    session = _get(desk)
    return Answer(_view(desk, session), _payments(desk, session))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    old = _get(desk)
    metadata = merged(old.fields["metadata"], params.metadata)
    changed = desk.put(replace(old, fields={**old.fields, "metadata": metadata}))
    return Answer(_view(desk, changed))


def _expire(desk: Desk, _: Params) -> Answer:
    session = _get(desk)
    status = session.fields["status"]
    if status != OPEN:
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{status}`.",
            kept=True,
        )
    intent = desk.find(intent_of(session.id))
    payments = () if intent is None else desk.payments_for(intent)
    if any(each.shown in _UNSTOPPABLE for each in payments):
        raise invalid(
            "This Checkout Session cannot be expired because a payment is being processed.",
            kept=True,
        )
    desk.work(cancels.void(payments, desk.context))
    checkout = desk.thing(session.fields["checkout"])
    if isinstance(checkout, Checkout):
        closed = replace(checkout, status=EXPIRED)
        desk.work(Decision(ThingOutcome(closed), things=(closed,)))
    gone = desk.put(
        replace(
            session,
            fields={**session.fields, "status": EXPIRED},
            settles_at=None,
            becomes={},
            then=None,
        )
    )
    desk.tell("checkout.session.expired", gone)
    return Answer(_view(desk, gone), _payments(desk, gone))


def _list(desk: Desk, params: ListParams) -> Answer:
    filters.check(desk, params)
    whose = params.customer_details.email if params.customer_details else None
    wanted = (
        each
        for each in desk.all(KIND)
        if params.dated(int(each.created))
        and params.status in (None, each.fields["status"])
        and params.customer in (None, each.fields["customer"])
        and whose in (None, each.fields["email"])
        and params.payment_intent in (None, each.payment and intent_of(each.id))
    )
    return Answer(page(shown(wanted, lambda each: _view(desk, each)), params, _URL, KIND))


def _line_items(desk: Desk, params: Page) -> Answer:
    return Answer(lines_view(desk, _get(desk), params))


def _get(desk: Desk) -> Resource:
    return desk.get(KIND, desk.call.ids[0], "session")


def _view(desk: Desk, session: Resource) -> dict[str, Any]:
    """The session as callers see it."""
    payment = desk.payment(session.payment) if session.payment else None
    if isinstance(desk.context.directive, Stale):
        session = _earlier(session, payment)
    return session_view(session, payment)


def _earlier(session: Resource, payment: Payment | None) -> Resource:
    """The session as it was when its payment stood thus."""
    if session.fields["status"] != COMPLETE:
        return session
    if payment is not None and payment.shown not in _UNPAID:
        return session
    fields = {**session.fields, "status": OPEN}
    return replace(session, fields=fields, payment=payment and payment.id)


def _payments(desk: Desk, session: Resource) -> PaymentList:
    """What an answer about a session tells of its payments."""
    intent = desk.find(intent_of(session.id))
    return PaymentList(() if intent is None else desk.payments_for(intent))


def _of_new(call: Call, snapshot: Snapshot) -> Subject:  # noqa: ARG001 - nothing is there yet
    """What a new session is about; it moves no money."""
    return Subject("create", order_of_session(call.params))


def _of_session(operation: str) -> Callable[[Call, Snapshot], Subject]:
    def about(call: Call, snapshot: Snapshot) -> Subject:
        session = snapshot.resource(call.ids[0])
        if session is None or session.kind != KIND:
            return Subject(operation, "")
        last = snapshot.payment(session.payment) if session.payment else None
        return Subject(operation, session.order, last)

    return about


_QUERY: Final = _of_session("query")
ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path=_URL,
        handle=_create,
        params=CreateParams,
        about=_of_new,
        note=f"mode payment, on the hosted page; can be named only to be left off: {_LEFT_OFF}",
    ),
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query", about=_QUERY),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}",
        handle=_update,
        params=UpdateParams,
        about=_of_session("create"),
        note="metadata only",
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/expire",
        handle=_expire,
        operation="cancel",
        about=_of_session("cancel"),
    ),
    Endpoint(
        method="GET",
        path=f"{_URL}/{{}}/line_items",
        handle=_line_items,
        params=Page,
        operation="query",
        about=_QUERY,
    ),
)
