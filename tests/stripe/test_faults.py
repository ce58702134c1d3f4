"""Every fault that can befall a charge, by Stripe's library: what it sees, what the money does.

The catalogue itself says which faults these are, so that none is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import stripe

from simulator.faults.catalogue import FAULTS
from tests.stripe.kit import Shop

SALE = {
    "amount": 1999,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "confirm": True,
    "metadata": {"order_id": "o1"},
}


@dataclass
class Case:
    """A fault as it is written; what the library gives (a status, or an exception); the money.

    `taken` is what each payment took at once, `later` after a day and a week.
    """

    fault: str
    seen: str
    taken: tuple[int, ...]
    later: tuple[int, ...] | None = None


CASES = {
    "amount_mismatch": Case("amount_mismatch: 50%", "succeeded", (999,)),
    "biometric": Case("biometric: {}", "requires_action", (0,)),
    "decline": Case("decline: insufficient_funds", "CardError", (0,)),
    "dispute": Case("dispute: 1d", "succeeded", (1999,)),
    "drip": Case("drip: 30ms", "succeeded", (1999,)),
    "duplicate_charge": Case("duplicate_charge: {}", "succeeded", (1999, 1999)),
    "error": Case("error: {status: 500, charged: yes}", "APIError", (1999,)),
    "garbage": Case("garbage: 200", "APIConnectionError", (1999,)),
    "hang": Case("hang: 10ms", "APIConnectionError", ()),
    "hold_lingers": Case("hold_lingers: 1d", "CardError", (0,)),
    "late_success": Case("late_success: 1h", "APIError", (0,), (1999,)),
    "lost_reply": Case("lost_reply: 10ms", "APIConnectionError", (1999,)),
    "otp": Case("otp: {}", "requires_action", (0,)),
    "outage": Case("outage: {}", "APIConnectionError", ()),
    "partial_capture": Case("partial_capture: 50%", "succeeded", (999,)),
    "rate_limited": Case("rate_limited: 1s", "RateLimitError", ()),
    "reset": Case("reset: {}", "APIConnectionError", (1999,)),
    "retrying": Case("retrying: 2", "processing", (0,), (1999,)),
    "reversed_after_approval": Case("reversed_after_approval: 1h", "succeeded", (1999,)),
    "review": Case("review: 1h", "processing", (0,), (1999,)),
    "saturation": Case("saturation: 1000/s", "succeeded", (1999,)),
    "settlement_delayed": Case("settlement_delayed: 1", "succeeded", (1999,)),
    "slow": Case("slow: 10ms", "succeeded", (1999,)),
    "statement_missing": Case("statement_missing: {}", "succeeded", (1999,)),
    "statement_wrong_amount": Case("statement_wrong_amount: {}", "succeeded", (1999,)),
    "three_ds": Case("three_ds: challenge", "requires_action", (0,)),
    "truncate": Case("truncate: 50%", "APIConnectionError", (1999,)),
}
#: Faults that befall something else than a charge.
ELSEWHERE = {"notice_lost", "page", "refund_fails", "stale_read", "statement_extra"}


def seen_by(shop: Shop) -> str:
    """What the library makes of a sale."""
    try:
        return str(shop.client.v1.payment_intents.create(SALE).status)  # type: ignore[arg-type]
    except stripe.StripeError as error:
        return type(error).__name__


def taken(shop: Shop) -> tuple[int, ...]:
    """What each payment has taken, by the gateway's own books."""
    return tuple(each["amount_captured"] for each in shop.control("GET", "/payments")["data"])


def test_no_fault_of_the_catalogue_is_forgotten() -> None:
    """Those of webhooks are tried where webhooks are."""
    known = {fault.name for fault in FAULTS if not fault.name.startswith("webhook_")}
    assert known == {*CASES, *ELSEWHERE}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_befalls_a_charge(shop: Shop, name: str) -> None:
    """What is seen and what is taken; the hit is counted."""
    case = CASES[name]
    shop.play(f"{{when: {{channel: primary}}, fault: {{{case.fault}}}}}")
    assert seen_by(shop) == case.seen
    assert taken(shop) == case.taken
    if name != "saturation":  # it only hits when the line is full
        assert [each["hits"] for each in shop.control("GET", "")["hits"]] == [1]
    shop.control("DELETE", "/faults")
    if case.later is not None:
        shop.advance("3d")
        assert taken(shop) == case.later


