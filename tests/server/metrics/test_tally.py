"""Counting: every line once, in its place, and never without bound."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.journal.entry import Delivery, Exchange, Hit, Outage
from simulator.server.metrics.tally import (
    LONG_US,
    MOST_ACCOUNTS,
    MOST_RULES,
    OTHER,
    OWN_US,
    Histogram,
    Tally,
)


def exchange(**changes: Any) -> Exchange:
    """A sale that went well."""
    fields: dict[str, Any] = {
        "source": "gateway",
        "wall": 0.0,
        "mono": 0.0,
        "account": "shop",
        "id": "ex_1",
        "channel": "primary",
        "operation": "authorize",
        "received": 0.0,
        "status": 201,
        "own_us": 180,
    }
    return Exchange(**fields | changes)


def delivery(**changes: Any) -> Delivery:
    """A webhook that was acknowledged."""
    fields: dict[str, Any] = {
        "source": "gateway",
        "wall": 0.0,
        "mono": 0.0,
        "event": "evt_1",
        "type": "payment.captured",
        "channel": "primary",
        "order": "o1",
        "status": 204,
        "acknowledged": True,
        "took": 0.02,
    }
    return Delivery(**fields | changes)


def test_a_value_is_counted_under_its_bound() -> None:
    """A bound belongs to its own bucket; what is above all bounds has one of its own."""
    histogram = Histogram((10, 20))
    for value in (1, 10, 11, 20, 21):
        histogram.observe(value)
    assert (histogram.counts, histogram.total) == ([2, 2, 1], 63)


@pytest.mark.parametrize("bounds", [OWN_US, LONG_US])
def test_bounds_rise(bounds: tuple[int, ...]) -> None:
    """Or nothing could be looked up in them."""
    assert list(bounds) == sorted(set(bounds))


def test_own_time_and_injected_delay_are_kept_apart() -> None:
    """A request that was made to wait is as quick in our own time as any other."""
    tally = Tally()
    tally.exchange(exchange())
    tally.exchange(exchange(waited_us=3_000_000))
    kind = ("primary", "authorize")
    assert (sum(tally.own[kind].counts), tally.own[kind].total) == (2, 360)
    assert (sum(tally.waited[kind].counts), tally.waited[kind].total) == (1, 3_000_000)


def test_exchanges_are_counted_by_what_became_of_them() -> None:
    """Account, channel, operation, what was seen, and the status."""
    tally = Tally()
    for line in (exchange(), exchange(), exchange(seen="info", status=None, channel="backup")):
        tally.exchange(line)
    assert tally.exchanges == {
        ("shop", "primary", "authorize", "ok", 201): 2,
        ("shop", "backup", "authorize", "info", None): 1,
    }


def test_hits_are_counted_wherever_they_were_performed() -> None:
    """On an exchange, on a webhook, on a whole channel; an outage only once it is proved."""
    hit = Hit("slow-bank", "slow", "after")
    tally = Tally()
    tally.exchange(exchange(hits=(hit, Hit("no", "decline", "decide"))))
    tally.delivery(delivery(hits=(Hit("gone", "webhook_drop", "webhook"),)))
    down = {"source": "gateway", "wall": 0.0, "mono": 0.0, "channel": "primary", "rule": "down"}
    for state, proved in (("down", True), ("down", False), ("up", True)):
        tally.outage(Outage(**down, state=state, proved=proved))
    assert tally.hits == {
        ("slow-bank", "slow"): 1,
        ("no", "decline"): 1,
        ("gone", "webhook_drop"): 1,
        ("down", "outage"): 1,
    }


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({}, "acknowledged"),
        ({"acknowledged": False, "status": 500}, "refused"),
        ({"acknowledged": False, "status": None, "error": "no answer"}, "no_answer"),
        (
            {"acknowledged": False, "status": None, "sent": False, "error": "refused"},
            "no_connection",
        ),
        ({"acknowledged": False, "status": None, "sent": False}, "dropped"),
        ({"genuine": False, "acknowledged": False, "status": 401}, "forged"),
    ],
)
def test_deliveries_are_counted_by_result(changes: dict[str, Any], result: str) -> None:
    """One word for what became of a try."""
    tally = Tally()
    tally.delivery(delivery(**changes))
    assert tally.deliveries == {("payment.captured", result): 1}


def test_many_accounts_share_one_label() -> None:
    """The first ones have their own; a test suite's thousands are `other`."""
    tally = Tally()
    for number in range(MOST_ACCOUNTS + 7):
        tally.exchange(exchange(account=f"a{number}"))
    tally.exchange(exchange(account="a0"))
    accounts = {key[0]: count for key, count in tally.exchanges.items()}
    assert len(accounts) == MOST_ACCOUNTS + 1
    assert (accounts[OTHER], accounts["a0"]) == (7, 2)


def test_many_rules_share_one_label() -> None:
    """Every fault put on by hand is a rule of its own; beyond a bound they are `other`."""
    tally = Tally()
    for number in range(MOST_RULES + 3):
        tally.exchange(exchange(hits=(Hit(f"flt_{number}", "slow", "after"),)))
    assert tally.hits[OTHER, "slow"] == 3
