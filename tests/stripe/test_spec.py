"""The check of answers finds what is wrong with them, and nothing with those that are right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stripe.packages import needs
from tests.stripe.spec import complaints, event_complaints

pytestmark = needs()

CLOCK: dict[str, Any] = {
    "id": "clock_1",
    "object": "test_helpers.test_clock",
    "created": 1_700_000_000,
    "deletes_after": 1_702_000_000,
    "frozen_time": 1_700_000_000,
    "livemode": False,
    "name": None,
    "status": "ready",
    "status_details": {},
}
REFUND: dict[str, Any] = {
    "id": "re_1",
    "object": "refund",
    "amount": 500,
    "balance_transaction": None,
    "charge": "ch_1",
    "created": 1_700_000_000,
    "currency": "usd",
    "customer": None,
    "customer_account": None,
    "metadata": {"reason": "late"},
    "payment_intent": "pi_1",
    "payment_method": "pm_1",
    "reason": None,
    "receipt_number": None,
    "source_transfer_reversal": None,
    "status": "succeeded",
    "transfer_reversal": None,
}
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "api_version": "2026-10-28.endive",
    "created": 1_700_000_000,
    "data": {"object": CLOCK},
    "livemode": False,
    "pending_webhooks": 1,
    "request": {"id": "req_1", "idempotency_key": None},
    "type": "test_helpers.test_clock.ready",
}
CARD_ERROR: dict[str, Any] = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "doc_url": "https://stripe.com/docs/error-codes/card-declined",
    "message": "Your card has insufficient funds.",
    "charge": "ch_1",
}


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def _refunded(**changes: Any) -> list[str]:
    return complaints("POST", "/v1/refunds", 200, {**REFUND, **changes})


def test_right_answers_are_right() -> None:
    """A thing, a page of things and an error, at paths filled in or not."""
    page = {"object": "list", "data": [REFUND], "has_more": False, "url": "/v1/refunds"}
    assert complaints("GET", "/v1/test_helpers/test_clocks/clock_1", 200, CLOCK) == []
    assert complaints("GET", "/v1/test_helpers/test_clocks/{test_clock}", 200, CLOCK) == []
    assert _refunded() == []
    assert complaints("GET", "/v1/refunds?limit=1", 200, page) == []
    assert complaints("POST", "/v1/payment_intents", 402, {"error": CARD_ERROR}) == []


def test_a_field_that_lacks() -> None:
    """Both the document and the types tell which."""
    found = complaints("POST", "/v1/refunds", 200, _without(REFUND, "amount"))
    assert found == ["document, the top: lacks amount", "types, the top: lacks amount"]


def test_a_field_that_is_never_left_out_though_it_may_be_null() -> None:
    """Those who read it would meet an AttributeError; only the types know."""
    found = complaints("POST", "/v1/refunds", 200, _without(REFUND, "reason"))
    assert found == ["types, the top: lacks reason"]


def test_a_field_of_the_wrong_type() -> None:
    """An amount is a whole number, and no string."""
    assert 'document, amount: "500" is not of type "integer"' in _refunded(amount="500")
    assert any(each.startswith("document, amount: ") for each in _refunded(amount=5.5))


def test_null_where_there_is_always_something() -> None:
    """What may be null is said field by field."""
    assert len(_refunded(currency=None)) == 2


def test_a_value_that_is_not_among_the_known() -> None:
    """A state that there is not."""
    found = complaints("POST", "/v1/test_helpers/test_clocks", 200, {**CLOCK, "status": "stopped"})
    assert len(found) == 2
    assert all('status: "stopped" is not one of' in each for each in found)


def test_a_field_that_nobody_knows() -> None:
    """A name made up, or left over from an older version."""
    assert len(_refunded(refunded_at=1_700_000_000)) == 1
    assert "refunded_at" in _refunded(refunded_at=1_700_000_000)[0]


def test_an_expanded_field_is_checked_as_what_it_is() -> None:
    """An id is right; a thing in its place has to be whole."""
    found = _refunded(charge={"id": "ch_1", "object": "charge", "amount": "5"})
    assert 'document, charge.amount: "5" is not of type "integer"' in found
    assert any(each.startswith("types, charge: lacks ") for each in found)
    assert _refunded(charge=7) != []


def test_the_things_of_a_page_are_checked() -> None:
    """And the page itself."""
    page = {"object": "list", "data": [{**REFUND, "amount": None}], "url": "/v1/refunds"}
    found = complaints("GET", "/v1/refunds", 200, page)
    assert "types, the top: lacks has_more" in found
    assert any(each.startswith("document, data.0.amount: ") for each in found)


def test_a_deleted_thing_is_not_the_thing() -> None:
    """What remains of a customer says so."""
    gone = {"id": "cus_1", "object": "customer", "deleted": True}
    assert complaints("DELETE", "/v1/customers/cus_1", 200, gone) == []
    assert complaints("GET", "/v1/customers/cus_1", 200, gone) == []
    assert complaints("GET", "/v1/customers/cus_1", 200, {**gone, "deleted": False}) != []


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (_without(CARD_ERROR, "type"), "lacks type"),
        ({**CARD_ERROR, "type": "payment_error"}, "error.type"),
        ({**CARD_ERROR, "code": "card_refused"}, "error.code"),
        ({**CARD_ERROR, "reason": "funds"}, "reason"),
        ({**CARD_ERROR, "payment_intent": "pi_1"}, "error.payment_intent"),
    ],
)
def test_errors_are_checked(error: dict[str, Any], wrong: str) -> None:
    """Their types and codes are known, and so are their fields."""
    found = complaints("POST", "/v1/payment_intents", 402, {"error": error})
    assert any(wrong in each for each in found)


def test_an_error_stands_below_its_name() -> None:
    """As Stripe wraps it."""
    assert complaints("GET", "/v1/charges/ch_1", 404, CARD_ERROR) != []


def test_endpoints_and_statuses_that_stripe_has_not() -> None:
    """A success is 200 there, even of what was created."""
    assert complaints("POST", "/v1/refunds", 201, REFUND) != []
    assert complaints("POST", "/v1/repayments", 200, REFUND) != []
    assert complaints("DELETE", "/v1/refunds/re_1", 200, REFUND) != []


def test_events_are_checked_with_what_they_carry() -> None:
    """Alone, as webhooks bring them, and in a page."""
    wrong = {**EVENT, "data": {"object": {**CLOCK, "frozen_time": "now"}}}
    assert event_complaints(EVENT) == []
    assert any("frozen_time" in each and "document" in each for each in event_complaints(wrong))
    page = {"object": "list", "data": [EVENT], "has_more": False, "url": "/v1/events"}
    assert complaints("GET", "/v1/events", 200, page) == []
    assert complaints("GET", "/v1/events", 200, {**page, "data": [wrong]}) != []


def test_an_event_carries_what_its_type_says() -> None:
    """And only types of events that there are."""
    assert event_complaints({**EVENT, "type": "refund.created"}) != []
    assert event_complaints({**EVENT, "type": "test_clock.ready"}) != []
    assert event_complaints({**EVENT, "type": "refund.created", "data": {"object": REFUND}}) == []
    assert event_complaints(_without(EVENT, "pending_webhooks")) != []
    assert event_complaints({**EVENT, "data": "clock_1"}) != []
    assert event_complaints([EVENT]) != []
