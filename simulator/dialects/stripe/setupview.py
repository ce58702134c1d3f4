"""A setup intent as callers see it, and what becomes of it when its payer has proved who pays.

It is kept as it stands: no payment goes with it from which that could be worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from simulator.dialects.stripe import declines
from simulator.dialects.stripe.instruments import is_gone, method_view, owned
from simulator.dialects.stripe.intentview import where_to
from simulator.dialects.stripe.objection import doc_url
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthResult
from simulator.gateway.decision import Decision
from simulator.gateway.model import Event
from simulator.gateway.ports import Snapshot
from simulator.gateway.setups import FAILED, SUCCEEDED
from simulator.gateway.things import Resource

KIND: Final = "setup_intent"
ATTACHED: Final = "payment_method.attached"
#: What is kept of a setup intent of which nothing was said.
BLANK: Final[dict[str, Any]] = {
    "allowed_payment_method_types": None,
    "automatic_payment_methods": None,
    "cancellation_reason": None,
    "customer": None,
    "description": None,
    "excluded_payment_method_types": None,
    "last_setup_error": None,
    "metadata": {},
    "payment_method": None,
    "payment_method_options": None,
    "payment_method_types": ["card"],
    "proof": None,
    "return_url": None,
    "status": "requires_payment_method",
    "usage": "off_session",
    "use_stripe_sdk": False,
}
_CARD_OPTIONS: Final[dict[str, Any]] = {
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
#: Error codes of payment intents that are called otherwise here.
_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "payment_intent_authentication_failure": "setup_intent_authentication_failure",
        "payment_intent_payment_attempt_expired": "setup_intent_setup_attempt_expired",
    }
)
_EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {SUCCEEDED: "setup_intent.succeeded", FAILED: "setup_intent.setup_failed"}
)


def setup_view(setup: Resource) -> dict[str, Any]:
    """A setup intent as callers see it."""
    fields = setup.fields
    state = fields["status"]
    gone = state == "requires_payment_method"
    return {
        "id": setup.id,
        "object": KIND,
        "allowed_payment_method_types": fields["allowed_payment_method_types"],
        "application": None,
        "automatic_payment_methods": fields["automatic_payment_methods"],
        "cancellation_reason": fields["cancellation_reason"],
        "client_secret": fields["client_secret"],
        "created": int(setup.created),
        "customer": fields["customer"],
        "customer_account": None,
        "description": fields["description"],
        "excluded_payment_method_types": fields["excluded_payment_method_types"],
        "flow_directions": None,
        "last_setup_error": fields["last_setup_error"],
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": fields["metadata"],
        "next_action": _next_action(fields) if state == "requires_action" else None,
        "on_behalf_of": None,
        "payment_method": None if gone else fields["payment_method"],
        "payment_method_configuration_details": None,
        "payment_method_options": _options(fields),
        "payment_method_types": fields["payment_method_types"],
        "single_use_mandate": None,
        "status": state,
        "usage": fields["usage"],
    }


def failed(setup: Resource, failure: str, method: Resource) -> Resource:
    """The setup intent after a try that came to nothing: another may follow."""
    fields = {
        **setup.fields,
        "status": "requires_payment_method",
        "last_setup_error": _error(failure, method),
    }
    return replace(setup, fields=fields)


def succeeded(
    setup: Resource, method: Resource, proof: AuthResult | None
) -> tuple[Resource, Resource]:
    """The setup intent when all is done, and the payment method, which is the customer's now."""
    fields, customer = setup.fields, setup.fields["customer"]
    proved = proof is not None and proof.passed and fields["usage"] == "off_session"
    done = replace(setup, fields={**fields, "status": "succeeded", "last_setup_error": None})
    if customer is not None:
        return done, owned(method, customer, set_up=proved)
    set_up = {**method.fields, "set_up": True} if proved else method.fields
    return done, replace(method, fields=set_up)


def follow(decision: Decision, snapshot: Snapshot) -> Decision:
    """The decision with what it means for setup intents whose authentication has ended."""
    for event in decision.events:
        if event.name is None and event.type in _EVENTS:
            decision = _ended(decision, event, snapshot)
    return decision


def _ended(decision: Decision, event: Event, snapshot: Snapshot) -> Decision:
    things = {each.id: each for each in decision.things}
    proof = things.get(event.thing or "")
    setup = snapshot.resource(proof.resource or "") if isinstance(proof, Authentication) else None
    method = snapshot.resource(setup.fields["payment_method"]) if setup is not None else None
    if not isinstance(proof, Authentication) or setup is None or method is None:
        return decision
    told = [replace(event, name=_EVENTS[event.type], thing=setup.id)]
    if event.type == SUCCEEDED:
        now, kept = succeeded(setup, method, proof.result)
        if is_gone(setup.fields["customer"], snapshot):
            kept = method  # there is nobody left whose it could be
        things[kept.id] = kept
        if kept.fields["customer"] != method.fields["customer"]:
            attached = replace(event, id=f"{event.id}m", type=ATTACHED, name=ATTACHED)
            told.insert(0, replace(attached, thing=kept.id))
    else:
        now = failed(setup, proof.problem or "authentication_failed", method)
    things[now.id] = now
    others = [each for each in decision.events if each is not event]
    return replace(decision, things=tuple(things.values()), events=(*others, *told))


def _next_action(fields: dict[str, Any]) -> dict[str, Any]:
    proof = fields["proof"]
    return where_to(proof["url"], proof["id"], fields, "card")


def _options(fields: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = fields["payment_method_options"] or {}
    if "card" not in fields["payment_method_types"]:
        return told
    return {**told, "card": {**_CARD_OPTIONS, **(told.get("card") or {})}}


def _error(failure: str, method: Resource) -> dict[str, Any]:
    """`last_setup_error`: how the last try failed."""
    decline = declines.of(failure)
    code = _CODES.get(decline.code or "", decline.code)
    told: dict[str, Any] = {
        "advice_code": decline.advice_code,
        "code": code,
        "decline_code": decline.decline_code,
        "doc_url": doc_url(code) if code else None,
        "message": decline.message,
        "network_decline_code": decline.network_decline_code,
        "param": decline.param,
        "payment_method": method_view(method),
        "type": decline.type or "api_error",
    }
    return {name: value for name, value in told.items() if value is not None}
