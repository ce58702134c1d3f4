"""Refunds that a payer asks for, and the merchant's one answer."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.gateway.commands import (
    CreateRefund,
    DeclineRefundRequest,
    FindRefundRequests,
    RetrieveRefundRequest,
)
from simulator.gateway.directives import Befall, Stale
from simulator.gateway.model import Aftermath, Payment
from simulator.gateway.outcomes import Reason, RefundOutcome, Refused, ThingList, ThingOutcome
from simulator.gateway.refundrequests import AskRefund
from simulator.gateway.timers import may_move_money, ring
from tests.gateway.purses import Purses

LI = "wal_CN_li"


def _asked(amount: int | None = None) -> tuple[Purses, Payment, str]:
    desk = Purses()
    paid = desk.pay(LI, 3_000, order="o1")
    desk.act(AskRefund(payment=paid.id, reason="changed my mind", amount=amount, within=60.0))
    return desk, paid, desk.request(paid).id


def test_asking_tells_the_merchant_and_moves_nothing() -> None:
    """The event names payment and request; asking again is the same request."""
    desk, paid, request = _asked()
    (event,) = desk.commits[-1].events
    assert (event.type, event.payment, event.thing) == ("refund.requested", paid.id, request)
    assert not desk.commits[-1].postings
    lines = len(desk.commits)
    again = desk.act(AskRefund(payment=paid.id, reason="again")).outcome
    assert isinstance(again, ThingOutcome)
    assert again.thing == desk.request(paid)
    assert not desk.commits[lines].events


def test_a_refund_that_names_the_request_answers_it_once() -> None:
    """The same answer a second time is the same refund."""
    desk, paid, request = _asked(2_000)
    first = desk.do(CreateRefund(paid.id, request=request)).outcome
    second = desk.do(CreateRefund(paid.id, request=request)).outcome
    assert isinstance(first, RefundOutcome)
    assert isinstance(second, RefundOutcome)
    assert (first.refund.amount, second.refund.id) == (2_000, first.refund.id)
    assert (desk.request(paid).status, desk.holds(LI)) == ("accepted", 9_000)


def test_any_refund_of_all_that_was_asked_for_answers_it() -> None:
    """A merchant that knows nothing of requests answers all the same; a part of it is no answer."""
    desk, paid, _ = _asked(2_000)
    desk.do(CreateRefund(paid.id, 500))
    assert desk.request(paid).status == "open"
    desk.do(CreateRefund(paid.id, 2_000))
    assert desk.request(paid).status == "accepted"


def test_a_part_that_names_the_request_answers_it() -> None:
    """The merchant's policy may be to give back less."""
    desk, paid, request = _asked()
    desk.do(CreateRefund(paid.id, 100, request=request))
    assert desk.request(paid).status == "accepted"


def test_a_decline_is_the_answer_too() -> None:
    """It stays; a refund that names the request is refused then."""
    desk, paid, request = _asked()
    desk.do(DeclineRefundRequest(request, "delivered already"))
    kept = desk.request(paid)
    assert (kept.status, kept.answer, kept.settles_at) == ("declined", "delivered already", None)
    assert not desk.do(DeclineRefundRequest(request, "again")).changes
    refused = desk.do(CreateRefund(paid.id, request=request)).outcome
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.STATE_FORBIDS


def test_nobody_answers_and_it_expires() -> None:
    """No money waits for that; the late answer comes too late."""
    desk, paid, request = _asked()
    asked = desk.request(paid)
    assert asked.settles_at is not None
    assert not may_move_money(asked)
    desk.wall = asked.settles_at
    desk.apply(ring(asked, desk.context()), "settle")
    assert desk.request(paid).status == "expired"
    late = desk.do(DeclineRefundRequest(request, "too late")).outcome
    assert isinstance(late, Refused)


def test_what_cannot_be_asked_for() -> None:
    """More than is left, of a payment that holds nothing any more, of one that is not there."""
    desk = Purses()
    paid, failed = desk.pay(LI, 3_000), desk.pay("wal_closed_CN_1", directive=None)
    lost = desk.pay(None, 2_000, Befall(1.0, Aftermath("reversal")))
    desk.wait(lost)
    acts = (
        AskRefund(payment=lost.id, reason="r"),
        AskRefund(payment=paid.id, reason="r", amount=3_001),
        AskRefund(payment="pay_none", reason="r"),
        AskRefund(payment=failed.id, reason="r"),
    )
    assert all(isinstance(desk.act(each).outcome, Refused) for each in acts)


def test_requests_are_found_by_their_order_and_by_id() -> None:
    """On their own channel only; a stale read of one shows the truth, and says so."""
    desk, paid, request = _asked()
    found = desk.do(FindRefundRequests("o1")).outcome
    assert isinstance(found, ThingList)
    assert found.things == (desk.request(paid),)
    assert desk.do(FindRefundRequests("o2")).outcome == ThingList(())
    shown = desk.do(RetrieveRefundRequest(request), Stale())
    assert shown.unheeded
    assert shown.outcome == ThingOutcome(desk.request(paid))
    desk.store.things[request] = replace(desk.request(paid), channel="backup")
    assert isinstance(desk.do(RetrieveRefundRequest(request)).outcome, Refused)


def test_a_request_answers_for_its_own_payment_only() -> None:
    """Neither another payment nor a name that means nothing will do."""
    desk, _, request = _asked()
    other = desk.pay(LI, 1_000)
    for wrong in (CreateRefund(other.id, request=request), CreateRefund(other.id, request="rr_x")):
        assert isinstance(desk.do(wrong).outcome, Refused)
