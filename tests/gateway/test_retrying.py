"""A payment that is retrying: bounded, visible, one charge at most."""

from __future__ import annotations

import pytest

from simulator.gateway.commands import CancelOrder, CancelPayment, ConfirmPayment, CreatePayment
from simulator.gateway.directives import Resend
from simulator.gateway.ledger import MERCHANT
from simulator.gateway.model import Method, Payment, Status
from simulator.gateway.outcomes import PaymentOutcome, Refused
from simulator.gateway.payers import ChangeWallet, LeavePayment, TopUp
from simulator.gateway.resends import EXPIRES_S, LASTING, LONGEST_S
from simulator.gateway.timers import may_move_money
from simulator.profiles.profile import PLAIN
from tests.gateway.purses import Purses

LI = "wal_CN_li"


def _until_over(desk: Purses, payment: Payment) -> Payment:
    now = desk.now(payment)
    while now.status is Status.RETRYING:
        now = desk.wait(now)
    return now


def test_the_last_try_gets_through() -> None:
    """Each try is told with its number, gaps double, and the money moves once."""
    desk = Purses(PLAIN)
    paid = desk.pay(None, directive=Resend("network", "captured", 3, 1.0, 2.0))
    told = []
    while paid.status is Status.RETRYING:
        assert paid.resends is not None
        assert paid.settles_at is not None
        told.append((paid.resends.tries, paid.settles_at - desk.wall))
        assert desk.store.ledger.totals() == {}
        paid = desk.wait(paid)
    assert told == [(0, 1.0), (1, 2.0), (2, 4.0)]
    assert (paid.status, paid.settles_at) == (Status.CAPTURED, None)
    assert desk.store.ledger.balance(MERCHANT, "CNY") == 1_000
    types = [event.type for commit in desk.commits for event in commit.events]
    assert types == ["payment.retrying"] * 3 + ["payment.captured"]


@pytest.mark.parametrize(
    ("cause", "failure"),
    [
        ("network", "processing_error"),
        ("account", "wallet_insufficient_balance"),
        ("app", "wallet_app_outdated"),
        ("merchant", "merchant_misconfigured"),
    ],
)
def test_one_that_fails_names_its_cause(cause: str, failure: str) -> None:
    """After the bound it fails with what kept it from getting through, and nothing was charged."""
    desk = Purses(PLAIN)
    doomed = desk.pay(None, directive=Resend(cause, "failed", 2, 1.0))
    assert not may_move_money(doomed)
    ended = _until_over(desk, doomed)
    assert (ended.status, ended.failure, ended.settles_at) == (Status.FAILED, failure, None)
    assert desk.store.ledger.totals() == {}


def test_one_that_lasts_ends_when_the_payers_time_is_over() -> None:
    """Even that is bounded, by time and by tries, and so are the gaps between them."""
    desk = Purses(PLAIN)
    lasting = desk.pay(None, directive=Resend("network", "failed", 2, 1.0, lasting=True))
    began = desk.wall
    ended = _until_over(desk, lasting)
    assert ended.failure == "payment_expired"
    assert EXPIRES_S <= desk.wall - began <= EXPIRES_S + LONGEST_S
    quick = desk.pay(None, directive=Resend("network", "failed", 2, 1.0, 1.0, lasting=True))
    ended = _until_over(desk, quick)
    assert ended.resends is not None
    assert (ended.failure, ended.resends.tries) == ("payment_expired", LASTING)


@pytest.mark.parametrize("by_order", [True, False])
def test_a_cancel_in_the_middle_ends_it(by_order: bool) -> None:
    """Nothing is charged afterwards, whatever time passes."""
    desk = Purses(PLAIN)
    paid = desk.pay(None, directive=Resend("network", "captured", 3, 1.0), order="o1")
    desk.wait(paid)
    desk.do(CancelOrder("o1") if by_order else CancelPayment(paid.id))
    ended = desk.now(paid)
    assert (ended.status, ended.settles_at) == (Status.CANCELED, None)
    assert desk.store.ledger.totals() == {}


def test_a_payer_can_let_go_of_it() -> None:
    """The payer presses cancel in the wallet; of a payment that is over nobody can."""
    desk = Purses(PLAIN)
    paid = desk.pay(None, directive=Resend("network", "captured", 3, 1.0))
    desk.act(LeavePayment(paid.id))
    assert desk.now(paid).failure == "customer_cancelled"
    assert isinstance(desk.act(LeavePayment(paid.id)).outcome, Refused)
    assert isinstance(desk.act(LeavePayment("pay_none")).outcome, Refused)


def test_topping_up_while_it_is_retrying_lets_it_through() -> None:
    """A wallet that holds too little is asked again; the money arrives in time."""
    desk = Purses()
    waiting = desk.pay("wal_empty_CN_1", 5_000)
    assert waiting.status is Status.RETRYING
    assert waiting.resends is not None
    assert (waiting.resends.cause, waiting.resends.of) == ("account", 3)
    waiting = desk.wait(waiting)
    desk.act(TopUp("wal_empty_CN_1", 5_000, "CNY"))
    assert desk.wait(waiting).status is Status.CAPTURED
    assert desk.holds("wal_empty_CN_1") == 0


