"""Wallet accounts: what may be paid from one, and how its balance follows from postings.

A wallet token is `wal_<COUNTRY>_<serial>`, endless and good on both channels; a word in front of
the country gives it a trouble of its own: `wal_frozen_CN_1`. A wallet comes to be when its token is
first used, with the opening money of the profile. A payment by a method without a token, or with a
token of another shape, is from no wallet that is kept here, and never lacks money.

Each wallet has an account of the ledger, `wallet:<token>`. Postings move the money, and the balance
that a wallet shows is changed by them and by nothing else (see `carry`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from simulator.errors import InvariantViolation
from simulator.gateway.decision import Context, Decision
from simulator.gateway.ledger import HOLD, MERCHANT, PAYER, WALLET, wallet_account
from simulator.gateway.model import Payment, Posting
from simulator.gateway.things import LinkedCard, Spent, Wallet
from simulator.profiles.profile import Profile
from simulator.profiles.rules import Level
from simulator.profiles.rules import Wallet as Rules
from simulator.profiles.times import Period, period_start

#: What a new wallet holds, in minor units of whatever currency, where the profile keeps none.
OPENING: Final = 1_000_000
#: The oldest app that may pay, where the profile names none, and the app of a `wal_outdated_…`.
OLDEST_APP: Final = "1.0"
OUTDATED_APP: Final = "0.9"
TOKEN: Final = re.compile(
    r"wal_(?:(frozen|closed|empty|unverified|outdated|expired)_)?([A-Z]{2})_([A-Za-z0-9-]{1,40})"
)
_NO_RULES: Final = Rules(methods=frozenset({"wallet"}))
_LAST_CENTURY: Final = "1999-12"
#: The wallets that have a trouble from the beginning, by the word in their token.
TROUBLES: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "frozen": {"status": "frozen"},
        "closed": {"status": "closed"},
        "empty": {"opens": False},
        "unverified": {"level": 0},
        "outdated": {"app": OUTDATED_APP},
        "expired": {"opens": False, "card": LinkedCard(_LAST_CENTURY)},
    }
)

#: What stands against a payment from a wallet, by its name in the catalogue.
FROZEN: Final = "wallet_account_frozen"
TOO_LITTLE: Final = "wallet_insufficient_balance"
UNVERIFIED: Final = "identity_not_verified"
OUTDATED: Final = "wallet_app_outdated"
CARD_EXPIRED: Final = "expired_card"


def is_wallet(token: str | None) -> bool:
    """Whether this is the token of a wallet."""
    return token is not None and TOKEN.fullmatch(token) is not None


def rules(profile: Profile) -> Rules:
    """What the gateway asks of wallets; one whose profile says nothing asks for little."""
    return _NO_RULES if profile.wallet is None else profile.wallet


def find(token: str, context: Context) -> Wallet:
    """The wallet of this token; one that was never used is as its token says."""
    kept = context.snapshot.thing(token)
    if isinstance(kept, Wallet):
        return kept
    match = TOKEN.fullmatch(token)
    if match is None:
        raise InvariantViolation(f"{token} is not the token of a wallet")
    made = Wallet(
        id=token,
        level=rules(context.profile).opening_level,
        created=context.wall,
        updated=context.wall,
    )
    trouble = TROUBLES.get(match.group(1) or "")
    return made if trouble is None else replace(made, **trouble)


def balance(wallet: Wallet, currency: str, profile: Profile) -> int:
    """What it holds, in minor units; before its first use in a currency, its opening money."""
    held = wallet.balances.get(currency)
    if held is not None:
        return held
    if not wallet.opens:
        return 0
    return OPENING if profile.wallet is None else profile.wallet.opening.get(currency, 0)


def objection(payment: Payment, context: Context, amount: int | None = None) -> str | None:
    """What the payer's wallet has against paying `amount` (None: the payment's) now, by name.

    A wallet that holds too little takes the rest from the card that is linked to it.
    """
    token = payment.method.token
    if token is None or not is_wallet(token):
        return None
    wallet = find(token, context)
    asked = payment.amount if amount is None else amount
    if wallet.status != "active":
        return FROZEN
    if _is_outdated(wallet, context):
        return OUTDATED
    over = _over_level(wallet, asked, payment.currency, context)
    if over is not None:
        return over
    if asked <= balance(wallet, payment.currency, context.profile):
        return None
    if wallet.card is None:
        return TOO_LITTLE
    return None if is_valid(wallet.card, context.wall) else CARD_EXPIRED


def is_valid(card: LinkedCard, wall: float) -> bool:
    """Whether a linked card can be charged in this month; its last month counts."""
    return card.expires >= f"{datetime.fromtimestamp(wall, UTC):%Y-%m}"


def level_of(wallet: Wallet, profile: Profile) -> Level | None:
    """What its identity level allows; None is no bound."""
    return next((each for each in rules(profile).levels if each.level == wallet.level), None)


def spent_today(wallet: Wallet, currency: str, context: Context) -> int:
    """What was paid from it since the gateway's own midnight."""
    day = period_start(Period.DAY, context.wall, context.profile.utc_offset)
    return sum(
        each.amount for each in wallet.spent if each.currency == currency and each.day == day
    )


