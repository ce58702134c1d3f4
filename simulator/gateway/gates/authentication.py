"""Gate: the payer's authentication, where the profile, the merchant or a test card asks for it.

It comes last: a gateway that refuses anyway does not bother the payer.
"""

from __future__ import annotations

from simulator.gateway.authentication.own import challenge_of
from simulator.gateway.decision import Context
from simulator.gateway.directives import Challenge
from simulator.gateway.model import Payment
from simulator.profiles.method import Proof


def gate(payment: Payment, context: Context) -> Challenge | None:
    """The proof that the payer is asked for, if any: a test card's own, else what is wanted."""
    method = payment.method
    if method.proof is not None:
        return challenge_of(method.proof)
    if payment.prove:
        return _wanted(payment)
    asked = context.profile.proofs.get(method.type)
    return None if asked is None else Challenge(asked)


def _wanted(payment: Payment) -> Challenge:
    """What a merchant gets who wants a proof: a challenge for cards, else a code."""
    if payment.method.brand is not None:
        return Challenge(Proof.THREE_DS, "" if payment.quiet else "challenge")
    return Challenge(Proof.OTP)
