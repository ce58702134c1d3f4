"""The double-entry ledger, and the invariants that every commit must keep.

Accounts are `payer`, `wallet:<token>` of each wallet, `hold` (authorized, not yet taken; or not yet
shown as released), `merchant`, `dispute` (withdrawn until a bank has decided) and `fees`. Each
movement of money is a posting from one to another, so debits equal credits by construction; what
can go wrong is that postings and payments tell different stories, and that is what is checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from simulator.errors import InvariantViolation
from simulator.gateway.model import Method, Payment, Posting, Refund, RefundStatus, Status
from simulator.gateway.things import Wallet

PAYER: Final = "payer"
HOLD: Final = "hold"
MERCHANT: Final = "merchant"
DISPUTE: Final = "dispute"
FEES: Final = "fees"
#: Accounts whose sum is what the merchant has of its payments.
_MERCHANTS: Final = frozenset({MERCHANT, FEES})
#: What the account of each wallet begins with; its token follows.
WALLET: Final = "wallet:"


def wallet_account(token: str) -> str:
    """The account of a wallet."""
    return WALLET + token


def funds(method: Method) -> str:
    """The account from which a payment by this method is taken, and to which money goes back.

    A token that begins with `wal_` is that of a wallet; whatever reads methods sees to that.
    """
    token = method.token
    return WALLET + token if token is not None and token.startswith("wal_") else PAYER


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
    (fees it paid apart) and to the hold must equal what the payments say that they gained.
    """
    gained = held = 0
    for payment, old in zip(payments, before, strict=True):
        check_payment(payment)
        gained += payment.left - (old.left if old else 0)
        held += _held(payment) - (_held(old) if old else 0)
    if (gained, held) != _moved(postings):
        raise InvariantViolation(f"postings {postings} do not tell the story of {payments}")
    for refund in refunds:
        if refund.amount <= 0:
            raise InvariantViolation(f"refund {refund.id} gives nothing back")


def check_wallets(
    wallets: tuple[Wallet, ...], before: tuple[Wallet | None, ...], postings: tuple[Posting, ...]
) -> None:
    """Every wallet's balances change as its account does; none holds less than nothing.

    `before` are the same wallets as they stood. Raises InvariantViolation.
    """
    moved: defaultdict[tuple[str, str], int] = defaultdict(int)
    for posting in postings:
        for account, amount in ((posting.debit, -posting.amount), (posting.credit, posting.amount)):
            if account.startswith(WALLET):
                moved[account, posting.currency] += amount
    for wallet, old in zip(wallets, before, strict=True):
        account, held = wallet_account(wallet.id), old.balances if old else {}
        for currency, now in wallet.balances.items():
            gained = now - held.get(currency, 0)
            if now < 0 or moved.pop((account, currency), 0) != gained:
                raise InvariantViolation(f"{wallet.id} holds {now} {currency} after {postings}")
    if any(moved.values()):
        raise InvariantViolation(f"postings {postings} move money of wallets that do not change")


def check_payment(payment: Payment) -> None:
    """Captured within authorized within amount; refunded within captured; no money if failed."""
    if not 0 <= payment.amount_captured <= payment.amount_authorized <= payment.amount:
        raise InvariantViolation(f"{payment.id} captured more than authorized, or that than asked")
    if not 0 <= payment.amount_refunded <= payment.amount_captured:
        raise InvariantViolation(f"{payment.id} gave back more than it took")
    reversed_, disputed, lingers = (
        payment.amount_reversed, payment.amount_disputed, payment.lingers,
    )  # fmt: skip
    if reversed_ < 0 or disputed < 0 or reversed_ + disputed > payment.amount_captured:
        raise InvariantViolation(f"{payment.id} lost more than it took")
    is_held = payment.status is Status.AUTHORIZED or payment.status is Status.CAPTURED
    if not 0 <= lingers <= payment.amount or (lingers and is_held):
        raise InvariantViolation(f"{payment.id} has a hold that lingers, and is {payment.status}")
    if payment.amount_captured and payment.status is not Status.CAPTURED:
        raise InvariantViolation(f"{payment.id} is {payment.status} but took money")
    if is_held and not payment.amount_authorized:
        raise InvariantViolation(f"{payment.id} is {payment.status} without an authorization")


def refunded(refunds: Iterable[Refund]) -> int:
    """The sum of refunds that are accepted and have not failed."""
    return sum(refund.amount for refund in refunds if refund.status is not RefundStatus.FAILED)


def _held(payment: Payment) -> int:
    if payment.status is Status.AUTHORIZED:
        return payment.amount_authorized
    return payment.lingers


def _moved(postings: tuple[Posting, ...]) -> tuple[int, int]:
    """What postings bring to the merchant, the fees it paid put back, and to the hold."""
    gained = held = 0
    for posting in postings:
        amount, credit, debit = posting.amount, posting.credit, posting.debit
        if credit in _MERCHANTS:
            gained += amount
        elif credit == HOLD:
            held += amount
        if debit in _MERCHANTS:
            gained -= amount
        elif debit == HOLD:
            held -= amount
    return gained, held
