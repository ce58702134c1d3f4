"""Saturation on a real gateway: first slow, then refused, and well again after the peak."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from simulator.journal.entry import Attempt
from tests.server.kit import Answer, Desk, desk

PEAK = """
rules:
  - name: peak
    when: {operation: authorize, channel: primary}
    fault: {saturation: {tps: 100/s, burst: 1, queue: 5, then: 503, retry_after: 3s}}
"""

OWN = """
profile:
  base: default
  name: small
  capacity: {rate: 100/s, burst: 1, queue: 2, then: 429}
rules: []
"""


async def rush(shop: Desk, count: int, **kw: str) -> list[Answer]:
    """So many payments at once."""
    return await asyncio.gather(*(shop.pay(f"o{n}", **kw) for n in range(count)))


async def test_some_wait_and_the_rest_is_refused(tmp_path: Path) -> None:
    """Six are served, one after the other; the others are told when to come back, uncharged."""
    async with desk(tmp_path, PEAK) as shop:
        answers = await rush(shop, 12)
        statuses = Counter(answer.status for answer in answers)
        assert statuses[201] >= 6
        assert statuses[503] >= 1
        refused = next(answer for answer in answers if answer.status == 503)
        assert refused.headers["Retry-After"] == "3"
        assert refused.error["failure"] == "gateway_overloaded"
        assert refused.error["money"] == "not_debited"
        lines = shop.exchanges()
        turned_away = [line for line in lines if line.status == 503]
        waited = [line for line in lines if line.status == 201 and line.hits]
        assert {(hit.rule, hit.effect, hit.seen) for line in turned_away for hit in line.hits} == {
            ("peak", "none", "fail")
        }
        assert {(hit.rule, hit.effect, hit.seen) for line in waited for hit in line.hits} == {
            ("peak", "once", "ok")
        }
        assert all(line.waited_us > 0 for line in waited)
        assert all(line.retry_after == 3.0 for line in turned_away)
        assert all(line.seen == "fail" for line in turned_away)
        assert len([line for line in shop.lines() if isinstance(line, Attempt)]) == len(turned_away)
        for number in range(12):
            found = await shop.find(f"o{number}")
            assert len(found) == (answers[number].status == 201)


async def test_the_same_key_may_come_again(tmp_path: Path) -> None:
    """A refusal is no answer to keep: after the peak the key is as good as new."""
    async with desk(tmp_path, PEAK) as shop:
        answers = await asyncio.gather(*(shop.pay(f"o{n}", key=f"k{n}") for n in range(12)))
        refused = next(n for n, answer in enumerate(answers) if answer.status == 503)
        await asyncio.sleep(0.1)
        assert (await shop.pay(f"o{refused}", key=f"k{refused}")).status == 201


async def test_only_what_the_rule_names_stands_in_line(tmp_path: Path) -> None:
    """Queries pass a full line, and the backup has none."""
    async with desk(tmp_path, PEAK) as shop:
        _, found, elsewhere = await asyncio.gather(
            rush(shop, 12),
            shop.call("GET", "/v1/payments?order_id=x"),
            rush(shop, 3, channel="backup"),
        )
        assert found.status == 200
        assert {answer.status for answer in elsewhere} == {201}
        spared = [each for each in shop.exchanges() if each.channel == "backup" or not each.attempt]
        assert len(spared) == 4
        assert not any(line.hits for line in spared)


async def test_the_profile_has_a_capacity_of_its_own(tmp_path: Path) -> None:
    """It counts every request of a channel, and says 429 here, without a time to come back."""
    async with desk(tmp_path, OWN) as shop:
        answers = await rush(shop, 10)
        statuses = {answer.status for answer in answers}
        assert statuses == {201, 429}
        assert all("Retry-After" not in answer.headers for answer in answers)
        hits = {hit.rule for line in shop.exchanges() for hit in line.hits}
        assert hits == {"capacity"}


async def test_control_and_metrics_show_the_line(tmp_path: Path) -> None:
    """How many came through, waited and were refused, by channel and rule."""
    async with desk(tmp_path, OWN) as shop:
        before = (await shop.control("GET", "/accounts/shop")).body["lines"]
        answers = await rush(shop, 10)
        (line,) = (await shop.control("GET", "/accounts/shop")).body["lines"]
        page = (await shop.control("GET", "/metrics")).body["text"]
    refused = sum(answer.status == 429 for answer in answers)
    assert before == []
    assert (line["channel"], line["rule"], line["refused"]) == ("primary", "capacity", refused)
    assert (line["under_way"], line["waiting"]) == (0, 0)
    assert line["waited"] >= 1
    assert f'paydrill_queue_total{{channel="primary",result="refused"}} {refused}.0' in page
    assert 'paydrill_queue_depth{channel="primary"} 0.0' in page


async def test_concurrency_counts_what_other_faults_hold_up(tmp_path: Path) -> None:
    """Two slow answers fill a gateway that does two at a time; a free place is given again."""
    rules = """
rules:
  - {name: narrow, fault: {saturation: {tps: 1000/s, concurrency: 2}}}
  - {name: slow, when: {operation: authorize}, fault: {slow: {fixed: 100ms, at: after}}}
"""
    async with desk(tmp_path, rules) as shop:
        statuses = [answer.status for answer in await rush(shop, 4)]
        assert sorted(statuses) == [201, 201, 503, 503]
        assert (await shop.pay("later")).status == 201


async def test_whoever_hangs_up_leaves_the_line_in_the_end(tmp_path: Path) -> None:
    """A place that was given is used, and then free: impatient callers do not clog the gateway."""
    rules = """
rules:
  - {name: narrow, fault: {saturation: {tps: 50/s, burst: 1, concurrency: 3}}}
"""
    async with desk(tmp_path, rules) as shop:

        async def impatient(number: int) -> None:
            try:
                await shop.pay(f"o{number}", timeout=0.01)
            except TimeoutError:
                return

        await asyncio.gather(*(impatient(n) for n in range(3)))
        await asyncio.sleep(0.1)
        (line,) = (await shop.control("GET", "/accounts/shop")).body["lines"]
        assert line["under_way"] == 0
        assert (await shop.pay("later")).status == 201
