"""The two reference merchants: one passes whatever goes wrong, one shows what that is worth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from aiohttp import web

from simulator.merchants import naive
from simulator.merchants.careful.app import make_app
from tests.merchants.brownout import BROWNOUT, lenient, strict
from tests.merchants.kit import drill, false_checks
from tests.merchants.shops import settings
from tests.merchants.site import Site

TROUBLE = """
scenario: 1
name: {name}
traffic: {{methods: {{card: 70%, wallet: 20%, bank_transfer: 10%}}, patience: 4s}}
phases:
  - name: trouble
    lasts: 3s
    arrivals: 15/s
    rules:
{rules}
  - {{name: recovery, lasts: 1s, arrivals: 10/s}}
settle: SETTLE
expect:
  - exactly_once: {{refund_within: LIMIT}}
  - no_orphan_charge: {{refund_within: LIMIT}}
  - no_stuck_order: {{within: LIMIT}}
  - webhooks_handled
"""

CHARGE = "operation: authorize"
PRIMARY = "channel: primary"


def batched(names: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """The names in groups, to be tried at the same time."""
    rest = iter(names)
    while group := tuple(islice(rest, size)):
        yield group


def rule(fault: str, share: int = 100, when: str = "") -> str:
    """One rule in flow style."""
    return f"{{when: {{{when}}}, share: {share}%, fault: {{{fault}}}}}"


def down(channel: str, span: str) -> str:
    """A channel's outage; `span` says from when, or for how long."""
    return f"{{{span}, when: {{channel: {channel}}}, fault: {{outage: {{}}}}}}"


def mix(share: int, *faults: str, when: str = CHARGE) -> str:
    """A rule with several arms of one share."""
    arms = ", ".join(f"{{share: {share}%, fault: {{{fault}}}}}" for fault in faults)
    return f"{{when: {{{when}}}, mix: [{arms}]}}"


#: Every kind of trouble that a merchant may meet, alone or with what makes it worse.
TROUBLES = {
    "silence": (
        rule("hang: {for: 1200ms}", 20),
        rule("lost_reply: {after: 1200ms}", 20),
        rule("slow: {uniform: {from: 400ms, to: 1200ms}, at: before}", 20),
        rule("stale_read: {}", 50),
    ),
    "lies-of-no": (
        rule("error: {status: 503, charged: yes}", 20),
        rule("error: {status: 403, charged: yes, body: html}", 20),
        rule("error: {status: 503}", 20),
    ),
    "errors-that-say-nothing": (
        rule("error: {status: 500, charged: yes, body: html}", 15),
        rule("error: {status: 502, charged: yes}", 15),
        rule("error: {status: 504, charged: yes}", 15),
        rule("error: {status: 500}", 20),
    ),
    "late": (
        mix(
            25,
            "late_success: {after: 1500ms, told: failed}",
            "late_success: {after: 1500ms, told: processing}",
            "late_success: {after: 1500ms, told: unknown}",
        ),
        rule("webhook_drop: {}", 50),
    ),
    "twice": (
        rule("duplicate_charge: {}", 50, CHARGE),
        rule("stale_read: {}", 70),
        rule("webhook_drop: {}", 50),
    ),
    "liars": (
        rule("webhook_forged: {}", 60),
        rule("webhook_duplicate: {times: 2}", 30),
        rule("webhook_delay: {by: 1s}", 50),
        mix(30, "late_success: {after: 1s, told: processing}", "decline: insufficient_funds"),
    ),
    "declines": (mix(30, "decline: stolen_card", "decline: processing_error"),),
    "down-in-the-middle": (
        rule("lost_reply: {after: 1200ms}", 30, PRIMARY),
        rule("hang: {for: 1200ms}", 30, PRIMARY),
        down("primary", "at: 1s"),
    ),
    "torn-answers": (
        mix(
            15,
            "reset: {}",
            "garbage: {}",
            "truncate: {}",
            "drip: {lasts: 1200ms}",
            when="",
        ),
    ),
    "crowded": (
        rule("rate_limited: {retry_after: 1s}", 40),
        rule("partial_capture: {share: 40%}", 30, CHARGE),
    ),
    "disorderly-mail": (
        rule("webhook_reorder: {at_most: 2s}", 40),
        rule("webhook_stale: {}", 40),
        mix(30, "late_success: {after: 1s, told: processing}", "decline: insufficient_funds"),
    ),
    "challenges": (
        mix(
            25,
            "three_ds: challenge",
            "three_ds: timeout",
            "three_ds: {result: decoupled, after: 1s}",
            "three_ds: rejected",
            when=f"{CHARGE}, method: card",
        ),
        rule("three_ds: failed", 30, "operation: authenticate"),
        rule("lost_reply: {after: 100ms}", 30, "operation: authenticate"),
        rule("decline: insufficient_funds", 20, f"{CHARGE}, method: card"),
        rule("webhook_drop: {}", 30),
    ),
    "retrying": (
        mix(
            20,
            "retrying: {tries: 3, every: 300ms, growth: 1.5}",
            "retrying: {tries: 2, every: 300ms, ends: failed, cause: account}",
            "retrying: {every: 500ms, growth: 1, ends: never}",
            "retrying: {tries: 5, every: 400ms, growth: 1, cause: merchant}",
        ),
        rule("webhook_drop: {}", 40),
        rule("stale_read: {}", 30),
    ),
    "both-down": (down("primary", "for: 2s"), down("backup", "for: 2s")),
}


