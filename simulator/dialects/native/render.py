"""Outcomes of the native dialect to JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from simulator import cards
from simulator.dialects.dialect import Reply, Trouble
from simulator.dialects.native import authentication
from simulator.dialects.native.authentication import next_action, proof_view
from simulator.dialects.native.checkouts import checkout_view
from simulator.dialects.native.disputes import dispute_view
from simulator.dialects.native.documents import document_view
from simulator.dialects.native.methods import methods_view
from simulator.dialects.native.notifications import notification_view
from simulator.dialects.native.receipts import receipt_view
from simulator.dialects.native.refundrequests import request_view
from simulator.dialects.native.statements import statement_reply
from simulator.dialects.native.views import (
    ErrorBody,
    ErrorView,
    EventData,
    EventView,
    ListView,
    MethodView,
    OrderView,
    PaymentView,
    RefundView,
    RetryingView,
    stamp,
)
from simulator.failures.catalogue import failure as look_up
from simulator.failures.causes import CAUSES
from simulator.failures.failure import MoneyIs, Retry
from simulator.gateway.model import Method, Payment, Refund, Status
from simulator.gateway.outcomes import (
    Answered,
    AuthenticationOutcome,
    CheckoutShown,
    Declined,
    Marred,
    MethodList,
    OrderClosed,
    Outcome,
    PaymentList,
    PaymentOutcome,
    Reason,
    ReceiptShown,
    RefundOutcome,
    Refused,
    StatementShown,
    ThingList,
    ThingOutcome,
    Unknown,
)
from simulator.gateway.things import Checkout, Dispute, Document, Happening, Notice, RefundRequest
from simulator.profiles import Profile

_encode: Final = msgspec.json.Encoder().encode

_REFUSALS: Final = MappingProxyType(
    {
        Reason.NOT_FOUND: 404,
        Reason.STATE_FORBIDS: 409,
        Reason.ORDER_CLOSED: 409,
        Reason.AMOUNT_TOO_LARGE: 409,
        Reason.KEY_IN_FLIGHT: 409,
        Reason.KEY_CONFLICT: 422,
        Reason.CHECKOUT_EXPIRED: 409,
        Reason.PAGE_OUT_OF_DATE: 409,
    }
)
_TROUBLES: Final = MappingProxyType(
    {
        Trouble.NO_KEY: 401,
        Trouble.LIVE_KEY: 403,
        Trouble.MALFORMED: 400,
        Trouble.UNKNOWN_ENDPOINT: 404,
        Trouble.TOO_LARGE: 413,
        Trouble.UNSUPPORTED_TYPE: 415,
        Trouble.INTERNAL: 500,
    }
)
_FALSE_FAILURES: Final = MappingProxyType(
    {
        403: "risk_blocked",
        429: "rate_limited",
        500: "gateway_error",
        502: "gateway_error",
        503: "gateway_overloaded",
        504: "transaction_timeout",
    }
)
_NOT_DEBITED: Final = frozenset(
    {Status.CREATED, Status.REQUIRES_ACTION, Status.FAILED, Status.CANCELED, Status.EXPIRED}
)
#: What an HTTP status claims about the money: only these two say plainly that none moved.
_NOT_DEBITED_STATUSES: Final = frozenset({403, 429, 503})


#: How each kind of thing is shown.
THINGS: Final[Mapping[type, Callable[[Any], msgspec.Struct]]] = MappingProxyType(
    {
        Checkout: checkout_view,
        Dispute: dispute_view,
        Document: document_view,
        Notice: notification_view,
        RefundRequest: request_view,
    }
)
#: What a thing is called in the data of an event about it, beside its payment.
EVENT_DATA: Final[Mapping[type, str]] = MappingProxyType(
    {Dispute: "dispute", RefundRequest: "request"}
)


def render(outcome: Outcome, profile: Profile) -> Reply:
    """The answer that tells an outcome."""
    match outcome:
        case PaymentOutcome(payment, created):
            return Reply(201 if created else 200, _encode(payment_view(payment)))
        case RefundOutcome(refund, created):
            return Reply(201 if created else 200, _encode(refund_view(refund)))
        case Declined(payment, failure):
            return _declined(payment, failure, profile)
        case Unknown(payment):
            return Reply(504, _failure_body("transaction_timeout", profile, payment))
        case Marred(whole):  # what is wrong with a page is nothing to a program
            return render(whole, profile)
        case AuthenticationOutcome():
            return authentication.reply(outcome, profile)
        case Refused(reason, message, in_the_way):
            return _refuse(reason, message, in_the_way)
        case Answered(status, body):
            return Reply(status, body)
        case other:
            return _show(other, profile)


def _declined(payment: Payment, failure: str, profile: Profile) -> Reply:
    wait = payment.retry_after
    headers = () if wait is None else (("Retry-After", str(wait)),)
    return Reply(402, _failure_body(failure, profile, payment), headers=headers)


def _show(
    outcome: PaymentList
    | MethodList
    | OrderClosed
    | ThingOutcome
    | ThingList
    | CheckoutShown
    | ReceiptShown
    | StatementShown,
    profile: Profile,
) -> Reply:
    """The answer that shows things, whatever has become of the money."""
    match outcome:
        case PaymentList(payments):
            data = [payment_view(payment) for payment in payments]
            return Reply(200, _encode(ListView(data=data)))
        case MethodList():
            return Reply(200, _encode(methods_view(outcome, profile)))
        case OrderClosed(order, payments):
            data = [payment_view(payment) for payment in payments]
            return Reply(200, _encode(OrderView(order_id=order, data=data)))
        case ThingList(things):
            shown = [THINGS[type(thing)](thing) for thing in things]
            return Reply(200, _encode({"object": "list", "data": shown, "next": None}))
        case ThingOutcome(thing, created):
            return Reply(201 if created else 200, _encode(THINGS[type(thing)](thing)))
        case CheckoutShown(checkout):
            return Reply(200, _encode(checkout_view(checkout)))
        case ReceiptShown():
            return Reply(200, _encode(receipt_view(outcome)))
        case StatementShown():
            return statement_reply(outcome)


def complain(trouble: Trouble, message: str) -> Reply:
    """The answer to a request that cannot be understood or is not allowed."""
    error = ErrorView(
        code=str(trouble),
        message=message,
        retry=Retry.HARD,
        advice="Mend the request; do not repeat it.",
    )
    return Reply(_TROUBLES[trouble], _encode(ErrorBody(error=error)))


def falsify(status: int, body: str, profile: Profile) -> Reply:
    """An answer of the gateway's own trouble; `body` is `json` or `html`."""
    if body == "html":
        page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
        return Reply(status, page.encode(), "text/html")
    name = _FALSE_FAILURES.get(status, "gateway_error")
    return Reply(status, _failure_body(name, profile, None, status))


