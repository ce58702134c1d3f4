"""Authentications in the native dialect: what payers do at their pages, and how both are shown.

A page is looked at with GET and acted on with POST, by whoever knows its address: no key is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from simulator.dialects.dialect import Misread, Reply, Request, Trouble
from simulator.dialects.native.reading import Unrouted, read
from simulator.dialects.native.views import NextActionView, ProofView, stamp
from simulator.failures.catalogue import BY_NAME
from simulator.gateway.authentication import otp
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthResult, AuthStatus, Flow
from simulator.gateway.authentication.steps import ACTIONS, BIOMETRIC_TRIES, Snag, actions
from simulator.gateway.commands import Authenticate, Command, ShowAuthentication
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import AuthenticationOutcome
from simulator.profiles import Profile
from simulator.profiles.method import Proof

_encode: Final = msgspec.json.Encoder().encode

Action = Literal[
    "approve", "reject", "cancel", "submit_code", "resend", "approve_biometric", "use_code"
]
_STATUS: Final[Mapping[str, int]] = MappingProxyType(
    {
        Snag.OVER: 409,
        Snag.WRONG_ACTION: 409,
        Snag.RESEND_TOO_SOON: 429,
        Snag.NO_MORE_CODES: 429,
        Snag.CODE_MALFORMED: 400,
    }
)
#: What a payer is told of a snag, in English and Chinese.
SNAGS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        Snag.OVER: (
            "This confirmation is over. Nothing more can be done here.",
            "本次验证已结束，无法继续操作。",  # noqa: RUF001 - Chinese punctuation is meant
        ),
        Snag.WRONG_ACTION: (
            "This cannot be done here.",
            "当前页面不支持此操作。",
        ),
        Snag.RESEND_TOO_SOON: (
            "A code was sent a moment ago. Please wait before you ask for another.",
            "验证码刚刚发送，请稍候再重新获取。",  # noqa: RUF001 - Chinese punctuation is meant
        ),
        Snag.NO_MORE_CODES: (
            "No more codes can be sent for this payment. Please use the last one.",
            "本次支付的验证码发送次数已用完，请使用最近一次的验证码。",  # noqa: RUF001 - the same
        ),
        Snag.CODE_MALFORMED: (
            "This is not a whole code. Please enter all of its digits, and nothing else.",
            "验证码不完整或格式不正确，请完整输入数字验证码。",  # noqa: RUF001 - the same
        ),
        Snag.NO_ANSWER: (
            "Your bank does not answer just now. Please wait a moment and try again.",
            "您的银行暂时没有响应，请稍候再试。",  # noqa: RUF001 - Chinese punctuation is meant
        ),
    }
)


class ActionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the payer does. `code` goes with `submit_code`; `via` with `resend` and `use_code`."""

    action: Action
    code: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
    via: Literal["sms", "voice", "email"] | None = None


_ACTION: Final = msgspec.json.Decoder(ActionBody)


class ProblemView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What was wrong the last time: `code` is a failure of the catalogue, or a snag of the page."""

    code: str
    failure: str | None
    message: str
    message_zh: str


class WaitingView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The payment that waits."""

    id: str
    order_id: str
    status: Status
    amount: int
    currency: str


class AuthenticationView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How far an authentication is, and what the payer can do now; times are in seconds.

    What goes with codes only (`via`, `to`, `ways`, `digits`, `resend_in`, `sends_left`) is null
    elsewhere.
    """

    id: str
    object: Literal["authentication"] = "authentication"
    type: Literal["three_ds", "otp", "biometric", "redirect", "wait"]
    status: Literal["pending", "succeeded", "failed"]
    expires: str
    actions: list[Action]
    attempts_left: int | None
    resend_in: int | None
    sends_left: int | None
    via: str | None
    to: str | None
    ways: list[str]
    digits: int | None
    problem: ProblemView | None
    payment: WaitingView
    return_url: str | None


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request of the page `rest[0]`; raises Misread or Unrouted."""
    match request.method, rest:
        case "GET", [name]:
            return ShowAuthentication(name)
        case "POST", [name]:
            body = read(_ACTION, request)
            return command(name, body.action, body.code, body.via)
        case _:
            raise Unrouted


def command(name: str, action: str, code: str | None, via: str | None) -> Authenticate:
    """What a payer does at a page, from a form or from JSON; raises Misread."""
    if action not in ACTIONS:
        raise Misread(Trouble.MALFORMED, f"action: one of {', '.join(ACTIONS)}")
    if action == "submit_code" and not (code or "").strip():
        raise Misread(Trouble.MALFORMED, "code: missing; submit_code needs it")
    return Authenticate(name, action, code, via)


