"""What the end of its time makes of an authentication."""

from __future__ import annotations

from simulator.gateway.authentication import otp
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthStatus, Flow
from simulator.gateway.authentication.steps import Step, ended, worded
from simulator.gateway.decision import Context
from simulator.gateway.model import Payment
from simulator.profiles.method import Proof


def expire(authentication: Authentication, payment: Payment, context: Context) -> Step:
    """Its time is up: what the payer did not do decides what the payment fails with.

    Only a decoupled one can end well, for its payer acts elsewhere.
    """
    match authentication.type:
        case Proof.THREE_DS:
            word = _last_word(authentication, context)
            reason = authentication.challenge.reason
            return worded(authentication, word, reason, payment.method.brand)
        case Proof.OTP:
            lives = context.profile.authentication.otp.expires
            failure = otp.silence(authentication, context.wall, lives)
        case Proof.REDIRECT:
            failure = "payment_expired"
        case Proof.BIOMETRIC if authentication.fails:
            failure = "biometric_failed"
        case _ if authentication.acted or authentication.challenge.result == "unavailable":
            failure = "authentication_timeout"
        case _:
            failure = "authentication_abandoned"
    return Step(ended(authentication, AuthStatus.FAILED), failure, failure)


def left(authentication: Authentication, payment: Payment) -> Authentication:
    """Its payer called the payment off elsewhere: in the wallet, say."""
    if authentication.result.status is not AuthStatus.PENDING:
        return authentication
    if authentication.type == Proof.THREE_DS:
        return worded(authentication, "abandoned", None, payment.method.brand).authentication
    return ended(authentication, AuthStatus.FAILED)


def _last_word(authentication: Authentication, context: Context) -> str:
    challenge = authentication.challenge
    if authentication.result.flow is Flow.DECOUPLED:
        limit = challenge.expires or context.profile.authentication.three_ds.decoupled
        late = challenge.after is not None and challenge.after >= limit
        return "decoupled_timeout" if late else "decoupled"
    if challenge.result == "timeout" or authentication.acted:
        return "timeout"
    return "abandoned"
