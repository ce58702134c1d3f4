"""Disputes: withdrawn at once, answered once, decided by the bank or by the clock."""

from __future__ import annotations

import msgspec
import pytest

from simulator.gateway import disputes
from simulator.gateway.commands import FindDisputes
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context
from simulator.gateway.disputes import CloseDispute, OpenDispute
from simulator.gateway.ledger import DISPUTE, FEES, MERCHANT, PAYER
from simulator.gateway.model import Aftermath
from simulator.gateway.outcomes import Refused, ThingList
from simulator.gateway.things import Dispute, DisputeStatus
from simulator.profiles.profile import PLAIN
from simulator.profiles.rules import Disputes
from tests.gateway.table import Desk, run

PAID = "authorize  a  o 1000 USD +disputed  -> captured 1000 0\nwait 7 -> done\n"


def dispute(desk: Desk) -> Dispute:
    """The dispute of payment `a`."""
    (found,) = desk.channel.disputes()
    return found


def test_it_is_withdrawn_and_comes_back_when_won() -> None:
    """With evidence the bank decides for the merchant, after its time."""
    desk = run(
        PAID
        + """
        money   a     -> captured 1000 0 0 1000
        defend  a     -> under_review 1000
        defend  a     -> !state_forbids
        wait    59    -> done
        money   a     -> captured 1000 0 0 1000
        wait    2     -> done
        money   a     -> captured 1000 0 0 0
        accept  a     -> !state_forbids
    """
    )
    assert dispute(desk).status is DisputeStatus.WON
    balance = desk.store.ledger.balance
    assert (balance(MERCHANT, "USD"), balance(DISPUTE, "USD")) == (1000, 0)


@pytest.mark.parametrize("word", ["accept  a     -> lost 1000", "wait    61    -> done"])
def test_it_is_lost_by_a_word_or_by_silence(word: str) -> None:
    """Accepted, or not answered by the deadline: the payer keeps the money."""
    desk = run(PAID + word)
    assert dispute(desk).status is DisputeStatus.LOST
    assert desk.payment("a").amount_disputed == 1000
    assert desk.store.ledger.balance(PAYER, "USD") == 0


def test_what_was_refunded_is_not_disputed() -> None:
    """Only what is left can be; of nothing there is no dispute."""
    desk = run("""
        authorize  a  o 1000 USD +disputed  -> captured 1000 0
        authorize  b  o 1000 USD +disputed  -> captured 1000 0
        refund     a  400                   -> succeeded 400
        refund     b  1000                  -> succeeded 1000
        wait       7                        -> done
        money      a                        -> captured 1000 400 0 600
        money      b                        -> captured 1000 1000 0 0
    """)
    assert dispute(desk).amount == 600


def test_the_fee_is_the_profiles_and_is_never_given_back() -> None:
    """Opened by hand, closed by hand, and once only."""
    desk = run("authorize a o 1000 USD -> captured 1000 0")
    profile = msgspec.structs.replace(PLAIN, disputes=Disputes(fee={"USD": 150}))
    context = Context(desk.channel, None, desk.wall, desk.ids, profile=profile)
    opened = OpenDispute(desk.names["a"], Aftermath("dispute", "duplicate"))
    desk.apply(disputes.open_by_hand(opened, context), "dispute")
    assert isinstance(disputes.open_by_hand(opened, context).outcome, Refused)
    desk.apply(disputes.close_by_hand(CloseDispute(dispute(desk).id, won=True), context), "dispute")
    assert isinstance(disputes.open_by_hand(opened, context).outcome, Refused)
    balance = desk.store.ledger.balance
    assert (balance(MERCHANT, "USD"), balance(FEES, "USD")) == (850, 150)


def test_they_are_found_by_order_and_payment() -> None:
    """Or all of the channel; another channel's are not shown."""
    desk = run(PAID)
    context = Context(desk.channel, None, desk.wall, desk.ids)
    asked = (FindDisputes(), FindDisputes(order="o"), FindDisputes(of=desk.names["a"]))
    for command in asked:
        assert decide(command, context).outcome == ThingList((dispute(desk),))
    assert decide(FindDisputes(order="p"), context).outcome == ThingList(())
    elsewhere = Context(desk.store.channel("backup"), None, desk.wall, desk.ids)
    assert decide(FindDisputes(), elsewhere).outcome == ThingList(())
    closed = disputes.close_by_hand(CloseDispute(dispute(desk).id, won=True), elsewhere)
    assert isinstance(closed.outcome, Refused)


@pytest.mark.parametrize("payment", ["pay_none", "failed"])
def test_nothing_that_could_be_disputed(payment: str) -> None:
    """No such payment, or one that took no money."""
    desk = run("authorize failed o 1000 USD +decline -> declined insufficient_funds")
    context = Context(desk.channel, None, desk.wall, desk.ids)
    name = desk.names.get(payment, payment)
    opened = disputes.open_by_hand(OpenDispute(name, Aftermath("dispute")), context)
    assert isinstance(opened.outcome, Refused)


def test_a_payment_is_disputed_once() -> None:
    """A dispute that was in store for it is none any more when somebody was quicker, and lost."""
    desk = run("authorize  a  o 1000 USD +disputed  -> captured 1000 0")
    context = Context(desk.channel, None, desk.wall, desk.ids)
    opened = disputes.open_by_hand(OpenDispute(desk.names["a"], Aftermath("dispute")), context)
    desk.apply(opened, "dispute")
    desk.apply(disputes.close(dispute(desk), context, won=True), "dispute")
    desk.ring(7)
    assert dispute(desk).status is DisputeStatus.WON
    assert desk.payment("a").amount_disputed == 0
