"""The audit of wallets, from the journal alone: balances change as postings say, and stay above 0.

A part of the audit of our own ledger (see audit), kept apart because a wallet belongs to no order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from simulator.gateway.model import Posting
from simulator.gateway.things import Wallet
from simulator.journal.entry import Commit

#: What a wallet's account of the ledger begins with.
_ACCOUNT: Final = "wallet:"

_Purse = tuple[str, str]


def wrong_purses(commits: Iterable[Commit]) -> Iterator[str]:
    """What the commits that touched wallets, in their order, tell of them that cannot be.

    Top-ups, transfers, opening money, payments and refunds: whatever a wallet gained or lost in a
    commit stands in its postings, and all that its postings moved stands in the wallet.
    """
    held: defaultdict[_Purse, int] = defaultdict(int)
    for commit in commits:
        moved = _moved(commit.postings)
        shown = {
            (thing.id, currency): amount
            for thing in commit.things
            if isinstance(thing, Wallet)
            for currency, amount in thing.balances.items()
        }
        for purse in sorted({*moved, *shown}):
            token, currency = purse
            now = shown.get(purse, held[purse])
            if now - held[purse] != moved[purse]:
                yield (
                    f"commit {commit.seq}: {token} gains {moved[purse]} {currency} by postings and "
                    f"{now - held[purse]} by itself"
                )
            if now < 0:
                yield f"commit {commit.seq}: {token} holds {now} {currency}"
            held[purse] = now


def _moved(postings: Iterable[Posting]) -> defaultdict[_Purse, int]:
    moved: defaultdict[_Purse, int] = defaultdict(int)
    for posting in postings:
        for account, amount in ((posting.debit, -posting.amount), (posting.credit, posting.amount)):
            if account.startswith(_ACCOUNT):
                moved[account.removeprefix(_ACCOUNT), posting.currency] += amount
    return moved
