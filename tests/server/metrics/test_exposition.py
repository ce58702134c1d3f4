"""The page that Prometheus reads."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from simulator.server.metrics.exposition import Exposition, Gauges
from simulator.server.metrics.tally import Tally
from tests.server.kit import Desk, desk
from tests.server.metrics.test_tally import exchange
from tests.server.receiver import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def samples(page: str, name: str) -> dict[tuple[str, ...], float]:
    """The values of one metric by its labels' values, in the order of their names."""
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name
    }


async def scraped(it: Desk, name: str) -> dict[tuple[str, ...], float]:
    """One metric of a running gateway."""
    answer = await it.control("GET", "/metrics")
    assert answer.status == 200
    return samples(answer.body["text"], name)


def gauges(**changes: Any) -> Gauges:
    """A gateway where all is quiet."""
    quiet: dict[str, Any] = {
        "up": {"primary": True},
        "outages": {"primary": 0},
        "accounts": 1,
        "webhooks": 0,
        "late": 0,
    }
    return Gauges(**quiet | changes)


def test_histograms_are_cumulated_and_in_seconds() -> None:
    """As Prometheus wants them: every bucket holds those below it, the last one all."""
    tally = Tally()
    for own in (40, 180, 2_000_000):
        tally.exchange(exchange(own_us=own))
    page = Exposition(tally, gauges).page().decode()
    buckets = samples(page, "paydrill_own_seconds_bucket")
    assert buckets["primary", "5e-05", "authorize"] == 1
    assert buckets["primary", "0.0002", "authorize"] == 2
    assert buckets["primary", "1", "authorize"] == 2
    assert buckets["primary", "+Inf", "authorize"] == 3
    assert samples(page, "paydrill_own_seconds_sum") == {
        ("primary", "authorize"): pytest.approx(2.00022)
    }


def test_statuses_are_told_by_class() -> None:
    """Two hundreds together; no answer is no status."""
    tally = Tally()
    for status in (200, 201, 402, None):
        tally.exchange(exchange(status=status))
    page = Exposition(tally, gauges).page().decode()
    assert samples(page, "paydrill_exchanges_total") == {
        ("shop", "primary", "authorize", "ok", "2xx"): 2,
        ("shop", "primary", "authorize", "ok", "4xx"): 1,
        ("shop", "primary", "authorize", "ok", "none"): 1,
    }


def test_rule_names_may_be_anything() -> None:
    """Quotes and line ends in a rule's name do not break the page."""
    tally = Tally()
    tally.hits['a"b\n\\c', "slow"] += 1
    page = Exposition(tally, gauges).page().decode()
    assert samples(page, "paydrill_faults_total") == {("slow", 'a"b\n\\c'): 1}


def test_two_gateways_of_one_process_count_apart() -> None:
    """Each has a registry of its own."""
    one, other = Tally(), Tally()
    pages = [Exposition(tally, gauges) for tally in (one, other)]
    one.exchange(exchange())
    assert samples(pages[0].page().decode(), "paydrill_exchanges_total")
    assert not samples(pages[1].page().decode(), "paydrill_exchanges_total")


async def test_a_gateway_tells_what_it_does(tmp_path: Path) -> None:
    """Payments, faults, delays and late effects, without the token not at all."""
    scenario = """rules:
  - {name: wait, when: {order: o1}, fault: {slow: {fixed: 50ms, at: before}}}
  - {name: later, when: {order: o2, operation: authorize}, fault: {late_success: {after: 1h}}}
"""
    async with desk(tmp_path, scenario) as it:
        await it.pay("o1")
        await it.pay("o2")
        assert (await it.control("GET", "/metrics", token="no")).status == 401
        faults = await scraped(it, "paydrill_faults_total")
        assert faults == {("slow", "wait"): 1, ("late_success", "later"): 1}
        delayed = await scraped(it, "paydrill_injected_delay_seconds_sum")
        assert delayed["primary", "authorize"] >= 0.05
        own = await scraped(it, "paydrill_own_seconds_count")
        assert own == {("primary", "authorize"): 2}
        assert await scraped(it, "paydrill_late_effects_pending") == {(): 1}
        assert await scraped(it, "paydrill_accounts") == {(): 1}


async def test_webhooks_are_counted_by_result(tmp_path: Path) -> None:
    """One that is refused is pending until it is taken."""
    receiver = Receiver([])
    receiver.accept = False
    await receiver.start()
    async with desk(tmp_path) as it:
        url = f"http://127.0.0.1:{receiver.port}/hooks"
        await it.control("PUT", "/accounts/shop/webhook", {"url": url, "secret": SECRET})
        await it.pay()
        refused: dict[tuple[str, ...], float] = {}
        async with asyncio.timeout(5):
            while not refused:
                await asyncio.sleep(0.02)
                refused = await scraped(it, "paydrill_webhook_deliveries_total")
        assert refused == {("refused", "payment.captured"): 1}
        assert await scraped(it, "paydrill_webhooks_pending") == {(): 1}
        assert await scraped(it, "paydrill_webhook_answer_seconds_count") == {(): 1}
    await receiver.close()


async def test_an_outage_shows(tmp_path: Path) -> None:
    """The channel is down, for one account, until it is healed."""
    outage = {"fault": {"outage": {}}, "when": {"channel": "primary"}}
    async with desk(tmp_path) as it:
        await it.control("POST", "/accounts/shop/faults", outage)
        assert await scraped(it, "paydrill_channel_up") == {("backup",): 1, ("primary",): 0}
        assert await scraped(it, "paydrill_outages") == {("backup",): 0, ("primary",): 1}
        assert list((await scraped(it, "paydrill_faults_total")).values()) == [1]
        await it.control("DELETE", "/accounts/shop/faults")
        assert (await scraped(it, "paydrill_channel_up"))["primary",] == 1
