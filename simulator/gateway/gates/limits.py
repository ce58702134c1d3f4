"""Gate: limits of the profile, on one payment and on all of a period together.

Periods are those of the calendar at the gateway's own midnight, not the last 24 hours: that is how
banks and wallets count, and why their payers are told to wait for the next. What counts is money
that was taken, is held, or is about to be taken: a payment that waits for its payer counts until it
has failed, so that many pages at once do not lead past a limit. A hold that is voided, or the part
of it that is not taken, gives room back; a refund does not, for it is a payment of its own the
other way. Each channel counts what came through it.
"""

from __future__ import annotations

from simulator.gateway import who
from simulator.gateway.decision import Context
from simulator.gateway.directives import Decline
from simulator.gateway.model import Payment
from simulator.profiles.profile import Profile
from simulator.profiles.rules import Limit
from simulator.profiles.times import Period, period_end


def gate(payment: Payment, context: Context) -> Decline | None:
    """What the profile's limits have against this payment."""
    if not context.profile.limits:
        return None
    failure = single(context.profile, payment.method.type, payment.currency, payment.amount)
    return periods(payment, context) if failure is None else Decline(failure)


def periods(payment: Payment, context: Context) -> Decline | None:
    """What the limits of a day, a month or a year have against this payment."""
    offset = context.profile.utc_offset
    for limit in context.profile.limits:
        if limit.over is Period.PAYMENT or not limit.holds_for(payment.method.type):
            continue
        failure = _overrun(limit, payment, context)
        if failure is not None:
            most = limit.max.get(payment.currency)
            waits = most is None or payment.amount <= most  # what is too large alone never fits
            rest = period_end(limit.over, context.wall, offset) - context.wall
            return Decline(failure, f"{limit.per} {limit.over}", rest if waits else None)
    return None


def _overrun(limit: Limit, payment: Payment, context: Context) -> str | None:
    """The failure of a payment that goes beyond this limit; None if it stays within."""
    name = who.of(payment, limit.per)
    if name is None:
        return None
    since = limit.since(context.wall, context.profile.utc_offset)
    most = limit.max.get(payment.currency)
    if most is not None:
        spent = context.usage.spent(name, payment.currency, since)
        if spent + payment.amount > most:
            return limit.failure
    if limit.count is not None and context.usage.paid(name, since) >= limit.count:
        return "frequency_limit_exceeded" if limit.max else limit.failure
    return None


def single(profile: Profile, method: str, currency: str, amount: int) -> str | None:
    """The failure of a payment that is by itself above what one payment may be."""
    for limit in profile.limits:
        if limit.over is Period.PAYMENT and _binds(limit, profile, method):
            most = limit.max.get(currency)
            if most is not None and amount > most:
                return limit.failure
    return None


def most(profile: Profile, method: str, currency: str) -> int | None:
    """The most that one payment may be, in minor units; None if there is no such limit."""
    bounds = (
        limit.max.get(currency)
        for limit in profile.limits
        if limit.over is Period.PAYMENT and _binds(limit, profile, method)
    )
    return min((bound for bound in bounds if bound is not None), default=None)


def _binds(limit: Limit, profile: Profile, method: str) -> bool:
    """Whether a limit is one of this method; a card's limit does not bind what is no card."""
    if limit.per != "card":
        return limit.holds_for(method)
    rule = profile.rule(method)
    return rule is not None and rule.card and limit.holds_for(method)
