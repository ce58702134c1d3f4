"""Anything may happen to wallets in any order: money is conserved, and nobody is charged twice."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from simulator.gateway.commands import CancelOrder, CancelPayment, CapturePayment, CreateRefund
from simulator.gateway.directives import ChargeTwice, Directive, Resend, SettleLater
from simulator.gateway.ledger import MERCHANT
from simulator.gateway.model import Status
from simulator.gateway.payers import ChangeWallet, LeavePayment, TopUp, Transfer
from simulator.gateway.things import LinkedCard, Wallet
from tests.gateway.purses import Purses

TOKENS = ("wal_CN_a", "wal_CN_b", "wal_CN_c", "wal_empty_CN_d", "wal_frozen_CN_e")
DIRECTIVES: tuple[Directive | None, ...] = (
    None,
    None,
    ChargeTwice(),
    SettleLater(3.0),
    SettleLater(3.0, Status.FAILED),
    Resend("network", "captured", 2, 1.0),
    Resend("network", "failed", 2, 1.0),
    Resend("merchant", None, 3, 1.0),
)
token = st.sampled_from(TOKENS)
amount = st.integers(1, 4_000)


class Payers(RuleBasedStateMachine):
    """Payers with wallets, a merchant that charges, cancels and refunds, and time."""

    @initialize()
    def _open(self) -> None:
        self.desk = Purses()
        self.placed = 0

    def _pick(self, place: int) -> str:
        payments = list(self.desk.store.channel("primary").payments())
        return payments[place % len(payments)].id

    @rule(
        token=token,
        amount=amount,
        directive=st.sampled_from(DIRECTIVES),
        capture=st.sampled_from(["automatic", "manual"]),
    )
    def pay(self, token: str, amount: int, directive: Directive | None, capture: str) -> None:
        """A merchant charges a wallet."""
        self.placed += 1
        self.desk.pay(token, amount, directive, order=f"o{self.placed}", capture=capture)

    @rule(token=token, amount=amount)
    def top_up(self, token: str, amount: int) -> None:
        """A payer pays money in."""
        self.desk.act(TopUp(token, amount, "CNY"))

    @rule(token=token, to=token, amount=amount)
    def transfer(self, token: str, to: str, amount: int) -> None:
        """A payer sends money to another."""
        self.desk.act(Transfer(token, to, amount, "CNY"))

    @rule(
        token=token,
        change=st.sampled_from(
            [
                {"status": "frozen"},
                {"status": "active"},
                {"level": 0},
                {"level": 2},
                {"app": "9.0"},
                {"app": "1.0"},
                {"card": LinkedCard("2030-12")},
                {"card": LinkedCard("2020-01")},
                {"unlink": True},
            ]
        ),
    )
    def change(self, token: str, change: dict[str, object]) -> None:
        """The wallet is frozen, verified, updated, linked to a card."""
        self.desk.act(ChangeWallet(wallet=token, **change))  # type: ignore[arg-type]  # any

    @precondition(lambda self: self.placed)
    @rule(place=st.integers(0, 50))
    def next_try(self, place: int) -> None:
        """The time of what happens by itself comes."""
        payment = self.desk.store.channel("primary").payment(self._pick(place))
        if payment is not None and payment.settles_at is not None:
            self.desk.wait(payment)

    @precondition(lambda self: self.placed)
    @rule(place=st.integers(0, 50))
    def acknowledge(self, place: int) -> None:
        """The merchant acknowledges an event of a payment."""
        payment = self.desk.store.channel("primary").payment(self._pick(place))
        if payment is not None:
            self.desk.hear(payment)

    @precondition(lambda self: self.placed)
    @rule(place=st.integers(0, 50), part=st.integers(1, 3))
    def capture_or_refund(self, place: int, part: int) -> None:
        """The merchant takes a hold, or gives money back, whole or in part."""
        payment = self.desk.store.channel("primary").payment(self._pick(place))
        if payment is not None:
            share = max(1, payment.amount // part)
            self.desk.do(CapturePayment(payment.id, share))
            self.desk.do(CreateRefund(payment.id, share))

    @precondition(lambda self: self.placed)
    @rule(place=st.integers(0, 50), whole=st.booleans())
    def cancel(self, place: int, whole: bool) -> None:
        """The merchant cancels a payment, or the order."""
        payment = self.desk.store.channel("primary").payment(self._pick(place))
        if payment is not None:
            self.desk.do(CancelOrder(payment.order) if whole else CancelPayment(payment.id))

    @precondition(lambda self: self.placed)
    @rule(place=st.integers(0, 50))
    def payer_cancels(self, place: int) -> None:
        """The payer presses cancel."""
        self.desk.act(LeavePayment(self._pick(place)))

    @invariant()
    def money_is_conserved(self) -> None:
        """Debits equal credits, and no wallet holds less than nothing."""
        desk = self.desk
        assert set(desk.store.ledger.totals().values()) <= {0}
        for wallet in desk.store.things.values():
            if isinstance(wallet, Wallet):
                assert desk.holds(wallet.id) >= 0

    @invariant()
    def nobody_is_charged_twice(self) -> None:
        """A payment takes its amount at most, once; what failed or was canceled took nothing."""
        taken = 0
        for payment in self.desk.store.channel("primary").payments():
            assert payment.amount_captured <= payment.amount
            over = payment.status in (Status.FAILED, Status.CANCELED, Status.RETRYING)
            assert not (over and payment.amount_captured)
            assert not (over and payment.status is not Status.RETRYING and payment.settles_at)
            taken += payment.amount_captured - payment.amount_refunded
        assert self.desk.store.ledger.balance(MERCHANT, "CNY") == taken

    @invariant()
    def each_charge_is_posted_once(self) -> None:
        """No payment is captured twice, in whatever commits."""
        captured = [
            event.payment
            for commit in self.desk.commits
            for event in commit.events
            if event.type == "payment.captured"
        ]
        assert len(captured) == len(set(captured))


def test_wallets_under_any_interleaving() -> None:
    """Top-ups, cancels, tries, refunds, acknowledgements in any order."""
    run_state_machine_as_test(
        Payers, settings=settings(max_examples=120, stateful_step_count=50, deadline=None)
    )