def careful(site: Site) -> web.Application:
    """The careful shop, in a hurry."""
    return make_app(settings(site))


def careless(site: Site) -> web.Application:
    """The naive shop, in a hurry."""
    return naive.make_app(naive.Settings(site.primary, site.key, timeout=0.7))


def scenario(name: str) -> str:
    """The trouble of this name."""
    rules = "\n".join(f"      - {rule}" for rule in TROUBLES[name])
    return TROUBLE.format(name=name, rules=rules)


@pytest.mark.parametrize("names", list(batched(TROUBLES, 3)), ids="+".join)
async def test_no_trouble_convicts_the_careful_one(names: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever goes wrong at the gateway, the careful shop keeps the money right."""
    for verdict in await asyncio.gather(
        *(drill(lenient(scenario(name)), careful, tmp_path / name) for name in names)
    ):
        assert false_checks(verdict) == {}, verdict.scenario
        assert [fault for fault in verdict.faults if not fault.hits] == [], verdict.scenario


async def test_the_careful_one_survives_a_brownout(tmp_path: Path) -> None:
    """In a brownout nothing is false, and nearly every shopper of the recovery is served."""
    text = lenient(BROWNOUT) + (
        "  - success_ratio: {phase: recovery, at_least: 90%}\n"
        "  - failover: {rule: down, within: 5s}\n"
    )
    verdict = await drill(text, careful, tmp_path)
    assert false_checks(verdict) == {}


async def test_the_naive_one_charges_twice_and_keeps_what_it_must_not(tmp_path: Path) -> None:
    """A brownout makes it charge orders twice, and keep money of orders that it called failed."""
    text = strict(BROWNOUT)
    for verdict in await asyncio.gather(
        *(drill(text, careless, tmp_path / str(seed), seed) for seed in (1, 2))
    ):
        convicted = set(false_checks(verdict))
        assert {"exactly_once", "no_orphan_charge", "truth_told", "books_agree"} <= convicted


async def test_the_naive_one_takes_retrying_for_a_failure(tmp_path: Path) -> None:
    """It tries again while the gateway does, and both get through."""
    verdict = await drill(strict(scenario("retrying")), careless, tmp_path)
    assert {"exactly_once", "no_orphan_charge", "retry_rules"} <= set(false_checks(verdict))


async def test_the_naive_one_believes_anybody(tmp_path: Path) -> None:
    """A forged webhook makes it ship for free."""
    verdict = await drill(strict(scenario("liars")), careless, tmp_path)
    assert "no_free_order" in false_checks(verdict)
