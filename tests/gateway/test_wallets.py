"""Wallets: what may be paid from one, and where its money goes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from simulator.errors import InvariantViolation
from simulator.gateway import wallets
from simulator.gateway.commands import CancelPayment, CapturePayment, CreateRefund
from simulator.gateway.directives import ChargeTwice, Decline, SettleLater
from simulator.gateway.ledger import HOLD, MERCHANT, PAYER, check_wallets
from simulator.gateway.model import Posting, Status
from simulator.gateway.outcomes import Refused, ThingOutcome
from simulator.gateway.payers import ChangeWallet, OpenWallet, TopUp, Transfer
from simulator.gateway.things import LinkedCard, Wallet
from simulator.profiles.profile import PLAIN
from tests.gateway.purses import STRICT, Purses

LI, WANG = "wal_CN_li", "wal_CN_wang"


def test_a_payment_leaves_the_wallet_and_a_refund_comes_back() -> None:
    """Opening money is posted with the first payment; every account adds up to nothing."""
    desk = Purses()
    paid = desk.pay(LI, 3_000)
    assert (paid.status, desk.holds(LI)) == (Status.CAPTURED, 7_000)
    desk.do(CreateRefund(paid.id, 1_000))
    assert desk.holds(LI) == 8_000
    ledger = desk.store.ledger
    assert (ledger.balance(PAYER, "CNY"), ledger.balance(MERCHANT, "CNY")) == (-10_000, 2_000)
    assert ledger.totals() == {"CNY": 0}


def test_a_hold_is_money_that_cannot_be_spent_again() -> None:
    """A cancel releases it, a partial capture the rest of it, each into the wallet."""
    desk = Purses()
    first = desk.pay(LI, 6_000, capture="manual")
    assert (desk.holds(LI), desk.store.ledger.balance(HOLD, "CNY")) == (4_000, 6_000)
    desk.do(CapturePayment(first.id, 1_000))
    assert desk.holds(LI) == 9_000
    second = desk.pay(LI, 6_000, capture="manual")
    desk.do(CancelPayment(second.id))
    assert desk.holds(LI) == 9_000


@pytest.mark.parametrize(
    ("token", "failure"),
    [
        ("wal_frozen_CN_1", "wallet_account_frozen"),
        ("wal_closed_CN_1", "wallet_account_frozen"),
        ("wal_empty_CN_1", "wallet_insufficient_balance"),
        ("wal_unverified_CN_1", "identity_not_verified"),
        ("wal_outdated_CN_1", "wallet_app_outdated"),
        ("wal_expired_CN_1", "expired_card"),
    ],
)
@pytest.mark.parametrize("profile", [STRICT, PLAIN], ids=lambda profile: profile.name)
def test_a_trouble_in_the_token_is_a_failure_of_the_catalogue(
    token: str, failure: str, profile: object
) -> None:
    """On a gateway that keeps wallets, and on one whose profile says nothing of them."""
    desk = Purses(PLAIN if profile is PLAIN else STRICT)
    refused = desk.pay(token)
    assert (refused.status, refused.failure) == (Status.FAILED, failure)
    assert desk.store.ledger.totals() in ({}, {"CNY": 0})


@pytest.mark.parametrize("token", [None, "abc", "wallet-17"])
def test_a_payment_without_a_wallet_never_lacks_money(token: str | None) -> None:
    """What names no wallet that is kept here is paid as ever."""
    desk = Purses(STRICT)
    assert desk.pay(token, 900_000).status is Status.CAPTURED
    assert desk.store.ledger.balance(PAYER, "CNY") == -900_000


def test_identity_levels_bound_a_payment_and_a_day() -> None:
    """Who could be verified is told so; who is verified best has just reached the limit."""
    desk = Purses(STRICT)
    desk.act(TopUp(LI, 40_000, "CNY"))
    assert desk.pay(LI, 8_001).failure == "identity_not_verified"
    assert desk.pay(LI, 8_000).status is Status.CAPTURED
    assert desk.pay(LI, 4_001).failure == "identity_not_verified"
    desk.act(ChangeWallet(wallet=LI, level=2))
    assert desk.pay(LI, 4_001).status is Status.CAPTURED
    assert desk.pay(LI, 50_001).failure == "amount_limit_exceeded"
    desk.act(TopUp(LI, 900_000, "CNY"))
    desk.pay(LI, 50_000)
    assert desk.pay(LI, 30_000).failure == "period_limit_exceeded"
    desk.wall += 86_400
    assert desk.pay(LI, 30_000).status is Status.CAPTURED


def test_a_linked_card_makes_up_for_what_is_missing_while_it_is_valid() -> None:
    """Its last month counts; afterwards the payment fails for the card."""
    desk = Purses(STRICT)
    month = "2027-01"  # the month of the desk's clock
    desk.act(ChangeWallet(wallet=LI, level=2, card=LinkedCard(month)))
    assert desk.pay(LI, 12_500).status is Status.CAPTURED
    assert desk.holds(LI) == 0
    assert desk.store.ledger.balance(PAYER, "CNY") == -12_500
    desk.wall += 32 * 86_400
    assert desk.pay(LI, 1).failure == "expired_card"
    desk.act(ChangeWallet(wallet=LI, unlink=True))
    assert desk.pay(LI, 1).failure == "wallet_insufficient_balance"


def test_a_transfer_moves_money_between_wallets() -> None:
    """What the giver loses the taker gains; each is opened if need be."""
    desk = Purses()
    desk.act(Transfer(LI, WANG, 2_500, "CNY"))
    assert (desk.holds(LI), desk.holds(WANG)) == (7_500, 12_500)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (Transfer(LI, LI, 1, "CNY"), "to itself"),
        (Transfer(LI, WANG, 10_001, "CNY"), "holds 10000 CNY, no more"),
        (Transfer("wal_frozen_CN_1", WANG, 1, "CNY"), "is frozen"),
        (Transfer(LI, "wal_closed_CN_1", 1, "CNY"), "is closed"),
        (TopUp("wal_closed_CN_1", 1, "CNY"), "is closed"),
        (TopUp(LI, 40_001, "CNY"), "may hold 50000"),
        (ChangeWallet(wallet="wal_closed_CN_1", status="active"), "for good"),
        (ChangeWallet(wallet=LI, level=7), "no identity level 7; there is 0, 1, 2"),
        (OpenWallet(wallet=LI, level=7), "no identity level 7"),
    ],
)
def test_what_a_payer_cannot_do(act: object, says: str) -> None:
    """A refusal says why, and nothing has changed."""
    desk = Purses()
    outcome = desk.act(act).outcome  # type: ignore[arg-type]  # any act
    assert isinstance(outcome, Refused)
    assert says in outcome.message
    assert not desk.store.things


def test_a_wallet_is_made_with_what_it_is_given() -> None:
    """Its balances stand for its opening money; nobody makes it twice."""
    desk = Purses()
    made = desk.act(OpenWallet(country="DE", balances={"EUR": 500, "CNY": 0})).outcome
    assert isinstance(made, ThingOutcome)
    token = made.thing.id
    assert token.startswith("wal_DE_")
    assert (desk.holds(token, "EUR"), desk.holds(token, "CNY")) == (500, 0)
    again = desk.act(OpenWallet(wallet=token)).outcome
    assert isinstance(again, Refused)


def test_a_scenario_beats_the_wallet_only_where_it_takes_nothing() -> None:
    """A decline is the scenario's; a double charge that the wallet cannot bear is not performed."""
    desk = Purses(STRICT)
    assert desk.pay("wal_empty_CN_1", directive=Decline("do_not_honor")).failure == "do_not_honor"
    command_twice = ChargeTwice()
    desk.pay(LI, 6_000, command_twice)
    assert desk.commits[-1].payments[0].status is Status.CAPTURED
    assert (len(desk.commits[-1].payments), desk.holds(LI)) == (1, 4_000)
    desk.pay(LI, 2_000, command_twice)
    assert (len(desk.commits[-1].payments), desk.holds(LI)) == (2, 0)


