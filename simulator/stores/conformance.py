"""What a store is, as tests that every store must pass.

    class TestMyStore(StoreConformance):
        def make(self):
            return MyStore()

The one law behind them: a store is a fold over commits. Whatever is asked of it, a store that has
seen the same commits in the same order gives the same answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pytest
from msgspec.structs import replace

from simulator.errors import InvariantViolation
from simulator.gateway.idempotency import Replay, Slot
from simulator.gateway.model import Method, Payment, Posting, Refund, RefundStatus, Status
from simulator.gateway.outcomes import Declined, PaymentOutcome, RefundOutcome
from simulator.journal.entry import Commit, KeyRecord
from simulator.stores.memory import MemoryStore

SALE = Payment(
    id="pay_1",
    order="o1",
    channel="primary",
    status=Status.CAPTURED,
    amount=1000,
    currency="USD",
    method=Method("wallet"),
    amount_authorized=1000,
    amount_captured=1000,
)
HELD = replace(SALE, status=Status.AUTHORIZED, amount_captured=0)
REFUND = Refund(
    id="re_1",
    payment="pay_1",
    order="o1",
    channel="primary",
    status=RefundStatus.SUCCEEDED,
    amount=400,
    currency="USD",
    reference="r1",
)
TAKEN = Posting("payer", "merchant", 1000, "USD")


def commit(seq: int, **fields: Any) -> Commit:
    """A commit of the primary channel for order o1."""
    base: dict[str, Any] = {
        "source": "gateway", "wall": float(seq), "mono": float(seq),
        "channel": "primary", "operation": "authorize", "order": "o1",
    }  # fmt: skip
    return Commit(seq=seq, **(base | fields))


class StoreConformance(ABC):
    """Inherit, name the class `Test…`, and make the store."""

    @abstractmethod
    def make(self) -> MemoryStore:
        """An empty store."""

    def test_what_was_committed_is_found(self) -> None:
        """By id, by order and by refund reference; on its own channel only."""
        store = self.make()
        store.apply(commit(1, payments=(SALE,), postings=(TAKEN,)))
        store.apply(commit(2, refunds=(REFUND,)))
        primary, backup = store.channel("primary"), store.channel("backup")
        assert primary.payment("pay_1") == SALE
        assert primary.payments_of("o1") == (SALE,)
        assert primary.refund("re_1") == REFUND
        assert primary.refund_by_reference("pay_1", "r1") == REFUND
        assert backup.payment("pay_1") is None
        assert backup.payments_of("o1") == ()

    def test_the_state_but_one_is_kept(self) -> None:
        """A changed payment is known as it stood before; a new one stood nowhere."""
        store = self.make()
        store.apply(commit(1, payments=(HELD,)))
        assert store.channel("primary").before("pay_1") is None
        store.apply(commit(2, payments=(SALE,)))
        assert store.channel("primary").before("pay_1") == HELD

    def test_a_repeated_object_is_no_change(self) -> None:
        """A commit may tell an unchanged payment again without hiding its history."""
        store = self.make()
        store.apply(commit(1, payments=(HELD,)))
        store.apply(commit(2, payments=(SALE,)))
        store.apply(commit(3, payments=(SALE,)))
        assert store.channel("primary").before("pay_1") == HELD

    def test_a_tombstone_closes_one_order_on_one_channel(self) -> None:
        """The order is closed where it was closed, and nowhere else."""
        store = self.make()
        store.apply(commit(1, closed="o1"))
        assert store.channel("primary").is_closed("o1")
        assert not store.channel("primary").is_closed("o2")
        assert not store.channel("backup").is_closed("o1")

    @pytest.mark.parametrize(
        ("record", "outcome"),
        [
            (KeyRecord("/p", "k", "f", "payment", created=True), PaymentOutcome(SALE, True)),
            (KeyRecord("/p", "k", "f", "declined", "expired_card"), Declined(SALE, "expired_card")),
            (KeyRecord("/p", "k", "f", "refund"), RefundOutcome(REFUND, created=False)),
        ],
    )
    def test_keys_are_replayed_from_the_journal(self, record: KeyRecord, outcome: object) -> None:
        """An idempotency record brings back the outcome that it stood for."""
        store = self.make()
        store.apply(commit(1, payments=(SALE,), refunds=(REFUND,), key=record))
        assert store.keys.reserve(Slot("primary", "/p", "k"), "f", 2.0) == Replay(outcome)  # type: ignore[arg-type]

    def test_attempts_go_on_counting(self) -> None:
        """The counter of an order and operation never goes back."""
        store = self.make()
        store.apply(commit(1, attempt=2))
        store.apply(commit(2, attempt=1))
        assert store.next_attempt("o1", "authorize") == 3
        assert store.next_attempt("o1", "refund") == 1

    def test_the_ledger_adds_up(self) -> None:
        """Postings move balances, and the sum over accounts stays zero."""
        store = self.make()
        store.apply(commit(1, payments=(SALE,), postings=(TAKEN,)))
        assert store.ledger.balance("merchant", "USD") == 1000
        assert store.ledger.totals() == {"USD": 0}

    def test_a_commit_that_breaks_the_books_is_refused(self) -> None:
        """A captured payment without a posting does not pass the check."""
        store = self.make()
        with pytest.raises(InvariantViolation):
            store.check(commit(1, payments=(SALE,)))
        store.check(commit(1, payments=(SALE,), postings=(TAKEN,)))
