"""Each bug is found, by the checker that is there for it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest
from aiohttp import web

from simulator.merchants.careful.app import Parts, make_app
from tests.merchants.brownout import lenient, strict
from tests.merchants.faulty import FAULTY
from tests.merchants.kit import MakeShop, drill, false_checks
from tests.merchants.shops import settings
from tests.merchants.site import Site

SLOW = "{when: {operation: authorize}, share: 50%, fault: {slow: {fixed: 1s, at: before}}}"
HANG = "{when: {operation: authorize}, share: 50%, fault: {hang: {for: 1200ms}}}"
ERROR = "{when: {operation: authorize}, share: 60%, fault: {error: {status: 500}}}"
TWICE = "{when: {operation: authorize}, share: 50%, fault: {duplicate_charge: {}}}"
STOLEN = "{when: {operation: authorize}, share: 50%, fault: {decline: stolen_card}}"
LATE = "{when: {operation: authorize}, share: 40%, fault: {late_success: {after: 1s, told: TOLD}}}"
LATE_FAILED, LATE_PROCESSING = LATE.replace("TOLD", "failed"), LATE.replace("TOLD", "processing")
LIMITED = "{share: 100%, fault: {rate_limited: {retry_after: 1s}}}"
COPIES = "{share: 100%, fault: {webhook_duplicate: {times: 2}}}"
PART = "{when: {operation: authorize}, share: 50%, fault: {partial_capture: {share: 40%}}}"
DISPUTED = "{when: {operation: authorize}, share: 50%, fault: {dispute: 300ms}}"
MISMATCH = "{when: {operation: authorize}, share: 50%, fault: {amount_mismatch: {}}}"
COMES_BACK = "{when: {operation: refund}, share: 100%, fault: {refund_fails: {after: 200ms}}}"
NO_SMS = "{when: {operation: notify}, share: 100%, fault: {notice_lost: sms}}"
MISSING = "{when: {operation: authorize}, share: 50%, fault: {statement_missing: {}}}"
FORGED = "{share: 100%, fault: {webhook_forged: {}}}"


class Case(NamedTuple):
    """A bug, what convicts it, and the smallest trouble that brings it out."""

    bug: str
    checker: str
    rules: tuple[str, ...]
    also: tuple[str, ...] = ()


CASES = (
    Case("new-key-on-retry", "retry_rules", (HANG,)),
    Case("backup-without-asking", "retry_rules", (HANG,)),
    Case("paid-on-timeout", "no_free_order", (HANG,), ("truth_told",)),
    Case("failed-on-timeout", "no_orphan_charge", (SLOW,), ("truth_told",)),
    Case("late-success-ignored", "no_orphan_charge", (LATE_FAILED,), ("truth_told",)),
    Case("decline-retried", "retry_rules", (STOLEN,)),
    Case("no-backoff", "retry_rules", (ERROR,)),
    Case("refunds-both", "refund_once", (TWICE,)),
    Case("duplicates-kept", "exactly_once", (TWICE,)),
    Case("any-signature", "no_free_order", (LATE_PROCESSING, FORGED), ("webhooks_handled",)),
    Case("no-webhooks", "webhooks_handled", ()),
    Case("no-dedupe", "webhooks_handled", (COPIES,), ("no_free_order",)),
    Case("part-for-whole", "no_free_order", (PART,), ("books_agree",)),
    Case("retry-after-ignored", "retry_rules", (LIMITED,)),
    Case("one-unit-more", "exactly_once", ()),
    Case("books-one-unit-less", "books_agree", ()),
    Case("fulfils-twice", "no_free_order", ()),
    Case("never-reconciles", "no_stuck_order", (HANG,)),
    Case("impatient", "retry_rules", (LATE_PROCESSING,)),
    Case("refunds-disputed", "refund_once", (DISPUTED,)),
    Case("refund-failure-ignored", "no_orphan_charge", (MISMATCH, COMES_BACK)),
    Case("tells-nothing", "payer_notified", (STOLEN,)),
    Case("wrong-next-step", "payer_notified", (STOLEN,)),
    Case("tells-the-truth", "payer_notified", (STOLEN,)),
    Case("one-way-only", "payer_notified", (STOLEN, NO_SMS)),
    Case("never-compares", "reconciliation", (MISSING,)),
    Case("believes-the-statement", "reconciliation", (MISSING,)),
)


SCENARIO = """
scenario: 1
name: {bug}
traffic: {{patience: 2s}}
phases:
  - name: trouble
    lasts: 1s
    arrivals: 24/s
    rules: [{rules}]
settle: SETTLE
expect:
  - no_orphan_charge: {{refund_within: LIMIT}}
  - no_stuck_order: {{within: LIMIT}}
  - webhooks_handled: {{tries: 2}}
  - refund_once
  - payer_notified: {{within: LIMIT}}
  - reconciliation: {{within: LIMIT}}
"""


def scenario(case: Case) -> str:
    """Twenty-four shoppers in a second, many of them in trouble."""
    return SCENARIO.format(bug=case.bug, rules=", ".join(case.rules))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.bug)
async def test_a_bug_is_convicted(case: Case, tmp_path: Path) -> None:
    """The checker for this bug finds it; the careful shop in the same trouble stays clean."""
    faulty, careful = await asyncio.gather(
        drill(strict(scenario(case)), _shop(FAULTY[case.bug]), tmp_path / "faulty"),
        drill(lenient(scenario(case)), _shop(Parts()), tmp_path / "careful"),
    )
    convicted = false_checks(faulty)
    assert {case.checker, *case.also} <= set(convicted), faulty
    assert next(check for check in faulty.checks if check.name == case.checker).examples
    assert false_checks(careful) == {}


def _shop(parts: Parts) -> MakeShop:
    def make(site: Site) -> web.Application:
        return make_app(settings(site), parts)

    return make


def test_every_faulty_merchant_is_tried() -> None:
    """No bug is kept that no checker is asked about."""
    assert {case.bug for case in CASES} == set(FAULTY)
