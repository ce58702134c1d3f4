"""Gate: risk rules of the profile.

A rule trips when all of its conditions hold. It then blocks the payment, asks the payer for proof,
or lets people look at it first; the first rule that trips decides. Tries count whatever becomes of
them, so that whoever goes on after a refusal only prolongs it. Answers that are repeated for an
idempotency key are no tries.

A velocity rule is a matter of time: nothing but waiting lifts it. All others are lifted for a payer
and a card by documents (see gateway.documents).

Figures of real ones to copy: five errors block an address for an hour (Gravity Forms for Stripe);
ten card payments a day (Mangopay 008505); more than five tries in ten minutes are challenged, more
than ten refused (rupt).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from simulator.draws import draw, threshold
from simulator.failures.catalogue import failure as look_up
from simulator.failures.failure import Retry
from simulator.gateway import who
from simulator.gateway.decision import Context
from simulator.gateway.directives import Challenge, Decline, Directive, Review
from simulator.gateway.model import Payment
from simulator.profiles.method import Proof
from simulator.profiles.rules import Risk, RiskAction, RiskRule, Velocity

Verdict = Decline | Challenge | Review

#: The rule by which a harmless payment is blocked.
FALSE_POSITIVE: Final = "false-positive"
#: What a gateway's own people decide, so that documents can change it.
_LIFTED: Final = frozenset({"risk_blocked", "compliance_blocked"})
_OFFSETS: Final[Mapping[str, int]] = MappingProxyType({"tries": 1, "failures": 0})


def gate(payment: Payment, context: Context) -> Verdict | None:
    """What the profile's risk rules have against this payment."""
    risk = context.profile.risk
    if risk is None or risk.is_idle:
        return None
    cleared = is_cleared(payment, context)
    for rule in risk.rules:
        if cleared and rule.velocity is None:
            continue
        if _cools_down(rule, payment, context) or _trips(rule, payment, context):
            return _verdict(rule, risk, payment, context)
    if risk.false_positives and not cleared and _is_unlucky(risk, payment, context):
        return Decline("risk_blocked", FALSE_POSITIVE)
    return None


def is_lifted(directive: Directive, payment: Payment, context: Context) -> bool:
    """Whether documents keep away what a scenario has in store; an issuer does not look at them."""
    if not isinstance(directive, Review):
        lifted = isinstance(directive, Decline) and directive.failure in _LIFTED
        if not lifted:
            return False
    return is_cleared(payment, context)


def is_cleared(payment: Payment, context: Context) -> bool:
    """Whether documents speak for the payer or the card."""
    names = (who.of(payment, "card"), who.of(payment, "payer"))
    return any(name and context.usage.cleared_until(name) > context.wall for name in names)


def culprit(rule: RiskRule, payment: Payment) -> str | None:
    """Whom a rule turns away: for whom it counts, else the card, else the payer."""
    if rule.velocity is not None:
        return who.of(payment, rule.velocity.by)
    return who.of(payment, "card") or who.of(payment, "payer")


def _trips(rule: RiskRule, payment: Payment, context: Context) -> bool:
    if rule.methods and payment.method.type not in rule.methods:
        return False
    if rule.above:
        most = rule.above.get(payment.currency)
        if most is None or payment.amount <= most:
            return False
    if rule.mismatch and len(_countries(rule, payment)) < 2:
        return False
    return rule.velocity is None or _is_hasty(rule.velocity, payment, context)


def _countries(rule: RiskRule, payment: Payment) -> set[str]:
    """The different countries that are known of a payment, of those that the rule compares."""
    payer = payment.payer
    known = {
        "card": payment.method.country,
        "payer": payer.country if payer else None,
        "address": payer.billing if payer else None,
    }
    return {country for name in rule.mismatch if (country := known[name]) is not None}


def _is_hasty(velocity: Velocity, payment: Payment, context: Context) -> bool:
    """Whether there were too many lately, this try among them."""
    name = who.of(payment, velocity.by)
    if name is None:
        return False
    since = context.wall - velocity.over
    if velocity.of == "tries":
        return context.usage.tries(name, since) + 1 > velocity.above
    return context.usage.failures(name, since) > velocity.above


def _cools_down(rule: RiskRule, payment: Payment, context: Context) -> bool:
    if not rule.cool_down:
        return False
    name = culprit(rule, payment)
    last = context.usage.turned_away(name, rule.name) if name else None
    return last is not None and context.wall < last + rule.cool_down


def _verdict(rule: RiskRule, risk: Risk, payment: Payment, context: Context) -> Verdict:
    if rule.action is RiskAction.BLOCK:
        return Decline(rule.failure, rule.name, _wait(rule, payment, context))
    if rule.action is RiskAction.REVIEW:
        roll = draw(context.seed, f"risk:review:{rule.name}", _key(payment, context))
        return Review(risk.review_lasts, roll < threshold(risk.review_approves), rule.name)
    return challenge(payment, rule.name)


def challenge(payment: Payment, rule: str | None = None) -> Challenge:
    """The proof that is asked of a doubted payer: 3-D Secure for cards, else a one-time code."""
    if payment.method.brand is not None:
        return Challenge(Proof.THREE_DS, result="challenge", rule=rule)
    return Challenge(Proof.OTP, rule=rule)


def _wait(rule: RiskRule, payment: Payment, context: Context) -> float | None:
    """For how long a further try is refused for sure; None where no waiting helps, or none is told.

    Gateways tell it for what passes by itself only: a block for risk is not to be waited for.
    """
    velocity = rule.velocity
    if not _passes(rule.failure):
        return None
    if rule.cool_down:
        return rule.cool_down
    name = who.of(payment, velocity.by) if velocity else None
    if velocity is None or name is None:
        return None
    # This try is the latest of those that count. Room is made when one more than are allowed beside
    # the next try has left the window.
    nth = velocity.above + 1 - _OFFSETS[velocity.of]
    if nth < 1:
        return None
    if nth == 1:
        return velocity.over
    when = context.usage.latest(velocity.of, name, nth - 1)
    return None if when is None else when + velocity.over - context.wall


@lru_cache(maxsize=64)
def _passes(failure: str) -> bool:
    return look_up(failure).retry is Retry.SOFT


def _is_unlucky(risk: Risk, payment: Payment, context: Context) -> bool:
    """Whether this harmless payment is blocked: the card's fate in this order, as with funds."""
    roll = draw(context.seed, "risk:false-positive", _key(payment, context))
    return roll < threshold(risk.false_positives)


def _key(payment: Payment, context: Context) -> str:
    method = payment.method
    return f"{context.key_order(payment.order)}\x1f{method.token or method.type}"