def carry(decision: Decision, context: Context) -> Decision:
    """The decision with the wallets that its postings change, as they then stand.

    Opening money is posted with the first movement, and what a linked card makes up for, too.
    Raises InvariantViolation if a wallet would hold less than nothing.
    """
    for posting in decision.postings:
        if posting.touches_wallet:
            break
    else:
        return decision
    moved: defaultdict[tuple[str, str], int] = defaultdict(int)
    paid: defaultdict[tuple[str, str], int] = defaultdict(int)
    for posting in decision.postings:
        for account, amount in ((posting.debit, -posting.amount), (posting.credit, posting.amount)):
            if account.startswith(WALLET):
                moved[account.removeprefix(WALLET), posting.currency] += amount
        if posting.credit in (HOLD, MERCHANT) and posting.debit.startswith(WALLET):
            paid[posting.debit.removeprefix(WALLET), posting.currency] += posting.amount
    changed = {thing.id: thing for thing in decision.things if isinstance(thing, Wallet)}
    extra: list[Posting] = []
    for (token, currency), amount in moved.items():
        before = changed.get(token) or find(token, context)
        after = _spend(before, currency, paid[token, currency], context)
        changed[token] = _move(after, currency, amount, extra, context)
    others = tuple(thing for thing in decision.things if thing.id not in changed)
    return replace(
        decision,
        postings=(*extra, *decision.postings),
        things=(*others, *changed.values()),
    )


def _move(
    wallet: Wallet, currency: str, amount: int, extra: list[Posting], context: Context
) -> Wallet:
    """The wallet after its money has moved; `extra` gets what had to come in for that."""
    account = wallet_account(wallet.id)
    held = wallet.balances.get(currency)
    if held is None:
        held = balance(wallet, currency, context.profile)
        if held:
            extra.append(Posting(PAYER, account, held, currency))
    left = held + amount
    if left < 0:
        if wallet.card is None or not is_valid(wallet.card, context.wall):
            raise InvariantViolation(f"{wallet.id} would hold {left} {currency}")
        extra.append(Posting(PAYER, account, -left, currency))
        left = 0
    balances = {**wallet.balances, currency: left}
    return replace(wallet, balances=balances, updated=context.wall)


def _spend(wallet: Wallet, currency: str, amount: int, context: Context) -> Wallet:
    """The wallet with this spending counted towards the day's limit."""
    if not amount:
        return wallet
    day = period_start(Period.DAY, context.wall, context.profile.utc_offset)
    today = spent_today(wallet, currency, context) + amount
    others = tuple(each for each in wallet.spent if each.day == day and each.currency != currency)
    return replace(wallet, spent=(*others, Spent(day, currency, today)))


def _is_outdated(wallet: Wallet, context: Context) -> bool:
    """Whether its app is too old to pay; one whose version is not known is not."""
    if wallet.app is None:
        return False
    return version(wallet.app) < version(rules(context.profile).oldest_app or OLDEST_APP)


def version(dotted: str) -> tuple[int, ...]:
    """The numbers of a version such as 8.2.0."""
    return tuple(int(part) for part in dotted.split("."))


def _over_level(wallet: Wallet, asked: int, currency: str, context: Context) -> str | None:
    """What is wrong if the amount is more than the identity level allows.

    Where a higher level would allow it, the payer has to be verified; else it is just too much.
    """
    levels = rules(context.profile).levels
    level = level_of(wallet, context.profile)
    if level is None:
        return UNVERIFIED if levels or not wallet.level else None
    today = spent_today(wallet, currency, context)
    found = _bound(level, asked, today, currency)
    if found is None:
        return None
    higher = (each for each in levels if each.level > level.level)
    liftable = any(_bound(each, asked, today, currency) is None for each in higher)
    return UNVERIFIED if liftable else found


def _bound(level: Level, asked: int, today: int, currency: str) -> str | None:
    single, daily = level.single.get(currency), level.daily.get(currency)
    if single is not None and asked > single:
        return "amount_limit_exceeded"
    if daily is not None and today + asked > daily:
        return "period_limit_exceeded"
    return None
