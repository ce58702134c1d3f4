"""What comes after the payment: refunds that fail, reversals, disputes, statements, notices."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from simulator.drills.verdict import Verdict
from simulator.merchants import naive
from simulator.merchants.careful.app import make_app
from tests.merchants.brownout import lenient, strict
from tests.merchants.kit import drill, false_checks
from tests.merchants.shops import settings
from tests.merchants.site import Site

AFTER = """
scenario: 1
name: {name}
traffic: {{methods: {{card: 100%}}, patience: 3s}}
phases:
  - name: trouble
    lasts: 2s
    arrivals: 15/s
    rules: [{rules}]
  - {{name: recovery, lasts: 2s, arrivals: 5/s}}
settle: SETTLE
expect:
  - no_orphan_charge: {{refund_within: LIMIT}}
  - exactly_once: {{refund_within: LIMIT}}
  - payer_notified: {{within: 3s, pending: 6s}}
  - reconciliation: {{within: 4s}}
"""
CHARGE = "when: {operation: authorize}"
REFUND = "when: {operation: refund}"

#: What may happen after a payment, alone or with what makes it worse.
TROUBLES = {
    "refunds-fail": (
        f"{{{CHARGE}, share: 50%, fault: {{duplicate_charge: {{}}}}}}",
        f"{{{REFUND}, share: 50%, fault: {{refund_fails: {{after: 800ms}}}}}}",
        "{when: {webhook: refund.*}, share: 50%, fault: {webhook_drop: {}}}",
    ),
    "refunds-called-done-fail": (
        f"{{{CHARGE}, share: 50%, fault: {{amount_mismatch: 80%}}}}",
        f"{{{REFUND}, share: 60%, fault: {{refund_fails: {{after: 800ms, told: succeeded}}}}}}",
        "{when: {webhook: refund.failed}, share: 100%, fault: {webhook_drop: {}}}",
    ),
    "money-taken-back": (
        (f"{{{CHARGE}, mix: [{{share: 20%, fault: {{reversed_after_approval: 700ms}}}}, "
        "{share: 30%, fault: {dispute: {after: 600ms, decided_after: 900ms}}}, "
        "{share: 20%, fault: {hold_lingers: {for: 2s}}}, "
        "{share: 10%, fault: {duplicate_charge: {}}}]}"),
    ),
    "statement-differs": (
        (f"{{{CHARGE}, mix: [{{share: 15%, fault: {{statement_missing: {{}}}}}}, "
        "{share: 15%, fault: {statement_extra: {}}}, "
        "{share: 15%, fault: {statement_wrong_amount: -50}}, "
        "{share: 15%, fault: {settlement_delayed: 1}}]}"),
        f"{{{CHARGE}, share: 15%, fault: {{decline: insufficient_funds}}}}",
    ),
    "notices-lost": (
        f"{{{CHARGE}, share: 30%, fault: {{decline: stolen_card}}}}",
        "{when: {operation: notify}, share: 40%, fault: {hang: {for: 900ms}}}",
        "{when: {operation: notify, channel: backup}, share: 80%, fault: {error: {status: 502}}}",
    ),
}  # fmt: skip


def scenario(name: str) -> str:
    """The trouble of this name."""
    return AFTER.format(name=name, rules=", ".join(TROUBLES[name]))


def careful(site: Site) -> web.Application:
    """The careful shop, in a hurry."""
    return make_app(settings(site))


def careless(site: Site) -> web.Application:
    """The naive shop, in a hurry."""
    return naive.make_app(naive.Settings(site.primary, site.key, timeout=0.7))


def unhit(verdict: Verdict) -> list[str]:
    """The faults that never struck: then nothing was shown."""
    return [f"{fault.rule} {fault.arm}" for fault in verdict.faults if not fault.hits]


@pytest.mark.parametrize("name", TROUBLES)
async def test_the_careful_one_settles_all_that_comes_after(name: str, tmp_path: Path) -> None:
    """It refunds another way, answers disputes, tells its payers, and finds every difference."""
    verdict = await drill(lenient(scenario(name)), careful, tmp_path)
    assert false_checks(verdict) == {}
    assert unhit(verdict) == []


async def test_the_naive_one_tells_nobody_and_compares_nothing(tmp_path: Path) -> None:
    """Its payers hear nothing, and it has no list of differences."""
    one, other = await asyncio.gather(
        drill(strict(scenario("statement-differs")), careless, tmp_path / "1"),
        drill(strict(scenario("refunds-called-done-fail")), careless, tmp_path / "2"),
    )
    assert {"payer_notified", "reconciliation"} <= set(false_checks(one))
    assert "no_free_order" in false_checks(other)
