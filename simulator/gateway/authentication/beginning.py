"""How an authentication begins: silently, with a challenge, or not at all."""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.draws import draw, threshold
from simulator.gateway.authentication import otp, three_ds
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthResult, AuthStatus, Flow
from simulator.gateway.decision import Context
from simulator.gateway.directives import Challenge
from simulator.gateway.model import Payment
from simulator.profiles.method import Proof

#: Seconds after which a payer approves in the bank's app, and after which one closes the page,
#: where a scenario does not say.
_DECOUPLED: Final = 30.0
_CLOSED: Final = 30.0
#: What 3-D Secure results need nothing of the payer.
_SILENT: Final = frozenset(
    {
        "frictionless",
        "failed",
        "rejected",
        "attempted",
        "informational",
        "unavailable",
        "unsupported",
    }
)


class Begun(msgspec.Struct, frozen=True):
    """How it began. The payment waits for `challenge`, or fails with `failure`, or goes on.

    For `wait` seconds it would fail again.
    """

    result: AuthResult
    challenge: Authentication | None = None
    failure: str | None = None
    wait: float | None = None


def begin(payment: Payment, challenge: Challenge, context: Context) -> Begun:
    """Ask the payer of a payment to prove who pays, as the challenge says."""
    if challenge.type is Proof.THREE_DS:
        return _three_ds(payment, challenge, context)
    if challenge.type is Proof.OTP:
        return _otp(payment, challenge, context)
    return _waiting(payment, challenge, context)


def _waiting(payment: Payment, challenge: Challenge, context: Context) -> Begun:
    opened = _opened(payment, challenge, context)
    return Begun(opened.result, opened)


def _three_ds(payment: Payment, challenge: Challenge, context: Context) -> Begun:
    word = challenge.result or _as_it_goes(payment, context)
    if word not in _SILENT:
        return _waiting(payment, challenge, context)
    if word == "unavailable" and context.profile.authentication.three_ds.unavailable == "proceed":
        word = "proceeded"
    result = three_ds.silent(payment.method.brand, word, challenge.reason)
    return Begun(result, failure=three_ds.VERDICTS[word].failure)


def _as_it_goes(payment: Payment, context: Context) -> str:
    """Whether this card in this order is asked for anything; the same at every try."""
    key = f"{context.key_order(payment.order)}\x1f{payment.method.token}"
    share = context.profile.authentication.three_ds.frictionless
    silent = draw(context.seed, "three_ds", key) < threshold(share)
    return "frictionless" if silent else "challenge"


def _otp(payment: Payment, challenge: Challenge, context: Context) -> Begun:
    locks = otp.locks_of(payment, context.snapshot, context.wall)
    if locks:
        failed = msgspec.structs.replace(_pending(Proof.OTP), status=AuthStatus.FAILED)
        wait = otp.lock_left(locks, context.wall)
        return Begun(failed, failure="otp_attempts_exceeded", wait=wait)
    opened = _opened(payment, challenge, context)
    sent = otp.send(opened, opened.ways[0], challenge, context)
    if otp.is_unreachable(sent):
        failed = msgspec.structs.replace(_pending(Proof.OTP), status=AuthStatus.FAILED)
        return Begun(failed, failure="phone_number_mismatch")
    problem = "phone_number_mismatch" if sent.sends[-1].refused else None
    return Begun(sent.result, msgspec.structs.replace(sent, problem=problem))


def _opened(payment: Payment, challenge: Challenge, context: Context) -> Authentication:
    name = context.ids.new("auth")
    rules = context.profile.authentication.otp
    payer = payment.payer
    flow = Flow.DECOUPLED if challenge.result == "decoupled" else Flow.CHALLENGE
    result = three_ds.opened(flow) if challenge.type is Proof.THREE_DS else _pending(challenge.type)
    return Authentication(
        id=name,
        channel=payment.channel,
        order=payment.order,
        payment=payment.id,
        result=msgspec.structs.replace(
            result,
            id=name,
            url=f"{context.pages}/{name}",
            expires=context.wall + _lasts(payment, challenge, context),
        ),
        challenge=challenge,
        begun=context.wall,
        seed=context.seed,
        digits=rules.digits,
        operation=context.operation,
        attempt=context.attempt,
        ways=rules.via,
        phone=payer.phone if payer else None,
        email=payer.email if payer else None,
        return_url=payment.return_url,
    )


def _lasts(payment: Payment, challenge: Challenge, context: Context) -> float:
    """Seconds until it ends by itself."""
    rules = context.profile.authentication
    if challenge.result == "decoupled":
        limit = challenge.expires or rules.three_ds.decoupled
        return min(limit, _DECOUPLED if challenge.after is None else challenge.after)
    if challenge.result == "abandoned":
        return _CLOSED if challenge.after is None else challenge.after
    if challenge.expires is not None:
        return challenge.expires
    match challenge.type:
        case Proof.OTP:
            return rules.otp.session
        case Proof.BIOMETRIC:
            return rules.biometric
        case Proof.REDIRECT:
            rule = context.profile.rule(payment.method.type)
            own = rule.time_limit if rule else None
            return rules.redirect if own is None else own
        case _:
            return rules.three_ds.expires


def _pending(proof: Proof) -> AuthResult:
    return AuthResult(type=proof, status=AuthStatus.PENDING)
