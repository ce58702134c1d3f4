"""The double-entry ledger, and the invariants that every commit must keep.

Accounts are `payer`, `hold` (authorized, not yet taken) and `merchant`. Each movement of money is
a posting from one to another, so debits equal credits by construction; what can go wrong is that
postings and payments tell different stories, and that is what is checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from simulator.errors import InvariantViolation
from simulator.gateway.model import Payment, Posting, Refund, RefundStatus, Status

PAYER: Final = "payer"
HOLD: Final = "hold"
MERCHANT: Final = "merchant"


class Ledger:
    """Balances by account and currency, in minor units; the sum over accounts is always zero."""

    def __init__(self) -> None:
        self._balances: defaultdict[tuple[str, str], int] = defaultdict(int)

    def post(self, postings: Iterable[Posting]) -> None:
        """Book the postings; one that moves nothing or moves backwards is an InvariantViolation."""
        for posting in postings:
            if posting.amount <= 0 or posting.debit == posting.credit:
                raise InvariantViolation(
                    f"a posting must move money between two accounts: {posting}"
                )
            self._balances[posting.debit, posting.currency] -= posting.amount
            self._balances[posting.credit, posting.currency] += posting.amount

    def balance(self, account: str, currency: str) -> int:
        """What stands on an account, in minor units."""
        return self._balances[account, currency]

    def totals(self) -> dict[str, int]:
        """The sum over all accounts by currency; anything but zero is an error."""
        sums: defaultdict[str, int] = defaultdict(int)
        for (_, currency), amount in self._balances.items():
            sums[currency] += amount
        return dict(sums)


def check(
    payments: tuple[Payment, ...],
    before: tuple[Payment | None, ...],
    refunds: tuple[Refund, ...],
    postings: tuple[Posting, ...],
) -> None:
    """Hold one commit against the rules, or raise InvariantViolation.

    `before` are the same payments as they stood. The money that the postings bring to the merchant
    and to the hold must equal what the payments say that they gained.
    """
    gained = held = 0
    for payment, old in zip(payments, before, strict=True):
        check_payment(payment)
        gained += _net(payment) - (_net(old) if old else 0)
        held += _held(payment) - (_held(old) if old else 0)
    if gained != _moved(postings, MERCHANT) or held != _moved(postings, HOLD):
        raise InvariantViolation(f"postings {postings} do not tell the story of {payments}")
    for refund in refunds:
        if refund.amount <= 0:
            raise InvariantViolation(f"refund {refund.id} gives nothing back")


def check_payment(payment: Payment) -> None:
    """Captured within authorized within amount; refunded within captured; no money if failed."""
    if not 0 <= payment.amount_captured <= payment.amount_authorized <= payment.amount:
        raise InvariantViolation(f"{payment.id} captured more than authorized, or that than asked")
    if not 0 <= payment.amount_refunded <= payment.amount_captured:
        raise InvariantViolation(f"{payment.id} gave back more than it took")
    if payment.amount_captured and payment.status is not Status.CAPTURED:
        raise InvariantViolation(f"{payment.id} is {payment.status} but took money")
    taken = payment.status is Status.AUTHORIZED or payment.status is Status.CAPTURED
    if taken and not payment.amount_authorized:
        raise InvariantViolation(f"{payment.id} is {payment.status} without an authorization")


def refunded(refunds: Iterable[Refund]) -> int:
    """The sum of refunds that are accepted and have not failed."""
    return sum(refund.amount for refund in refunds if refund.status is not RefundStatus.FAILED)


def _net(payment: Payment) -> int:
    return payment.amount_captured - payment.amount_refunded


def _held(payment: Payment) -> int:
    return payment.amount_authorized if payment.status is Status.AUTHORIZED else 0


def _moved(postings: tuple[Posting, ...], account: str) -> int:
    return sum(
        posting.amount if posting.credit == account else -posting.amount
        for posting in postings
        if account in (posting.credit, posting.debit)
    )
