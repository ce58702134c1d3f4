"""What Stripe's answers say, in the words in which the library's rows are written.

Everything is read off the answer: a failure by its codes and its message, never by what is known of
the gateway.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from simulator.dialects.stripe import declines
from simulator.failures.catalogue import FAILURES
from tests.server.kit import Answer

_STATES: Final = {
    "requires_confirmation": "created",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_capture": "authorized",
    "succeeded": "captured",
    "canceled": "canceled",
}
_CHARGES: Final = {"succeeded": "captured", "pending": "processing", "failed": "failed"}
_DISPUTES: Final = {"needs_response": "opened"}
#: What is meant by an error of the API itself: it has a status, and no code.
_TROUBLES: Final = {
    403: "risk_blocked",
    429: "rate_limited",
    500: "gateway_error",
    502: "gateway_error",
    503: "gateway_overloaded",
    504: "transaction_timeout",
}
#: Errors that say that something is not in a state for what was asked.
_FORBIDDEN: Final = frozenset(
    {
        "charge_already_refunded",
        "charge_disputed",
        "checkout_session_expired",
        "payment_intent_unexpected_state",
    }
)


def read(answer: Answer, *, made: bool = False) -> Answer:
    """The answer in the native API's shape; `made` says that something was to be made."""
    body = answer.body
    if "error" in body:
        return _refused(answer)
    if "text" in body:
        return answer
    replayed = answer.headers.get("Idempotent-Replayed") == "true"
    new = made and not (replayed and body["object"] == "refund")
    return Answer(201 if new else answer.status, thing(body), answer.headers)


def thing(body: dict[str, Any]) -> dict[str, Any]:
    """One object."""
    match body["object"]:
        case "payment_intent":
            return payment(body)
        case "charge":
            return charge(body)
        case "refund":
            back = declines.of("refund_failed").refund_reason
            reason = body.get("failure_reason")
            return {**body, "failure": reason and _reasons().get(reason, back)}
        case "dispute":
            return {**body, "status": _DISPUTES.get(body["status"], body["status"])}
        case "checkout.session":
            return {**body, "status": body["status"]}
        case "list" | "search_result":
            return {"data": [thing(each) for each in body["data"]]}
        case other:
            raise AssertionError(f"nobody reads a {other} here")


def payment(intent: dict[str, Any]) -> dict[str, Any]:
    """A payment intent, with its last charge where that was asked for."""
    error, last = intent["last_payment_error"], intent["latest_charge"]
    taken = last if isinstance(last, dict) else {}
    lost = "failed" if error else "created"
    action = intent["next_action"]
    return {
        "id": intent["id"],
        "object": "payment",
        "order_id": intent["metadata"].get("order_id", intent["id"]),
        "status": _STATES.get(intent["status"], lost),
        "failure": failure(error) if error and intent["status"] not in _STATES else None,
        "amount": taken.get("amount", intent["amount"]),
        "amount_authorized": intent["amount_capturable"],
        "amount_captured": intent["amount_received"],
        "amount_refunded": taken.get("amount_refunded", 0),
        "disputed": taken.get("disputed", False),
        "next_action": action and {"url": action["redirect_to_url"]["url"]},
    }


def charge(it: dict[str, Any]) -> dict[str, Any]:
    """A charge."""
    return {
        "id": it["id"],
        "object": "payment",
        "order_id": it["metadata"].get("order_id", it["payment_intent"]),
        "status": _CHARGES[it["status"]],
        "amount": it["amount"],
        "amount_captured": it["amount_captured"],
        "amount_refunded": it["amount_refunded"],
    }


def failure(error: dict[str, Any]) -> str:
    """The failure that an error tells."""
    told = tuple(error.get(name) for name in _TELLING)
    assert told in _failures(), error
    return _failures()[told]


def _refused(answer: Answer) -> Answer:
    """An error; a decline of whatever status is a 402, as in the native API."""
    error = answer.error
    status, code, kind = answer.status, error.get("code"), error["type"]
    read: dict[str, Any] = {**error, "payment": None, "failure": None}
    if "payment_intent" in error:
        read["payment"] = payment(error["payment_intent"])
    if tuple(error.get(name) for name in _TELLING) in _failures():
        read["failure"] = failure(error)
        assert status == declines.of(read["failure"]).status, answer
        status = 402
    elif kind == "idempotency_error":
        in_flight = code == "idempotency_key_in_use"
        assert status == (409 if in_flight else 400), answer
        read["code"] = "key_in_flight" if in_flight else "key_conflict"
        status = 409 if in_flight else 422
    elif status == 400 and code in _FORBIDDEN:
        status = 409
    elif status in _TROUBLES:
        read["failure"] = _TROUBLES[status]
    return Answer(status, {"error": read}, answer.headers)


_TELLING: Final = ("type", "code", "decline_code", "advice_code", "message")


@cache
def _failures() -> dict[tuple[str | None, ...], str]:
    """All failures that are told as errors, by what tells them."""
    rows = [(each.name, declines.of(each.name)) for each in FAILURES]
    told = {tuple(getattr(row, part) for part in _TELLING): name for name, row in rows if row.type}
    assert len(told) == sum(row.type is not None for _, row in rows), "two are told alike"
    return told


@cache
def _reasons() -> dict[str, str]:
    """Why refunds fail, by Stripe's reason."""
    return {declines.of("account_closed").refund_reason: "account_closed"}
