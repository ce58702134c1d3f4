"""Abnormal, retrying: a payment that did not get through is sent again by the gateway itself.

Every try goes out under one key, the payment's id, so that a wallet or bank that did hear an
earlier one debits once. The tries are bounded: the last one ends the payment, in success or in
failure, and a cancel ends it before that. Meanwhile nobody can say whether money has moved, so the
payment is neither paid nor failed.

    begin ──> retrying ──(settles_at)──> try_again ──> captured or authorized
                  ^                          │ still trouble
                  └──────────────────────────┤
                                             └─> failed, after the last try

What stands in the way is looked at anew at each try: a payer who tops the wallet up, has it
unfrozen or updates its app meanwhile lets the next one through. Where the merchant's own system is
the trouble, the payment waits until the merchant has acknowledged a `payment.retrying` event of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from simulator.gateway import wallets
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Decline, Resend
from simulator.gateway.events import payment_events
from simulator.gateway.model import Payment, Resends, Status
from simulator.gateway.outcomes import Declined, PaymentOutcome
from simulator.gateway.transitions import move

#: How often, how soon and with which growth, where neither fault nor profile says.
TRIES: Final = 5
EVERY_S: Final = 2.0
GROWTH: Final = 2.0
#: The longest gap between two tries, in seconds.
LONGEST_S: Final = 300.0
#: A payment that is left to go on does so until the payer's time is over: that of its method, or so
#: many seconds where the profile names none; and so many tries at most.
EXPIRES_S: Final = 900.0
LASTING: Final = 100

#: What a payment fails with in the end, by what kept it from getting through.
FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "network": "processing_error",
        "merchant": "merchant_misconfigured",
        "app": wallets.OUTDATED,
        "account": wallets.TOO_LITTLE,
    }
)
CAUSES: Final = tuple(FAILURES)


def answer(failure: str, context: Context) -> Decline | Resend:
    """What the gateway does when the payer's wallet objects: it gives up, or sends again."""
    retrying = wallets.rules(context.profile).retrying
    if retrying is None or failure not in retrying.on:
        return Decline(failure)
    return Resend("app" if failure == wallets.OUTDATED else "account", None)


def begin(payment: Payment, resend: Resend, context: Context, *, created: bool) -> Decision:
    """The first request came to nothing: the payment is retrying."""
    usual = wallets.rules(context.profile).retrying
    tries = resend.tries or (usual.tries if usual else TRIES)
    resends = Resends(
        cause=resend.cause,
        of=max(tries, LASTING) if resend.lasting else tries,
        every=resend.every or (usual.every if usual else EVERY_S),
        growth=resend.growth or (usual.growth if usual else GROWTH),
        failure="payment_expired" if resend.lasting else FAILURES[resend.cause],
        ends=resend.ends,
    )
    waiting = move(payment, Status.RETRYING)
    return _wait(waiting, resends, context, created=created)


def wait(payment: Payment, resends: Resends, context: Context) -> Decision:
    """Another try came to nothing, and it was not the last one."""
    return _wait(payment, resends, context, created=False)


def fail(payment: Payment, failure: str, context: Context) -> Decision:
    """The payment ends without money; nothing is sent any more."""
    failed = move(payment, Status.FAILED, failure=failure, settles_at=None, updated=context.wall)
    events = payment_events((failed,), context.ids)
    return Decision(Declined(failed, failure), (failed,), events=events)


def trouble(payment: Payment, resends: Resends, context: Context) -> str | None:
    """What keeps the try with this number from getting through, by name; None if nothing does."""
    if resends.cause == "merchant" and not resends.heard:
        return FAILURES["merchant"]
    if resends.ends == "failed":
        return resends.failure
    if resends.ends == "captured" and resends.tries < resends.of:
        return resends.failure
    return wallets.objection(payment, context)


def is_over(payment: Payment, resends: Resends, context: Context) -> bool:
    """Whether the try with this number was the last."""
    if resends.tries >= resends.of:
        return True
    if resends.of < LASTING:
        return False
    rule = context.profile.rule(payment.method.type)
    limit = EXPIRES_S if rule is None or rule.time_limit is None else rule.time_limit
    return context.wall >= payment.created + limit


def may_capture(payment: Payment) -> bool:
    """Whether a try that is to come may take money; one that a fault dooms cannot."""
    known = payment.resends
    return payment.status is not Status.RETRYING or known is None or known.ends != "failed"


def _wait(payment: Payment, resends: Resends, context: Context, *, created: bool) -> Decision:
    gap = min(LONGEST_S, resends.every * resends.growth**resends.tries)
    # Counted from when the try was due, so that late clocks do not stretch the whole.
    due = context.wall if payment.settles_at is None else min(context.wall, payment.settles_at)
    waiting = replace(payment, resends=resends, settles_at=due + gap, updated=context.wall)
    return Decision(
        PaymentOutcome(waiting, created),
        (waiting,),
        events=payment_events((waiting,), context.ids),
    )
