"""Before money is taken: does the payer have to prove who pays, and what does that begin?"""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from simulator.gateway import stops
from simulator.gateway.authentication.beginning import Begun, begin
from simulator.gateway.authentication.own import challenge_of
from simulator.gateway.authentication.result import AuthStatus
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Challenge, Decline, Directive
from simulator.gateway.events import payment_events
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import PaymentOutcome
from simulator.gateway.transitions import move
from simulator.profiles.method import Proof

#: What satisfies an issuer that declines without a proof.
_MET: Final = frozenset({AuthStatus.SUCCEEDED, AuthStatus.ATTEMPTED})


class Take(Protocol):
    """Takes the money of a payment as the context's directive says; `charges.issue`."""

    def __call__(self, payment: Payment, context: Context, *, created: bool) -> Decision:
        """The decision."""
        ...


def demand(payment: Payment, asked: object, context: Context) -> Challenge | None:
    """The challenge that a payer gets: `asked` by a gate, or ordered by a fault; a fault's wins.

    3-D Secure is for cards: a fault of it lets all other methods be.
    """
    ordered = context.directive
    if isinstance(ordered, Challenge) and suits(ordered, payment):
        rule = asked.rule if isinstance(asked, Challenge) else None
        return msgspec.structs.replace(ordered, rule=rule) if rule else ordered
    return _of_card(payment, asked) if isinstance(asked, Challenge) else None


def _of_card(payment: Payment, asked: Challenge) -> Challenge:
    """What is asked, as a test card that has a way of its own answers it."""
    if payment.method.proof_if_asked is None:
        return asked
    own = challenge_of(payment.method.proof_if_asked)
    if own.type is not asked.type:
        return asked
    return msgspec.structs.replace(own, rule=asked.rule)


def suits(challenge: Challenge, payment: Payment) -> bool:
    """Whether this payment can be asked for this proof."""
    return challenge.type is not Proof.THREE_DS or payment.method.brand is not None


def is_met(refusal: Decline, payment: Payment) -> bool:
    """Whether an issuer that wants the payer to prove who pays has what it wants."""
    proof = payment.authentication
    wanted = refusal.failure == "authentication_required"
    return wanted and proof is not None and proof.status in _MET


def go_on(payment: Payment, context: Context, take: Take, *, created: bool) -> Decision:
    """Take the money of a payment whose payer need prove nothing, or has proved it.

    A directive that is about the proof gives way to the one for the charge itself.
    """
    if not isinstance(context.directive, Challenge):
        return take(payment, context, created=created)
    own = msgspec.structs.replace(context, directive=context.charge)
    decision = take(payment, own, created=created)
    charged = context.charge is not None and not decision.unheeded
    heeded = payment.authentication is not None and suits(context.directive, payment)
    return msgspec.structs.replace(decision, unheeded=not heeded, charged=charged)


def prove(
    payment: Payment, challenge: Challenge, context: Context, take: Take, *, created: bool
) -> Decision:
    """Ask for the proof: the payment waits for its payer, fails at once, or goes on unnoticed.

    A payer who is not there cannot be waited for.
    """
    begun = begin(payment, challenge, context)
    rule = challenge.rule or payment.rule
    asked = msgspec.structs.replace(payment, authentication=begun.result, rule=rule)
    if begun.challenge is None and begun.failure is None:
        return go_on(asked, context, take, created=created)
    unheeded = _is_unheeded(context.directive, payment)
    if begun.failure is not None:
        declined = stops.decline(asked, Decline(begun.failure, wait=begun.wait), context)
        return msgspec.structs.replace(declined, unheeded=unheeded)
    if payment.absent:
        unasked = msgspec.structs.replace(payment, rule=rule)
        declined = stops.decline(unasked, Decline("authentication_required"), context)
        return msgspec.structs.replace(declined, unheeded=unheeded)
    return _wait(asked, begun, context, created=created, unheeded=unheeded)


def _wait(
    payment: Payment, begun: Begun, context: Context, *, created: bool, unheeded: bool
) -> Decision:
    waiting = move(
        payment,
        Status.REQUIRES_ACTION,
        settles_at=begun.result.expires,
        updated=context.wall,
    )
    return Decision(
        PaymentOutcome(waiting, created),
        (waiting,),
        events=payment_events((waiting,), context.ids),
        things=(begun.challenge,) if begun.challenge else (),
        unheeded=unheeded,
    )


def _is_unheeded(directive: Directive | None, payment: Payment) -> bool:
    """What a scenario orders for the charge itself waits until the payer has proved who pays."""
    if isinstance(directive, Challenge):
        return not suits(directive, payment)
    return directive is not None