def reply(outcome: AuthenticationOutcome, profile: Profile) -> Reply:
    """The answer for programs."""
    shown = view(outcome, profile)
    status = _STATUS.get(outcome.problem or "", 200)
    wait = shown.resend_in if outcome.problem == Snag.RESEND_TOO_SOON else None
    headers = () if wait is None else (("Retry-After", str(wait)),)
    return Reply(status, _encode(shown), headers=headers)


def view(outcome: AuthenticationOutcome, profile: Profile) -> AuthenticationView:
    """What can be seen of an authentication; no code is among it."""
    authentication, payment, wall = outcome.authentication, outcome.payment, outcome.wall
    result = authentication.result
    codes = result.type == Proof.OTP
    rules = profile.authentication.otp
    last = authentication.sends[-1] if authentication.sends else None
    via = last.via if last is not None else None
    open_ways = [*authentication.ways] if codes or result.type == Proof.BIOMETRIC else []
    return AuthenticationView(
        id=authentication.id,
        type=_type(authentication),
        status=_status(authentication),
        expires=stamp(authentication.expires),
        actions=[*actions(authentication, wall)],  # type: ignore[list-item]  # ACTIONS is Action
        attempts_left=_left(authentication, rules.attempts),
        resend_in=ceil(otp.resend_in(authentication, via, wall, rules)) if codes and via else None,
        sends_left=max(0, rules.sends - len(authentication.sends)) if codes else None,
        via=via if codes else None,
        to=(authentication.email if via == "email" else authentication.phone) if codes else None,
        ways=open_ways,
        digits=authentication.digits if codes else None,
        problem=problem_view(outcome.problem),
        payment=WaitingView(
            id=payment.id,
            order_id=payment.order,
            status=payment.shown,
            amount=payment.amount,
            currency=payment.currency,
        ),
        return_url=authentication.return_url,
    )


def problem_view(problem: str | None) -> ProblemView | None:
    """A failure or a snag in words for the payer."""
    if problem is None:
        return None
    row = BY_NAME.get(problem)
    if row is not None and row.confidential:  # the payer may be the thief
        row = BY_NAME["generic_decline"]
        problem = row.name
    if row is not None:
        english, chinese = row.message, row.message_zh
    else:
        english, chinese = SNAGS[Snag(problem)]
    failure = None if row is None else row.name
    return ProblemView(code=problem, failure=failure, message=english, message_zh=chinese)


def next_action(payment: Payment, proof: AuthResult) -> NextActionView | None:
    """What the payer of a payment has to do, if the payment waits for that."""
    if payment.shown is not Status.REQUIRES_ACTION or proof.url is None:
        return None
    kind = "wait" if proof.flow is Flow.DECOUPLED else proof.type
    # The type of a proof is a word that the view knows.
    return NextActionView(type=kind, url=proof.url, expires=stamp(proof.expires or 0.0))  # type: ignore[arg-type]


def proof_view(proof: AuthResult) -> ProofView:
    """How the payer proved, or did not prove, who pays."""
    return ProofView(
        type=proof.type,  # type: ignore[arg-type]  # a word that the view knows
        status=proof.status,
        flow=proof.flow,
        liability_shift=proof.liability_shift,
        version=proof.version,
        trans_status=proof.trans_status,
        reason=proof.reason,
        eci=proof.eci,
        cancel=proof.cancel,
    )


def _type(
    authentication: Authentication,
) -> Literal["three_ds", "otp", "biometric", "redirect", "wait"]:
    if authentication.result.flow is Flow.DECOUPLED:
        return "wait"
    return authentication.type  # type: ignore[return-value]  # a word that the view knows


def _status(authentication: Authentication) -> Literal["pending", "succeeded", "failed"]:
    if authentication.result.status is AuthStatus.PENDING:
        return "pending"
    return "succeeded" if authentication.result.passed else "failed"


def _left(authentication: Authentication, attempts: int) -> int | None:
    """How many wrong codes, or failed checks of the device, are still allowed."""
    if authentication.type == Proof.OTP:
        return max(0, attempts - authentication.wrong)
    if authentication.type == Proof.BIOMETRIC:
        return max(0, BIOMETRIC_TRIES - authentication.fails)
    return None
