"""Gate: what a method cannot do.

One function says why a method may not be used, and both the gate and the listing of methods ask
it: what is listed as open is taken, and what is not is refused for the very reason that the listing
gave.

Reasons that will not go away come before those that will, so that nobody is told to wait for a
method that the payer's country never has. Only maintenance comes first: then nothing is looked at.
"""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.gateway.decision import Context
from simulator.gateway.directives import Decline
from simulator.gateway.model import Payment
from simulator.profiles.method import MethodRule
from simulator.profiles.profile import Profile
from simulator.profiles.rules import ProductRule

#: Reasons that end by themselves.
PASSING: Final = frozenset({"gateway_maintenance", "method_temporarily_disabled"})


class Ask(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What is known of a payment, or of one to come; None is not known, and excludes nothing.

    `country` is the payer's, `amount` in minor units of `currency`, `brand` that of the card.
    """

    country: str | None = None
    currency: str | None = None
    amount: int | None = None
    product: str | None = None
    brand: str | None = None


def gate(payment: Payment, context: Context) -> Decline | None:
    """What the profile's methods have against this payment."""
    profile, method = context.profile, payment.method
    if method.type in profile.free:
        return None
    ask = ask_of(payment)
    failure = why_not(profile, method.type, ask, context.wall)
    if failure is None:
        return None
    back = back_at(profile, method.type, ask, context.wall) if failure in PASSING else None
    return Decline(failure, wait=None if back is None else back - context.wall)


def ask_of(payment: Payment) -> Ask:
    """What is known of this payment."""
    return Ask(
        country=payment.payer.country if payment.payer else None,
        currency=payment.currency,
        amount=payment.amount,
        product=payment.product,
        brand=payment.method.brand,
    )


def why_not(profile: Profile, method: str, ask: Ask, wall: float) -> str | None:
    """The failure with which a payment by this method type is refused; None if it may go on.

    `wall` is the account clock's wall time in seconds. Limits that add up payments are not
    asked: see `limits`.
    """
    if profile.is_closed(wall):
        return "gateway_maintenance"
    rule = profile.rule(method)
    product = profile.product(ask.product)
    if rule is None or not _is_accepted(rule, product, ask.brand):
        return "method_not_accepted"
    if not rule.serves(ask.country):
        return "method_not_supported_in_region"
    if ask.currency is not None:
        if not rule.pays_in(ask.currency):
            return "currency_not_supported"
        if ask.amount is not None:
            out = _out_of_bounds(rule, product, ask.currency, ask.amount, ask.country)
            if out is not None:
                return out
    if rule.is_off(wall, profile.utc_offset, ask.country):
        return "method_temporarily_disabled"
    return None


def back_at(profile: Profile, method: str, ask: Ask, wall: float) -> float | None:
    """The wall time at which what is off now is over; None if nothing is, or nobody knows."""
    rule = profile.rule(method)
    own = rule.disabled_during if rule is not None else ()
    windows = (
        *profile.maintenance,
        *(each for each in own if not each.countries or ask.country in each.countries),
    )
    offset = profile.utc_offset
    ends = [each.over_at(wall, offset) for each in windows if each.holds(wall, offset)]
    known = [end for end in ends if end is not None]
    if not known or len(known) < len(ends) or (rule is not None and rule.disabled):
        return None
    return max(known)


def brands(rule: MethodRule, product: ProductRule | None) -> frozenset[str]:
    """The card brands that are taken, for this product; an empty set takes all."""
    if product is None or not product.brands:
        return rule.brands
    return rule.brands & product.brands if rule.brands else product.brands


def _is_accepted(rule: MethodRule, product: ProductRule | None, brand: str | None) -> bool:
    if product is not None and product.methods and rule.type not in product.methods:
        return False
    if not rule.card:
        return True
    taken = brands(rule, product)
    if product is not None and product.brands and rule.brands and not taken:
        return False  # the product takes none of the brands that this method has
    return brand is None or not taken or brand in taken


def _out_of_bounds(
    rule: MethodRule, product: ProductRule | None, currency: str, amount: int, country: str | None
) -> str | None:
    low, high = bounds(rule, product, currency, country)
    if amount < low:
        return "amount_too_small"
    return "amount_too_large" if high is not None and amount > high else None


def bounds(
    rule: MethodRule, product: ProductRule | None, currency: str, country: str | None
) -> tuple[int, int | None]:
    """The smallest and the largest payment in minor units; None is no bound."""
    own = rule.bounds(currency, country)
    low, high = (own.min, own.max) if own is not None else (0, None)
    most = None if product is None else product.max.get(currency)
    if most is not None:
        high = most if high is None else min(high, most)
    return low, high
