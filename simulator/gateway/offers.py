"""Which methods a payer may use, and why not the others.

The same functions decide on payments, so an offer is kept: see `gates.methods`.
"""

from __future__ import annotations

from simulator.gateway.commands import ListMethods
from simulator.gateway.gates import limits
from simulator.gateway.gates.methods import PASSING, Ask, back_at, bounds, brands, why_not
from simulator.gateway.outcomes import Offer
from simulator.profiles.method import MethodRule
from simulator.profiles.profile import Profile


def offers(profile: Profile, command: ListMethods, wall: float) -> tuple[Offer, ...]:
    """Every method of the profile, in its order; `wall` is the account clock's wall time."""
    ask = Ask(
        country=command.country,
        currency=command.currency,
        amount=command.amount,
        product=command.product,
    )
    return tuple(_offer(profile, rule, ask, wall) for rule in profile.methods)


def _offer(profile: Profile, rule: MethodRule, ask: Ask, wall: float) -> Offer:
    product = profile.product(ask.product)
    failure = why_not(profile, rule.type, ask, wall)
    low, high = 0, None
    if ask.currency is not None:
        low, high = bounds(rule, product, ask.currency, ask.country)
        cap = limits.most(profile, rule.type, ask.currency)
        high = cap if high is None else high if cap is None else min(high, cap)
        if failure is None and ask.amount is not None:
            failure = limits.single(profile, rule.type, ask.currency, ask.amount)
    return Offer(
        rule=rule,
        failure=failure,
        brands=brands(rule, product),
        min=low or None,
        max=high,
        back_at=back_at(profile, rule.type, ask, wall) if failure in PASSING else None,
    )
