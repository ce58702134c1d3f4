"""What each act of the payer does to an authentication that is under way.

The machine by type of proof:

    three_ds, redirect   approve, reject, cancel
    otp                  submit_code, resend, cancel
    biometric            approve_biometric, reject, use_code (goes on as otp), cancel

Nothing here charges: whoever calls looks at the status that a step leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.gateway.authentication import otp, three_ds
from simulator.gateway.authentication.codes import is_whole
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthStatus, Flow
from simulator.gateway.commands import Authenticate
from simulator.gateway.decision import Context
from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof

#: A device turns its owner away for good after so many failed checks, and asks for the passcode
#: (Apple Platform Security: Face ID and Touch ID).
BIOMETRIC_TRIES: Final = 5


class Snag(StrEnum):
    """Why an act came to nothing, where that is no failure of the payment."""

    OVER = "over"  # the authentication has ended before
    WRONG_ACTION = "wrong_action"  # nothing that can be done here
    RESEND_TOO_SOON = "resend_too_soon"
    NO_MORE_CODES = "no_more_codes"
    CODE_MALFORMED = "code_malformed"  # not as many digits as were sent: no try of a code
    NO_ANSWER = "no_answer"  # the issuer's own server does not answer


class Step(msgspec.Struct, frozen=True):
    """What an act led to: the authentication as it now is, and what was wrong with the act.

    `failure` is what the payment fails with, where the authentication has ended badly; `locks` says
    that whoever pays gets no codes for a while. `struck` says that a fault had its say.
    """

    authentication: Authentication
    problem: str | None = None
    failure: str | None = None
    locks: bool = False
    struck: bool = False


#: Results with which whoever approves has proved it.
_WELL: Final = frozenset({"", "ok", "challenge", "frictionless", "decoupled"})

#: Snags of acts that came to nothing before any fault could meet them.
_IN_VAIN: Final = frozenset(
    {Snag.WRONG_ACTION, Snag.RESEND_TOO_SOON, Snag.NO_MORE_CODES, Snag.CODE_MALFORMED}
)

_Act = Callable[[Authentication, Authenticate, Challenge, Context], Step]


def actions(authentication: Authentication, context_wall: float) -> tuple[str, ...]:
    """What the payer can do now; nothing once it is over."""
    if authentication.result.status is not AuthStatus.PENDING:
        return ()
    if context_wall >= authentication.expires:
        return ()
    if authentication.result.flow is Flow.DECOUPLED:
        return ("cancel",)
    able = tuple(_ACTS[authentication.type])
    if authentication.type != Proof.BIOMETRIC:
        return able
    barred = set() if authentication.challenge.fallback else {"use_code"}
    if authentication.fails >= BIOMETRIC_TRIES:
        barred.add("approve_biometric")
    return tuple(each for each in able if each not in barred)


def take(authentication: Authentication, command: Authenticate, context: Context) -> Step:
    """What comes of an act of the payer.

    A fault of the same kind that strikes this very exchange says how it goes in place of the one
    that the authentication was born with.
    """
    if command.action not in actions(authentication, context.wall):
        return Step(authentication, Snag.WRONG_ACTION)
    fresh = _fresh(authentication, command.action, context)
    challenge = fresh or authentication.challenge
    acted = msgspec.structs.replace(authentication, acted=True, problem=None)
    step = _ACTS[authentication.type][command.action](acted, command, challenge, context)
    if step.problem in _IN_VAIN:
        return Step(authentication, step.problem)
    noted = msgspec.structs.replace(step.authentication, problem=step.problem)
    return msgspec.structs.replace(step, authentication=noted, struck=fresh is not None)


def _fresh(authentication: Authentication, action: str, context: Context) -> Challenge | None:
    """What strikes this very act, if anything does: an order that all go well strikes no answer."""
    fresh = context.directive
    if not isinstance(fresh, Challenge) or fresh.type != authentication.type:
        return None
    if action in ("approve", "approve_biometric"):
        return None if fresh.result in _WELL else fresh
    if action == "submit_code":
        return None if fresh.code == "ok" else fresh
    return fresh if action == "resend" else None


def ended(authentication: Authentication, status: AuthStatus) -> Authentication:
    """The authentication, over."""
    result = msgspec.structs.replace(authentication.result, status=status)
    return msgspec.structs.replace(authentication, result=result)


def worded(
    authentication: Authentication, word: str, reason: str | None, brand: str | None
) -> Step:
    """The issuer's last word on a challenge of 3-D Secure."""
    result = three_ds.closed(authentication.result, brand, word, reason)
    over = msgspec.structs.replace(authentication, result=result)
    failure = three_ds.VERDICTS[word].failure
    return Step(over, failure, failure)


def _approve(
    authentication: Authentication, _: Authenticate, challenge: Challenge, context: Context
) -> Step:
    word = challenge.result or "challenge"
    if word == "timeout":
        return Step(authentication, Snag.NO_ANSWER)
    if word == "unavailable" and context.profile.authentication.three_ds.unavailable == "proceed":
        word = "proceeded"
    word = "challenge" if word == "decoupled" else word
    return worded(authentication, word, challenge.reason, _brand(authentication, context))


def _reject(
    authentication: Authentication, _: Authenticate, challenge: Challenge, context: Context
) -> Step:
    return worded(authentication, "failed", challenge.reason, _brand(authentication, context))


