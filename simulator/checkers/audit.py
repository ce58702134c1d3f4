"""The audit of our own ledger, from the journal alone: if it is false, that is a bug of ours.

The gateway keeps the same rules at each commit (see gateway.ledger); here they are held against
what it wrote down, by other code, so that one mistake cannot hide itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from simulator.checkers.checker import Finding
from simulator.checkers.evidence import Offence, finding
from simulator.checkers.purses import wrong_purses
from simulator.gateway.model import Payment, Posting, RefundStatus, Status
from simulator.journal.entry import Commit
from simulator.journal.history import History
from simulator.journal.lives import OrderLife

#: The ledger's account for money that has been taken and not given back.
_MERCHANT: Final = "merchant"
_HOLD: Final = "hold"
#: What the merchant paid for disputes is no part of any payment.
_FEES: Final = "fees"


def audit(history: History) -> Finding:
    """Whether every commit tells one story in its postings, payments and refunds.

    Debits equal credits per currency: what the postings bring to the merchant equals what the
    payments say was captured less refunded, reversed and disputed, and what they bring to the hold
    what is authorized. Captured stays within authorized, that within the amount; refunded within
    captured, and equal to the refunds that stand. Nothing is posted for a payment that was
    declined. Wallets hold what was paid into them and not out, never less than nothing. Unknown if
    nothing was ever committed.
    """
    orders = list(history.everything)
    count = sum(len(order.commits) for order in orders)
    offences = [offence for order in orders for offence in _offences(order)]
    offences += [
        Offence(None, "broken purses of the ledger", what, 1.0)
        for what in wrong_purses(history.wallet_commits)
    ]
    good = f"{count} commits keep the ledger's rules"
    return finding(history, count, offences, good=good)


def _offences(order: OrderLife) -> Iterator[Offence]:
    payments: dict[str, Payment] = {}
    refunds: dict[str, dict[str, int]] = defaultdict(dict)
    for commit in order.commits:
        wrong = [*_postings(commit, payments), *_bounds(commit.payments)]
        for refund in commit.refunds:
            stands = refund.status is not RefundStatus.FAILED
            refunds[refund.payment][refund.id] = refund.amount if stands else 0
        payments |= {payment.id: payment for payment in commit.payments}
        wrong += [
            f"{payment.id} says {payment.amount_refunded} refunded, its refunds say {given}"
            for payment in commit.payments
            if payment.amount_refunded != (given := sum(refunds[payment.id].values()))
        ]
        for what in wrong:
            where = f"{order.id}, commit {commit.seq}: "
            yield Offence(order, "broken rules of the ledger", where + what, 1.0)


def _postings(commit: Commit, before: dict[str, Payment]) -> Iterator[str]:
    """What a commit's postings move must be what its payments gained since the last commit."""
    for posting in commit.postings:
        if posting.amount <= 0 or posting.debit == posting.credit:
            yield f"a posting of {posting.amount} from {posting.debit} to {posting.credit}"
    gained: defaultdict[tuple[str, str], int] = defaultdict(int)
    for payment in commit.payments:
        old = before.get(payment.id)
        gained[_MERCHANT, payment.currency] += _net(payment) - (_net(old) if old else 0)
        gained[_HOLD, payment.currency] += _held(payment) - (_held(old) if old else 0)
    posted = _moved(commit.postings)
    for account, currency in sorted({*gained, *posted}):
        said, moved = gained[account, currency], posted.get((account, currency), 0)
        if said != moved:
            yield f"{account} gains {moved} {currency} by postings and {said} by payments"


def _moved(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """What postings bring to the merchant and to the hold, by account and currency."""
    moved: defaultdict[tuple[str, str], int] = defaultdict(int)
    for posting in postings:
        for account, amount in ((posting.credit, posting.amount), (posting.debit, -posting.amount)):
            if account in (_MERCHANT, _HOLD, _FEES):
                of = _MERCHANT if account == _FEES else account
                moved[of, posting.currency] += amount
    return dict(moved)


def _bounds(payments: Iterable[Payment]) -> Iterator[str]:
    for payment in payments:
        taken, held = payment.amount_captured, payment.amount_authorized
        if not 0 <= taken <= held <= payment.amount:
            yield f"{payment.id} of {payment.amount} authorized {held} and captured {taken}"
        if not 0 <= payment.amount_refunded <= taken:
            yield f"{payment.id} captured {taken} and refunded {payment.amount_refunded}"
        lost = payment.amount_reversed + payment.amount_disputed
        if min(payment.amount_reversed, payment.amount_disputed) < 0 or lost > taken:
            yield f"{payment.id} captured {taken} and lost {lost} to reversals and disputes"
        if taken and payment.status is not Status.CAPTURED:
            yield f"{payment.id} is {payment.status} and captured {taken}"


def _net(payment: Payment) -> int:
    gone = payment.amount_refunded + payment.amount_reversed + payment.amount_disputed
    return payment.amount_captured - gone


def _held(payment: Payment) -> int:
    """What stands held, at the issuer or only in what the payer's bank shows."""
    if payment.status is Status.AUTHORIZED:
        return payment.amount_authorized
    return payment.lingers