def test_duplicates_are_told_as_two_charges_of_one_intent(shop: Shop) -> None:
    """The second has an id of its own, and whoever lists the charges of the intent sees it."""
    shop.play("{when: {operation: authorize}, fault: {duplicate_charge: {}}}")
    seen_by(shop)
    found = shop.client.v1.charges.search({"query": 'metadata["order_id"]:"o1"'}).data
    assert len({each.id for each in found}) == 2
    assert [each.amount_captured for each in found] == [1999, 1999]
    assert len({each.payment_intent for each in found}) == 1


def test_a_part_is_said_to_be_a_part(shop: Shop) -> None:
    """What was taken is told, and it is not what was asked."""
    shop.play("{when: {operation: authorize}, fault: {partial_capture: 50%}}")
    intent = shop.client.v1.payment_intents.create(SALE)  # type: ignore[arg-type]
    assert (intent.amount, intent.amount_received) == (1999, 999)


def test_a_stale_read_shows_the_past(shop: Shop) -> None:
    """Before the charge it was not paid, and search had not heard of it."""
    intent = shop.client.v1.payment_intents.create(SALE)  # type: ignore[arg-type]
    shop.play("{when: {operation: query}, fault: {stale_read: {}}}")
    assert shop.client.v1.payment_intents.retrieve(intent.id).status == "requires_confirmation"
    assert shop.client.v1.payment_intents.search({"query": 'metadata["order_id"]:"o1"'}).data == []
    shop.control("DELETE", "/faults")
    assert shop.client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_late_money_is_told_as_unknown_then_as_paid(shop: Shop) -> None:
    """The intent is processing until the money comes."""
    shop.play("{when: {operation: authorize}, fault: {late_success: 1h}}")
    assert seen_by(shop) == "APIError"
    (intent,) = shop.client.v1.payment_intents.list().data
    assert intent.status == "processing"
    shop.advance("61m")
    assert shop.client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize("goes_on", ["confirm", "update"])
def test_a_try_that_took_nothing_gives_way_to_late_money(shop: Shop, goes_on: str) -> None:
    """An earlier try was told as failed and takes the money after all: the intent has succeeded."""
    late = "late_success: {after: 5s, told: failed}"
    shop.play(f"{{when: {{operation: authorize, attempt: 1}}, fault: {{{late}}}}}")
    assert seen_by(shop) == "CardError"
    api = shop.client.v1.payment_intents
    (intent,) = api.list().data
    secure: Any = {"payment_method": "pm_card_authenticationRequired"}
    if goes_on == "confirm":
        secure["return_url"] = "https://shop.example/done"
        assert api.confirm(intent.id, secure).status == "requires_action"
    else:
        assert api.update(intent.id, secure).status == "requires_confirmation"
    shop.advance("6s")
    now = api.retrieve(intent.id)
    assert (now.status, now.amount_received) == ("succeeded", 1999)
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        api.cancel(intent.id)


@pytest.mark.parametrize("metadata", [{}, {"order_id": "o1"}])
def test_the_first_try_of_an_intent_is_counted(shop: Shop, metadata: dict[str, str]) -> None:
    """Even if the order is only named by the intent that the first request made."""
    shop.play("{when: {operation: authorize}, first: 1, fault: {decline: insufficient_funds}}")
    api = shop.client.v1.payment_intents
    with pytest.raises(stripe.CardError):
        api.create({**SALE, "metadata": metadata})  # type: ignore[typeddict-item]
    (intent,) = api.list().data
    second: Any = {"payment_method": "pm_card_visa", "return_url": "https://shop.example/done"}
    assert api.confirm(intent.id, second).status == "succeeded"


@pytest.mark.parametrize("fault", ["lost_reply: 10ms", "reset: {}", "hang: 10ms"])
@pytest.mark.parametrize(("per_try", "charges"), [(False, 1), (True, 2)])
def test_tries_of_the_library_itself(
    shop: Shop, fault: str, *, per_try: bool, charges: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sends one key again and again, and that is one charge; a new key each time is two."""
    monkeypatch.setattr(stripe.HTTPClient, "_sleep_time_seconds", lambda *_: 0)
    shop.retries = 2
    shop.play(f"{{when: {{operation: authorize}}, first: 1, fault: {{{fault}}}}}")
    if per_try:
        shop.retries = 0
        statuses = [seen_by(shop), seen_by(shop)]
        assert statuses == ["APIConnectionError", "succeeded"]
        charges -= fault.startswith("hang")  # of that nothing was decided
    else:
        assert seen_by(shop) == "succeeded"
    assert taken(shop) == (1999,) * charges
