"""Test clocks: they move the account's clock, and all that follows it."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from simulator.clock import SystemClock
from tests.stripe.kit import Shop

DAY = 86_400
LATE = "{when: {operation: authorize}, fault: {late_success: {after: 20d, told: processing}}}"


def now() -> int:
    """The machine's Unix time."""
    return int(SystemClock().wall())


def ready(shop: Shop, clock: str) -> stripe.test_helpers.TestClock:
    """The clock, once all that was due by then has happened."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = shop.client.v1.test_helpers.test_clocks.retrieve(clock)
        if found.status == "ready":
            return found
        time.sleep(0.01)
    raise AssertionError("the clock never arrived")


def test_a_clock_moves_the_time_of_the_account(shop: Shop) -> None:
    """What is made afterwards is made then; and money that is due by then has come."""
    clocks = shop.client.v1.test_helpers.test_clocks
    began = now()
    clock = clocks.create({"frozen_time": began, "name": "Later"})
    assert (clock.status, clock.frozen_time, clock.name) == ("ready", began, "Later")
    shop.play(
        "{when: {operation: authorize}, fault: {late_success: {after: 20d, told: processing}}}"
    )
    intent = shop.client.v1.payment_intents.create(
        {"amount": 1999, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    assert intent.status == "processing"
    advancing = clocks.advance(clock.id, {"frozen_time": began + 30 * DAY})
    assert advancing.status == "advancing"
    assert advancing.status_details.advancing.target_frozen_time == began + 30 * DAY
    assert ready(shop, clock.id).frozen_time == began + 30 * DAY
    assert shop.client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert shop.client.v1.customers.create({}).created >= began + 30 * DAY
    told = [each.type for each in shop.client.v1.events.list({"limit": 20}).data]
    story = [f"test_helpers.test_clock.{name}" for name in ("created", "advancing", "ready")]
    assert [each for each in reversed(told) if each in story] == story
    assert told.index("payment_intent.succeeded") > told.index(story[-1])


def test_a_clock_may_begin_in_the_future(shop: Shop) -> None:
    """Then it is that late at once, and still is after the clock is gone: time never goes back."""
    clocks = shop.client.v1.test_helpers.test_clocks
    later = now() + 100 * DAY
    clock = clocks.create({"frozen_time": later})
    assert [each.id for each in clocks.list().data] == [clock.id]
    assert clocks.delete(clock.id).deleted
    assert clocks.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such test helpers test clock"):
        clocks.retrieve(clock.id)
    assert shop.client.v1.customers.create({}).created >= later


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        (-10 * DAY, None, "only goes forward"),
        (10**10, None, "up to the year 2100"),
        (0, 0, "only goes forward"),
        (0, -5, "only goes forward"),
        (0, 10**10, "up to the year 2100"),
    ],
)
def test_where_a_clock_cannot_go(shop: Shop, first: int, then: int | None, words: str) -> None:
    """Not back, and not for ever."""
    clocks = shop.client.v1.test_helpers.test_clocks
    began = now()
    with pytest.raises(stripe.InvalidRequestError, match=words) as caught:
        go(clocks, began + first, began + (then or 0))
    assert caught.value.param == "frozen_time"


def go(clocks: Any, first: int, then: int) -> None:
    """Make a clock, and move it."""
    clocks.advance(clocks.create({"frozen_time": first}).id, {"frozen_time": then})


def test_one_clock_at_a_time(shop: Shop) -> None:
    """An account has one clock: a second would have to be another."""
    clocks = shop.client.v1.test_helpers.test_clocks
    first = clocks.create({"frozen_time": now()})
    with pytest.raises(stripe.InvalidRequestError, match=first.id):
        clocks.create({"frozen_time": now()})
    clocks.delete(first.id)
    clocks.create({"frozen_time": now()})


def test_an_answer_that_is_replayed_moves_nothing(shop: Shop) -> None:
    """The same key brings the answer, not another hour."""
    clocks = shop.client.v1.test_helpers.test_clocks
    began = now()
    clock = clocks.create({"frozen_time": began})
    to = {"frozen_time": began + 3600}
    first = clocks.advance(clock.id, to, {"idempotency_key": "k"})  # type: ignore[arg-type]
    ready(shop, clock.id)
    again = clocks.advance(clock.id, to, {"idempotency_key": "k"})  # type: ignore[arg-type]
    assert again.to_dict() == first.to_dict()
    assert shop.client.v1.customers.create({}).created < began + 7200


def test_customers_of_a_clock(shop: Shop) -> None:
    """They name it, can be listed by it, and go with it."""
    clocks, customers = shop.client.v1.test_helpers.test_clocks, shop.client.v1.customers
    clock = clocks.create({"frozen_time": now()})
    mine = customers.create({"test_clock": clock.id, "expand": ["test_clock"]})
    assert isinstance(mine.test_clock, stripe.test_helpers.TestClock)
    other = customers.create({})
    assert [each.id for each in customers.list({"test_clock": clock.id}).data] == [mine.id]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        customers.create({"test_clock": "clock_no"})
    assert (caught.value.code, caught.value.param) == ("resource_missing", "test_clock")
    clocks.delete(clock.id)
    assert [each.id for each in customers.list().data] == [other.id]
