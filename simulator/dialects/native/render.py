"""Outcomes of the native dialect to JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator import cards
from simulator.dialects.dialect import Reply, Trouble
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
)
from simulator.failures.catalogue import failure as look_up
from simulator.failures.failure import MoneyIs, Retry
from simulator.gateway.model import Event, Method, Payment, Refund, Status
from simulator.gateway.outcomes import (
    Declined,
    OrderClosed,
    Outcome,
    PaymentList,
    PaymentOutcome,
    Reason,
    RefundOutcome,
    Refused,
    ThingOutcome,
    Unknown,
)
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
THINGS: Final[Mapping[type, Callable[[Any], msgspec.Struct]]] = MappingProxyType({})


def render(outcome: Outcome, profile: Profile) -> Reply:
    """The answer that tells an outcome."""
    match outcome:
        case PaymentOutcome(payment, created):
            return Reply(201 if created else 200, _encode(payment_view(payment)))
        case RefundOutcome(refund, created):
            return Reply(201 if created else 200, _encode(refund_view(refund)))
        case PaymentList(payments):
            data = [payment_view(payment) for payment in payments]
            return Reply(200, _encode(ListView(data=data)))
        case OrderClosed(order, payments):
            data = [payment_view(payment) for payment in payments]
            return Reply(200, _encode(OrderView(order_id=order, data=data)))
        case Declined(payment, failure):
            return Reply(402, _failure_body(failure, profile, payment))
        case Unknown(payment):
            return Reply(504, _failure_body("transaction_timeout", profile, payment))
        case ThingOutcome(thing, created):
            return Reply(201 if created else 200, _encode(THINGS[type(thing)](thing)))
        case Refused(reason, message, in_the_way):
            return _refuse(reason, message, in_the_way)


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
    hidden = payment.told is Status.FAILED
    return PaymentView(
        id=payment.id,
        order_id=payment.order,
        channel=payment.channel,
        status=payment.shown,
        amount=payment.amount,
        amount_authorized=0 if hidden else payment.amount_authorized,
        amount_captured=0 if hidden else payment.amount_captured,
        amount_refunded=0 if hidden else payment.amount_refunded,
        currency=payment.currency,
        capture=payment.capture,
        method=_method_view(payment.method),
        product=payment.product,
        failure=payment.failure,
        created=_time(payment.created),
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
        created=_time(refund.created),
    )


def event_body(event: Event, payment: Payment, refund: Refund | None, created: float) -> bytes:
    """The body of a webhook; `created` is when the event was born, in wall seconds."""
    if refund is not None:
        data = EventData(refund=refund_view(refund))
    else:
        data = EventData(payment=payment_view(payment))
    return _encode(
        EventView(
            id=event.id,
            type=event.type,
            created=_time(created),
            channel=event.channel,
            data=data,
        )
    )


def _method_view(method: Method) -> MethodView:
    if method.type != "card":
        return MethodView(type=method.type)
    return MethodView(
        type="card",
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


def _time(wall: float) -> str:
    return _second(int(wall))


@lru_cache(maxsize=1024)
def _second(wall: int) -> str:
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