def test_money_that_is_gone_when_a_late_payment_settles_makes_it_fail() -> None:
    """Nothing was held for it: the payer spent the money meanwhile."""
    desk = Purses(STRICT)
    late = desk.pay(LI, 6_000, SettleLater(5.0))
    desk.pay(LI, 6_000)
    ended = desk.wait(late)
    assert (ended.status, ended.failure) == (Status.FAILED, "wallet_insufficient_balance")
    assert desk.holds(LI) == 4_000


def test_the_ledger_notices_a_balance_that_no_posting_explains() -> None:
    """Neither a wallet that changes without money nor money without a wallet is let through."""
    wallet = Wallet(id=LI, balances={"CNY": 5})
    with pytest.raises(InvariantViolation, match="holds 5 CNY"):
        check_wallets((wallet,), (None,), ())
    with pytest.raises(InvariantViolation, match="do not change"):
        check_wallets((), (), (Posting(PAYER, f"wallet:{LI}", 5, "CNY"),))
    owing = replace(wallet, balances={"CNY": -1})
    with pytest.raises(InvariantViolation, match="holds -1"):
        check_wallets((owing,), (None,), (Posting(f"wallet:{LI}", PAYER, 1, "CNY"),))


def test_versions_are_compared_by_their_numbers() -> None:
    """8.10 is newer than 8.9."""
    assert wallets.version("8.10") > wallets.version("8.9.3")
    desk = Purses(STRICT)
    desk.act(ChangeWallet(wallet=LI, app="8.1.9"))
    assert desk.pay(LI).failure == "wallet_app_outdated"
    desk.act(ChangeWallet(wallet=LI, app="8.2.0"))
    assert desk.pay(LI).status is Status.CAPTURED
