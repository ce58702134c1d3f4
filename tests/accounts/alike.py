"""Is an account that was restored the one that lived?"""

from __future__ import annotations

from simulator.accounts.account import Account
from simulator.gateway.idempotency import Replay, Slot
from simulator.gateway.ledger import FEES, HOLD, MERCHANT, wallet_account
from simulator.gateway.statements import day_of, rows_of
from simulator.gateway.things import Notice
from tests.accounts.choices import CHANNELS, CURRENCY, ORDERS, TOKENS


def same(live: Account, back: Account, keys: list[Slot], now: float) -> None:
    """Assert that an account that was restored is the one that lived."""
    for name in CHANNELS:
        mine, theirs = live.store.channel(name), back.store.channel(name)
        assert list(mine.payments()) == list(theirs.payments())
        for payment in mine.payments():
            assert mine.before(payment.id) == theirs.before(payment.id)
            assert mine.refunds_of(payment.id) == theirs.refunds_of(payment.id)
        for order in ORDERS:
            assert mine.payments_of(order) == theirs.payments_of(order)
            assert mine.is_closed(order) == theirs.is_closed(order)
        assert mine.disputes() == theirs.disputes()
        for day in (day_of(now) - 1, day_of(now)):
            assert rows_of(day, mine) == rows_of(day, theirs)
    assert live.store.things == back.store.things
    assert not [thing for thing in live.store.things.values() if isinstance(thing, Notice)]
    for account in ("payer", HOLD, MERCHANT, FEES, "dispute", *map(wallet_account, TOKENS)):
        mine_, theirs_ = (each.store.ledger.balance(account, CURRENCY) for each in (live, back))
        assert mine_ == theirs_
    assert live.late() == back.late()
    assert live.next_late() == back.next_late()
    _remember_the_same(live, back)
    for slot in keys:
        before = live.store.keys.reserve(slot, "f", now)
        if isinstance(before, Replay):
            assert back.store.keys.reserve(slot, "f", now) == before


def _remember_the_same(live: Account, back: Account) -> None:
    """What limits and risk rules ask for."""
    for name in CHANNELS:
        mine, theirs = live.usage.of(name), back.usage.of(name)
        for who in ("card:tok_visa_CN_1", "card:tok_mastercard_US_2", "payer:p1", "method:p1"):
            assert mine.tries(who, 0.0) == theirs.tries(who, 0.0)
            assert mine.failures(who, 0.0) == theirs.failures(who, 0.0)
            assert mine.spent(who, CURRENCY, 0.0) == theirs.spent(who, CURRENCY, 0.0)
            assert mine.paid(who, 0.0) == theirs.paid(who, 0.0)
            assert mine.cleared_until(who) == theirs.cleared_until(who)