def payment_view(payment: Payment) -> PaymentView:
    """A payment as callers see it: what is told stands in place of what is."""
    hidden, shown = payment.told is Status.FAILED, payment.shown
    proof = payment.authentication
    return PaymentView(
        id=payment.id,
        order_id=payment.order,
        channel=payment.channel,
        status=shown,
        amount=payment.amount,
        amount_authorized=0 if hidden else payment.amount_authorized,
        amount_captured=0 if hidden else payment.amount_captured,
        amount_refunded=0 if hidden else payment.amount_refunded,
        amount_reversed=payment.amount_reversed,
        amount_disputed=payment.amount_disputed,
        currency=payment.currency,
        capture=payment.capture,
        method=_method_view(payment.method),
        product=payment.product,
        failure=payment.failure,
        dispute=payment.dispute,
        next_action=None if proof is None else next_action(payment, proof),
        authentication=None if proof is None else proof_view(proof),
        review="pending" if payment.review and shown is Status.PROCESSING else UNSET,
        retrying=_retrying_view(payment) if shown is Status.RETRYING else UNSET,
        created=stamp(payment.created),
    )


def _retrying_view(payment: Payment) -> RetryingView | UnsetType:
    """What the gateway does by itself; nothing is said of a payment as it once stood."""
    known = payment.resends
    if known is None or payment.settles_at is None:
        return UNSET
    why = CAUSES[known.cause]
    return RetryingView(
        tries=known.tries,
        of=known.of,
        next=stamp(payment.settles_at),
        cause=known.cause,
        advice=why.advice,
        message=why.message,
    )


def refund_view(refund: Refund) -> RefundView:
    """A refund as callers see it."""
    return RefundView(
        id=refund.id,
        payment=refund.payment,
        order_id=refund.order,
        channel=refund.channel,
        status=refund.status,
        amount=refund.amount,
        currency=refund.currency,
        reference=refund.reference,
        route=refund.route,
        failure=refund.failure,
        created=stamp(refund.created),
    )


def event_body(happening: Happening) -> bytes:
    """The body of a webhook."""
    event, payment, about = happening.event, happening.payment, happening.about
    shown: dict[str, Any] = {}
    if isinstance(about, Refund):
        shown["refund"] = refund_view(about)
    else:
        shown["payment"] = payment_view(payment) if payment is not None else None
    if about is not None and type(about) in EVENT_DATA:
        shown[EVENT_DATA[type(about)]] = THINGS[type(about)](about)
    return _encode(
        EventView(
            id=event.id,
            type=event.type,
            created=stamp(happening.created),
            channel=event.channel,
            data=EventData(**shown),
        )
    )


def _method_view(method: Method) -> MethodView:
    if method.brand is None:
        return MethodView(type=method.type)
    return MethodView(
        type=method.type,
        token=method.token,
        brand=method.brand,
        country=method.country,
        last4=method.last4,
    )


def _failure_body(
    name: str, profile: Profile, payment: Payment | None, status: int | None = None
) -> bytes:
    row = look_up(name)
    money = row.money
    if status is not None:
        plain = status in _NOT_DEBITED_STATUSES
        money = MoneyIs.NOT_DEBITED if plain else MoneyIs.UNKNOWN
    error = ErrorView(
        code=profile.code(name),
        failure=name,
        message=row.message,
        retry=row.retry,
        money=money,
        advice=row.advice,
        retry_after=(payment and payment.retry_after) or UNSET,
        payment=payment_view(payment) if payment is not None else None,
    )
    return _encode(ErrorBody(error=error))


def _refuse(reason: Reason, message: str, payment: Payment | None) -> Reply:
    in_flight = reason is Reason.KEY_IN_FLIGHT
    # What the key stands for may have been charged; this answer is about another request.
    unsure = in_flight or reason is Reason.KEY_CONFLICT
    error = ErrorView(
        code=str(reason),
        message=cards.mask(message),
        retry=Retry.QUERY if in_flight else Retry.HARD,
        money=MoneyIs.UNKNOWN if unsure else _claim(payment),
        advice="Wait, then ask again with the same key." if in_flight else "Look the payment up.",
        payment=payment_view(payment) if payment is not None else None,
    )
    return Reply(_REFUSALS[reason], _encode(ErrorBody(error=error)))


def _claim(payment: Payment | None) -> MoneyIs:
    """Where the money is, by what may be told of the payment that is in the way."""
    if payment is None or payment.shown in _NOT_DEBITED:
        return MoneyIs.NOT_DEBITED
    return MoneyIs.DEBITED if payment.shown is Status.CAPTURED else MoneyIs.UNKNOWN
