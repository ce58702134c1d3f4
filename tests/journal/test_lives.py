"""Lives: what can be asked of a payment or an order."""

from __future__ import annotations

from math import inf

import pytest

from simulator.gateway.model import Status
from tests.journal.story import ZERO, history


def test_a_payment_knows_when_it_succeeded_and_when_it_settled() -> None:
    """Authorized is a success but no end; captured is both."""
    payment = (
        history("""
        0.0  arrive  o-1 1999
        1.0  charge  o-1 p1 primary authorized took=0
        2.0  settle  p1 captured
        """)
        .orders["o-1"]
        .payments[0]
    )
    assert (payment.succeeded, payment.settled) == (ZERO + 1.0, ZERO + 2.0)
    assert payment.status is Status.CAPTURED


def test_a_payment_that_waits_has_neither() -> None:
    """Processing may still become anything."""
    payment = history("1.0 charge o-1 p1 primary processing\n0.0 arrive o-1 5").orders["o-1"]
    assert (payment.payments[0].succeeded, payment.payments[0].settled) == (inf, inf)


def test_the_last_statement_is_the_last_that_said_paid_or_failed() -> None:
    """Pending, and answers without a body, say nothing; nor does what comes after judge time."""
    order = history("""
        0.0  arrive  o-1 1999
        1.0  tell    o-1 failed
        2.0  tell    o-1 pending request=poll
        3.0  tell    o-1 - request=poll code=500
        4.0  tell    o-1 paid request=poll
    """).orders["o-1"]
    before, after = order.statement(ZERO + 3.5), order.statement(ZERO + 4.0)
    assert (before and before.said, after and after.said) == ("failed", "paid")
    assert order.statement(ZERO) is None
    assert order.told_paid == ZERO + 4.0


@pytest.mark.parametrize("answer", ["pending", "- code=500"])
def test_who_pays_again_asks_anew(answer: str) -> None:
    """What was said of the former try no longer stands once the shopper pays again."""
    order = history(f"""
        0.0  arrive  o-1 1999
        1.0  tell    o-1 failed
        2.0  tell    o-1 {answer} request=pay
    """).orders["o-1"]
    before = order.statement(ZERO + 1.5)
    assert before is not None
    assert before.said == "failed"
    assert order.statement(ZERO + 2.0) is None


def test_charges_are_ordered_by_the_start_of_each() -> None:
    """A slow first request ends after the second began."""
    order = history("""
        0.0  arrive  o-1 1999
        5.0  charge  o-1 p1 primary captured took=4.9
        1.0  charge  o-1 p2 backup captured took=0.1
    """).orders["o-1"]
    assert [charge.channel for charge in order.charges] == ["primary", "backup"]


def test_currencies_are_kept_apart() -> None:
    """Money of two currencies is never added up."""
    order = history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured amount=100 cur=EUR
        0.2  charge  o-1 p2 primary captured amount=1999
        9.0  end
    """).orders["o-1"]
    assert order.currencies == ("USD", "EUR")
    assert (order.net(ZERO + 9, "USD"), order.net(ZERO + 9, "EUR")) == (1999, 100)
