"""Each bug is found, by the checker that is there for it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from aiohttp import web

from simulator.merchants.careful.app import make_app
from tests.merchants.faulty import FAULTY
from tests.merchants.kit import drill, false_checks
from tests.merchants.shops import settings
from tests.merchants.site import Site

SLOW = "{when: {operation: authorize}, share: 50%, fault: {slow: {fixed: 700ms, at: before}}}"
HANG = "{when: {operation: authorize}, share: 50%, fault: {hang: {for: 700ms}}}"
ERROR = "{when: {operation: authorize}, share: 60%, fault: {error: {status: 500}}}"
TWICE = "{when: {operation: authorize}, share: 50%, fault: {duplicate_charge: {}}}"
STOLEN = "{when: {operation: authorize}, share: 50%, fault: {decline: stolen_card}}"
LATE = "{{when: {{operation: authorize}}, share: 40%, fault: {{late_success: {{after: 1s, told: {}}}}}}}"
LATE_FAILED, LATE_PROCESSING = LATE.format("failed"), LATE.format("processing")
FORGED = "{share: 100%, fault: {webhook_forged: {}}}"


class Case(NamedTuple):
    """A bug, what convicts it, and the smallest trouble that brings it out."""

    bug: str
    checker: str
    rules: tuple[str, ...]
    also: tuple[str, ...] = ()


CASES = (
    Case("new-key-on-retry", "retry_rules", (HANG,)),
    Case("backup-without-asking", "retry_rules", (SLOW,)),
    Case("paid-on-timeout", "no_free_order", (HANG,), ("truth_told",)),
    Case("failed-on-timeout", "no_orphan_charge", (SLOW,), ("truth_told",)),
    Case("late-success-ignored", "no_orphan_charge", (LATE_FAILED,), ("truth_told",)),
    Case("decline-retried", "retry_rules", (STOLEN,)),
    Case("no-backoff", "retry_rules", (ERROR,)),
    Case("refunds-both", "refund_once", (TWICE,)),
    Case("duplicates-kept", "exactly_once", (TWICE,)),
    Case("any-signature", "no_free_order", (LATE_PROCESSING, FORGED)),
    Case("one-unit-more", "exactly_once", ()),
    Case("books-one-unit-less", "books_agree", ()),
    Case("fulfils-twice", "no_free_order", ()),
    Case("never-reconciles", "no_stuck_order", (HANG,)),
    Case("impatient", "retry_rules", (LATE_PROCESSING,)),
)


SCENARIO = """
scenario: 1
name: {bug}
traffic: {{patience: 2s}}
phases:
  - name: trouble
    lasts: 2s
    arrivals: 12/s
    rules: [{rules}]
settle: 2s
expect:
  - no_orphan_charge: {{refund_within: 500ms}}
  - no_stuck_order: {{within: 500ms}}
{more}
"""


def scenario(case: Case) -> str:
    """Twenty-four shoppers in two seconds, many of them in trouble."""
    always = {"exactly_once", "no_free_order", "books_agree", "retry_rules"}
    more = "" if case.checker in {"no_orphan_charge", "no_stuck_order", *always} else case.checker
    return SCENARIO.format(
        bug=case.bug, rules=", ".join(case.rules), more=f"  - {more}" if more else ""
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.bug)
async def test_a_bug_is_convicted(case: Case, tmp_path: Path) -> None:
    """The checker for this bug finds it, and says so with evidence."""

    def make(site: Site) -> web.Application:
        return make_app(settings(site), FAULTY[case.bug])

    verdict = await drill(scenario(case), make, tmp_path)
    convicted = false_checks(verdict)
    assert {case.checker, *case.also} <= set(convicted), verdict
    finding = next(check for check in verdict.checks if check.name == case.checker)
    assert finding.examples
    assert finding.count > 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.bug)
async def test_the_same_trouble_leaves_the_careful_one_clean(case: Case, tmp_path: Path) -> None:
    """Without the bug nothing is false: it is the bug that is convicted, not the trouble."""

    def make(site: Site) -> web.Application:
        return make_app(settings(site))

    assert false_checks(await drill(scenario(case), make, tmp_path)) == {}


def test_every_faulty_merchant_is_tried() -> None:
    """No bug is kept that no checker is asked about."""
    assert {case.bug for case in CASES} == set(FAULTY)