@pytest.mark.parametrize(
    ("token", "cause", "failure", "remedy"),
    [
        (
            "wal_frozen_CN_1",
            "account",
            "wallet_account_frozen",
            ChangeWallet(wallet="wal_frozen_CN_1", status="active"),
        ),
        (
            "wal_outdated_CN_1",
            "app",
            "wallet_app_outdated",
            ChangeWallet(wallet="wal_outdated_CN_1", app="9.0"),
        ),
    ],
)
def test_trouble_of_account_or_app_ends_with_it(
    token: str, cause: str, failure: str, remedy: ChangeWallet
) -> None:
    """Mended in time it goes through, and left alone it fails by its name."""
    for mended in (True, False):
        desk = Purses()
        waiting = desk.pay(token)
        assert waiting.resends is not None
        assert waiting.resends.cause == cause
        if mended:
            desk.act(remedy)
        ended = _until_over(desk, waiting)
        assert ended.failure == (None if mended else failure)
        assert ended.status is (Status.CAPTURED if mended else Status.FAILED)


def test_what_no_repetition_helps_fails_at_once() -> None:
    """The profile says after which failures a wallet's payment is sent again."""
    assert Purses().pay("wal_unverified_CN_1").failure == "identity_not_verified"


def test_it_waits_for_a_merchant_that_does_not_acknowledge() -> None:
    """Once it does, the next try comes at once; a second acknowledgement changes nothing."""
    desk = Purses(PLAIN)
    waiting = desk.pay(None, directive=Resend("merchant", None, 4, 1.0))
    assert desk.wait(waiting).status is Status.RETRYING
    paid = desk.hear(waiting)
    assert paid.status is Status.CAPTURED
    assert desk.hear(paid) == paid
    assert desk.store.ledger.balance(MERCHANT, "CNY") == 1_000


def test_a_merchant_that_never_acknowledges_is_not_paid() -> None:
    """After the bound it fails for the merchant's own system, and nobody was charged."""
    desk = Purses(PLAIN)
    ended = _until_over(desk, desk.pay(None, directive=Resend("merchant", None, 2, 1.0)))
    assert ended.failure == "merchant_misconfigured"


def test_only_trouble_of_the_merchants_waits_for_an_acknowledgement() -> None:
    """An event that is acknowledged while the network is the trouble changes nothing."""
    desk = Purses(PLAIN)
    waiting = desk.pay(None, directive=Resend("network", "captured", 3, 1.0))
    assert desk.hear(waiting) == waiting


def test_a_merchant_that_answers_may_still_meet_an_empty_wallet() -> None:
    """Then it goes on retrying, and fails for the wallet in the end."""
    desk = Purses()
    waiting = desk.pay("wal_empty_CN_1", directive=Resend("merchant", None, 2, 1.0))
    assert waiting.status is Status.RETRYING
    after = desk.hear(waiting)
    assert after.status is Status.RETRYING
    assert _until_over(desk, after).failure == "wallet_insufficient_balance"


def test_how_often_and_how_soon_are_the_profiles_unless_the_fault_says() -> None:
    """The profile of the desk sends again three times, first after two seconds."""
    desk = Purses()
    waiting = desk.pay(LI, directive=Resend("network", "captured"))
    assert waiting.resends is not None
    assert (waiting.resends.of, waiting.resends.every) == (3, 2.0)


def test_a_confirm_can_be_left_retrying_too() -> None:
    """The answer shows the payment, which is not new."""
    desk = Purses(PLAIN)
    made = desk.do(
        CreatePayment(order="o", amount=5, currency="EUR", method=Method("wallet"), confirm=False)
    )
    confirmed = desk.do(ConfirmPayment(made.payments[0].id), Resend("network", "captured"))
    assert isinstance(confirmed.outcome, PaymentOutcome)
    assert not confirmed.outcome.created
    assert confirmed.payments[0].status is Status.RETRYING


def test_a_manual_capture_is_authorized_in_the_end() -> None:
    """The try that gets through does what the first request was to do."""
    desk = Purses()
    waiting = desk.pay(LI, capture="manual", directive=Resend("network", "captured", 1, 1.0))
    ended = _until_over(desk, waiting)
    assert (ended.status, desk.holds(LI)) == (Status.AUTHORIZED, 9_000)


def test_the_end_is_decided_as_a_decline() -> None:
    """The commit of the last try tells the failure as any decline does."""
    desk = Purses(PLAIN)
    doomed = desk.pay(None, directive=Resend("network", "failed", 1, 1.0))
    ended = desk.wait(doomed)
    assert ended.failure == "processing_error"
    assert [event.type for event in desk.commits[-1].events] == ["payment.failed"]
