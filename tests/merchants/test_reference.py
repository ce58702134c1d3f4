"""The two reference merchants: one passes whatever goes wrong, one shows what that is worth."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web

from simulator.merchants import naive
from simulator.merchants.careful.app import make_app
from tests.merchants.brownout import BROWNOUT
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
settle: 8s
expect:
  - exactly_once: {{refund_within: 4s}}
  - no_orphan_charge: {{refund_within: 4s}}
  - no_stuck_order: {{within: 3s}}
"""

CHARGE = "when: {operation: authorize}"
PRIMARY = "when: {channel: primary}"

#: Every kind of trouble that a merchant may meet, alone or with what makes it worse.
TROUBLES = {
    "silence": (
        "{share: 20%, fault: {hang: {for: 1s}}}",
        "{share: 20%, fault: {lost_reply: {after: 1s}}}",
        "{share: 20%, fault: {slow: {uniform: {from: 300ms, to: 900ms}, at: before}}}",
        "{share: 50%, fault: {stale_read: {}}}",
    ),
    "lies-of-no": (
        "{mix: [{share: 20%, fault: {error: {status: 503, charged: yes}}},"
        " {share: 20%, fault: {error: {status: 403, charged: yes, body: html}}}]}",
        "{share: 20%, fault: {error: {status: 503}}}",
    ),
    "errors-that-say-nothing": (
        "{mix: [{share: 15%, fault: {error: {status: 500, charged: yes, body: html}}},"
        " {share: 15%, fault: {error: {status: 502, charged: yes}}},"
        " {share: 15%, fault: {error: {status: 504, charged: yes}}}]}",
        "{share: 20%, fault: {error: {status: 500}}}",
    ),
    "late": (
        f"{{{CHARGE}, mix: [{{share: 25%, fault: {{late_success: {{after: 1500ms, told: failed}}}}}},"
        " {share: 25%, fault: {late_success: {after: 1500ms, told: processing}}},"
        " {share: 20%, fault: {late_success: {after: 1500ms, told: unknown}}}]}",
        "{share: 50%, fault: {webhook_drop: {}}}",
    ),
    "twice": (
        f"{{{CHARGE}, share: 50%, fault: {{duplicate_charge: {{}}}}}}",
        "{share: 70%, fault: {stale_read: {}}}",
        "{share: 50%, fault: {webhook_drop: {}}}",
    ),
    "liars": (
        "{share: 60%, fault: {webhook_forged: {}}}",
        "{share: 30%, fault: {webhook_duplicate: {times: 2}}}",
        "{share: 50%, fault: {webhook_delay: {by: 1s}}}",
        f"{{{CHARGE}, mix: [{{share: 30%, fault: {{late_success: {{after: 1s, told: processing}}}}}},"
        " {share: 30%, fault: {decline: insufficient_funds}}]}",
    ),
    "declines": (
        f"{{{CHARGE}, mix: [{{share: 30%, fault: {{decline: stolen_card}}}},"
        " {share: 30%, fault: {decline: processing_error}}]}",
    ),
    "down-in-the-middle": (
        f"{{{PRIMARY}, share: 30%, fault: {{lost_reply: {{after: 1s}}}}}}",
        f"{{{PRIMARY}, share: 30%, fault: {{hang: {{for: 1s}}}}}}",
        f"{{at: 1s, {PRIMARY}, fault: {{outage: {{}}}}}}",
    ),
    "both-down": (
        f"{{for: 2s, {PRIMARY}, fault: {{outage: {{}}}}}}",
        "{for: 2s, when: {channel: backup}, fault: {outage: {}}}",
    ),
}

#: Nothing gets better with a naive shop, so it is not waited for longer than a refund may take.
SHORTER = ("settle: 6s", "settle: 3s")


def careful(site: Site) -> web.Application:
    """The careful shop, in a hurry."""
    return make_app(settings(site))


def careless(site: Site) -> web.Application:
    """The naive shop, in a hurry."""
    return naive.make_app(naive.Settings(site.primary, site.key, timeout=0.5))


@pytest.mark.parametrize("name", TROUBLES)
async def test_no_trouble_convicts_the_careful_one(name: str, tmp_path: Path) -> None:
    """Whatever goes wrong at the gateway, the careful shop keeps the money right."""
    rules = "\n".join(f"      - {rule}" for rule in TROUBLES[name])
    verdict = await drill(TROUBLE.format(name=name, rules=rules), careful, tmp_path)
    assert false_checks(verdict) == {}
    assert [fault for fault in verdict.faults if not fault.hits] == []


async def test_the_careful_one_survives_a_brownout(tmp_path: Path) -> None:
    """In a brownout nothing is false, and nearly every shopper of the recovery is served."""
    text = BROWNOUT + (
        "  - success_ratio: {phase: recovery, at_least: 90%}\n  - failover: {rule: down, within: 5s}\n"
    )
    verdict = await drill(text, careful, tmp_path)
    assert false_checks(verdict) == {}


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_naive_one_charges_twice_and_keeps_what_it_must_not(
    seed: int, tmp_path: Path
) -> None:
    """A brownout makes it charge orders twice, and keep money of orders that it called failed."""
    verdict = await drill(BROWNOUT.replace(*SHORTER), careless, tmp_path, seed)
    convicted = false_checks(verdict)
    assert {"exactly_once", "no_orphan_charge", "truth_told", "books_agree"} <= set(convicted)


async def test_the_naive_one_believes_anybody(tmp_path: Path) -> None:
    """A forged webhook makes it ship for free."""
    rules = "\n".join(f"      - {rule}" for rule in TROUBLES["liars"])
    text = TROUBLE.format(name="liars", rules=rules).replace("settle: 8s", "settle: 1s")
    verdict = await drill(text, careless, tmp_path)
    assert "no_free_order" in false_checks(verdict)