def _abandon(
    authentication: Authentication, _: Authenticate, __: Challenge, context: Context
) -> Step:
    return worded(authentication, "abandoned", None, _brand(authentication, context))


def _pass(authentication: Authentication, _: Authenticate, __: Challenge, ___: Context) -> Step:
    return Step(ended(authentication, AuthStatus.SUCCEEDED))


def _refuse(authentication: Authentication, _: Authenticate, __: Challenge, ___: Context) -> Step:
    biometric = authentication.type == Proof.BIOMETRIC
    failure = "biometric_failed" if biometric else "authentication_failed"
    return Step(ended(authentication, AuthStatus.FAILED), failure, failure)


def _leave(authentication: Authentication, _: Authenticate, __: Challenge, ___: Context) -> Step:
    at_the_wallet = authentication.type == Proof.REDIRECT
    failure = "customer_cancelled" if at_the_wallet else "authentication_abandoned"
    return Step(ended(authentication, AuthStatus.FAILED), failure, failure)


def _submit(
    authentication: Authentication, command: Authenticate, challenge: Challenge, context: Context
) -> Step:
    if not is_whole(authentication, command.code or ""):
        return Step(authentication, Snag.CODE_MALFORMED)
    judged = otp.judge(authentication, command.code or "", challenge, context)
    if judged == "right":
        return Step(ended(authentication, AuthStatus.SUCCEEDED))
    wrong = msgspec.structs.replace(authentication, wrong=authentication.wrong + 1)
    if wrong.wrong < context.profile.authentication.otp.attempts:
        return Step(wrong, judged)
    failure = "otp_attempts_exceeded"
    return Step(ended(wrong, AuthStatus.FAILED), failure, failure, locks=True)


def _resend(
    authentication: Authentication, command: Authenticate, challenge: Challenge, context: Context
) -> Step:
    rules = context.profile.authentication.otp
    via = command.via or authentication.sends[-1].via
    if via not in authentication.ways:
        return Step(authentication, Snag.WRONG_ACTION)
    if len(authentication.sends) >= rules.sends:
        return Step(authentication, Snag.NO_MORE_CODES)
    if otp.resend_in(authentication, via, context.wall, rules) > 0:
        return Step(authentication, Snag.RESEND_TOO_SOON)
    return _sent(authentication, via, challenge, context)


def _sent(authentication: Authentication, via: str, challenge: Challenge, context: Context) -> Step:
    sent = otp.send(authentication, via, challenge, context)
    if not sent.sends[-1].refused:
        return Step(sent)
    failure = "phone_number_mismatch"
    if otp.is_unreachable(sent):
        return Step(ended(sent, AuthStatus.FAILED), failure, failure)
    return Step(sent, failure)


def _approve_on_device(
    authentication: Authentication, _: Authenticate, challenge: Challenge, __: Context
) -> Step:
    if challenge.result == "unavailable":
        return Step(authentication, Snag.NO_ANSWER)
    if challenge.result != "fails":
        return Step(ended(authentication, AuthStatus.SUCCEEDED))
    failed = msgspec.structs.replace(authentication, fails=authentication.fails + 1)
    failure = "biometric_failed"
    if failed.fails >= BIOMETRIC_TRIES and not authentication.challenge.fallback:
        return Step(ended(failed, AuthStatus.FAILED), failure, failure)
    return Step(failed, failure)


def _use_code(
    authentication: Authentication, command: Authenticate, challenge: Challenge, context: Context
) -> Step:
    """From here on it is a one-time code, with a time of its own."""
    rules = context.profile.authentication.otp
    via = command.via or authentication.ways[0]
    if via not in authentication.ways:
        return Step(authentication, Snag.WRONG_ACTION)
    payment = context.snapshot.payment(authentication.payment)
    if payment is not None and otp.locks_of(payment, context.snapshot, context.wall):
        return Step(authentication, "otp_attempts_exceeded")
    result = msgspec.structs.replace(
        authentication.result, type=Proof.OTP, expires=context.wall + rules.session
    )
    changed = msgspec.structs.replace(authentication, result=result)
    return _sent(changed, via, challenge, context)


def _brand(authentication: Authentication, context: Context) -> str | None:
    if authentication.method is not None:
        return authentication.method.brand
    payment = context.snapshot.payment(authentication.payment)
    return payment.method.brand if payment else None


_BY_HAND: Final[Mapping[str, _Act]] = MappingProxyType(
    {"approve": _pass, "reject": _refuse, "cancel": _leave}
)
_ACTS: Final[Mapping[str, Mapping[str, _Act]]] = MappingProxyType(
    {
        Proof.THREE_DS: {"approve": _approve, "reject": _reject, "cancel": _abandon},
        Proof.REDIRECT: _BY_HAND,
        Proof.OTP: {"submit_code": _submit, "resend": _resend, "cancel": _leave},
        Proof.BIOMETRIC: {
            "approve_biometric": _approve_on_device,
            "use_code": _use_code,
            "reject": _refuse,
            "cancel": _leave,
        },
    }
)
#: Everything that a payer can do at any page.
ACTIONS: Final = tuple(dict.fromkeys(name for acts in _ACTS.values() for name in acts))
