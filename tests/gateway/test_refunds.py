"""Refunds: once per reference, by the method's own rules, and not always for good."""

from __future__ import annotations

import msgspec
import pytest

from simulator.gateway.commands import CreateRefund
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context
from simulator.gateway.model import Refund, RefundStatus
from simulator.gateway.outcomes import RefundOutcome, Refused
from simulator.profiles.method import Kind, MethodRule, RefundRule
from simulator.profiles.profile import PLAIN
from tests.gateway.table import Desk, run


def test_a_refund_that_comes_back() -> None:
    """It was accepted, so the money had gone; it comes back, and can be sent another way."""
    desk = run("""
        authorize  a  o 1000 USD               -> captured 1000 0
        refund     a  1000 one +comes-back     -> pending 1000
        money      a                           -> captured 1000 1000 0 0
        refund     a  1                        -> !amount_too_large
        wait       7                           -> done
        money      a                           -> captured 1000 0 0 0
        refund     a  1000 one                 -> failed 1000
        transfer   a  1000 +comes-back         -> succeeded 1000
        wait       7                           -> done
        money      a                           -> captured 1000 1000 0 0
    """)
    first, second = desk.channel.refunds_of(desk.names["a"])
    assert (first.status, first.failure) == (RefundStatus.FAILED, "account_closed")
    assert (second.status, second.failure) == (RefundStatus.SUCCEEDED, None)


def test_one_that_was_called_done() -> None:
    """There is nothing to see until it fails."""
    run("""
        authorize  a  o 1000 USD               -> captured 1000 0
        refund     a  400 one +done-and-back   -> succeeded 400
        wait       7                           -> done
        money      a                           -> captured 1000 0 0 0
    """)


def test_what_the_issuer_took_back_cannot_be_refunded() -> None:
    """It is not there any more; what a dispute withdrew can be, and is gone twice then."""
    run("""
        authorize  a  o 1000 USD +reversed     -> captured 1000 0
        authorize  b  o 1000 USD +disputed     -> captured 1000 0
        wait       7                           -> done
        refund     a  1000                     -> !amount_too_large
        refund     b  1000                     -> succeeded 1000
        money      b                           -> captured 1000 1000 0 1000
    """)


RULES = {
    "none": (None, 0.0, 1000, Refused, "bank_transfer"),
    "too late": (RefundRule(within=3600.0), 7200.0, 1000, Refused, "0 days"),
    "in time": (RefundRule(within=3600.0), 60.0, 1000, RefundOutcome, ""),
    "a part": (RefundRule(partial=False), 0.0, 400, Refused, "as a whole"),
    "the whole": (RefundRule(partial=False), 0.0, 1000, RefundOutcome, ""),
}


@pytest.mark.parametrize(("rule", "later", "amount", "kind", "words"), RULES.values(), ids=RULES)
def test_the_rules_of_the_method(
    rule: RefundRule | None, later: float, amount: int, kind: type, words: str
) -> None:
    """What the profile says about refunds of a method holds for the way the money came."""
    desk = run("authorize a o 1000 USD -> captured 1000 0")
    card = MethodRule(type="card", title="Card", kind=Kind.CARD, card=True, refunds=rule)
    profile = msgspec.structs.replace(PLAIN, methods=(card,))
    context = Context(desk.channel, None, desk.wall + later, desk.ids, profile=profile)
    asked = CreateRefund(desk.names["a"], amount)
    outcome = decide(asked, context).outcome
    assert isinstance(outcome, kind)
    assert words in getattr(outcome, "message", "")
    other = decide(msgspec.structs.replace(asked, route="bank_transfer"), context).outcome
    assert isinstance(other, RefundOutcome)


def test_a_method_whose_refunds_take_their_time() -> None:
    """Pending until the profile's time is over."""
    desk = run("authorize a o 1000 USD -> captured 1000 0")
    slow = RefundRule(arrives_after=60.0)
    card = MethodRule(type="card", title="Card", kind=Kind.CARD, card=True, refunds=slow)
    profile = msgspec.structs.replace(PLAIN, methods=(card,))
    context = Context(desk.channel, None, desk.wall, desk.ids, profile=profile)
    desk.apply(decide(CreateRefund(desk.names["a"]), context), "refund")
    (refund,) = _refunds(desk)
    assert refund.status is RefundStatus.PENDING
    desk.ring(61)
    assert _refunds(desk)[0].status is RefundStatus.SUCCEEDED


def _refunds(desk: Desk) -> tuple[Refund, ...]:
    return desk.channel.refunds_of(desk.names["a"])
