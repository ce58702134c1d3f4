"""What payers do at the page of an authentication, and what happens when they do nothing.

The money of a payment is taken in the very commit in which its authentication succeeds, so that a
right code, however often it is sent, takes it once.
"""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.gateway import charges, setups, stops
from simulator.gateway.authentication import otp
from simulator.gateway.authentication.ending import expire as expired
from simulator.gateway.authentication.ending import left as ended_by_payer
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthStatus
from simulator.gateway.authentication.result import called_off as called_off_result
from simulator.gateway.authentication.steps import Snag, Step, take
from simulator.gateway.commands import Authenticate, ShowAuthentication
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.directives import Decline
from simulator.gateway.model import Payment, Status
from simulator.gateway.outcomes import AuthenticationOutcome, PaymentOutcome, Reason
from simulator.gateway.pages import shown
from simulator.gateway.ports import Snapshot

#: What a payer sends who wants to pay: told again, it is told again that it is done.
_PROOFS: Final = frozenset({"approve", "submit_code", "approve_biometric"})


def show(command: ShowAuthentication, context: Context) -> Decision:
    """The page, for the payer."""
    found = find(context.snapshot, command.authentication)
    if found is None:
        return _unknown(command.authentication)
    authentication, payment = found
    problem = _refusal(payment) or authentication.problem
    outcome = AuthenticationOutcome(authentication, payment, context.wall, problem)
    return shown(outcome, context)


def answer(command: Authenticate, context: Context) -> Decision:
    """What comes of an act of the payer: nothing, a step further, money taken, or the end."""
    found = find(context.snapshot, command.authentication)
    if found is None:
        return _unknown(command.authentication)
    authentication, payment = found
    if payment.status is not Status.REQUIRES_ACTION or authentication.result.passed:
        return _again(command, authentication, payment, context)
    if context.wall >= authentication.expires:
        return _too_late(payment, context)
    step = take(authentication, command, context)
    decision = _settled(step, payment, context)
    unheeded = context.directive is not None and not step.struck
    paged = _page(decision, payment, context, step.problem)
    return msgspec.structs.replace(paged, unheeded=unheeded)


def expire(payment: Payment, context: Context) -> Decision:
    """The time of an authentication is up."""
    found = _of(payment, context.snapshot)
    if found is None:
        return stops.decline(_freed(payment), Decline("authentication_timeout"), context)
    return _settled(expired(found, payment, context), payment, context)


def lapse(authentication: Authentication, context: Context) -> Decision:
    """The time of an authentication is up with which no payment waits."""
    payment = setups.stand_in(authentication)
    return _settled(expired(authentication, payment, context), payment, context)


def _too_late(payment: Payment, context: Context) -> Decision:
    """The time was up when the payer came, though the timer has not rung yet."""
    over = expire(payment, context)
    failed = any(each.status is Status.FAILED for each in (*over.payments, *_told_of(over)))
    told = _page(over, payment, context, Snag.OVER if failed else None)
    return msgspec.structs.replace(told, unheeded=context.directive is not None)


def _told_of(decision: Decision) -> tuple[Payment, ...]:
    outcome = decision.outcome
    return (outcome.payment,) if isinstance(outcome, PaymentOutcome) else ()


def called_off(payments: tuple[Payment, ...], context: Context) -> tuple[Authentication, ...]:
    """The authentications that end because their payments were canceled."""
    found = (_of(payment, context.snapshot) for payment in payments)
    return tuple(
        msgspec.structs.replace(each, result=called_off_result(each.result))
        for each in found
        if each is not None and each.result.status is AuthStatus.PENDING
    )


def left(payment: Payment, context: Context) -> tuple[Authentication, ...]:
    """The authentication that ends because the payer called its payment off."""
    found = _of(payment, context.snapshot)
    return () if found is None else (ended_by_payer(found, payment),)


def find(snapshot: Snapshot, name: str) -> tuple[Authentication, Payment] | None:
    """An authentication of this channel, and its payment or what stands in for one."""
    thing = snapshot.thing(name)
    if not isinstance(thing, Authentication):
        return None
    payment = _waiting_with(thing, snapshot)
    return None if payment is None else (thing, payment)


def _waiting_with(authentication: Authentication, snapshot: Snapshot) -> Payment | None:
    """The payment that waits for an authentication, or what stands in for one."""
    if authentication.resource is None:
        return snapshot.payment(authentication.payment)
    mine = authentication.channel == snapshot.channel
    return setups.stand_in(authentication) if mine else None


def _of(payment: Payment, snapshot: Snapshot) -> Authentication | None:
    result = payment.authentication
    thing = snapshot.thing(result.id) if result is not None and result.id else None
    return thing if isinstance(thing, Authentication) else None


def _settled(step: Step, payment: Payment, context: Context) -> Decision:
    """What a step means for the payment, with the authentication in the same commit."""
    authentication = step.authentication
    if authentication.resource is not None:
        return setups.settled(step, context)
    now = msgspec.structs.replace(payment, authentication=authentication.result)
    if step.failure is not None:
        locks = otp.locked(payment, context) if step.locks else ()
        refusal = Decline(step.failure, wait=otp.lock_left(locks, context.wall))
        declined = stops.decline(_freed(now), refusal, context)
        return msgspec.structs.replace(declined, things=(authentication, *locks))
    if authentication.result.passed:
        return _charged(now, authentication, context)
    if authentication == context.snapshot.thing(authentication.id):
        return Decision(PaymentOutcome(payment))
    if now == payment:
        return Decision(PaymentOutcome(payment), things=(authentication,))
    waiting = msgspec.structs.replace(now, settles_at=authentication.expires, updated=context.wall)
    return Decision(PaymentOutcome(waiting), (waiting,), things=(authentication,))


def _charged(payment: Payment, authentication: Authentication, context: Context) -> Decision:
    """The payer has proved it: only now the issuer is asked for the money.

    A payment in two steps waits for the merchant, for as long as that takes.
    """
    if payment.two_step:
        waiting = msgspec.structs.replace(_freed(payment), updated=context.wall)
        return Decision(PaymentOutcome(waiting), (waiting,), things=(authentication,))
    own = msgspec.structs.replace(context, directive=context.charge)
    decision = charges.issue(_freed(payment), own, created=False)
    charged = context.charge is not None and not decision.unheeded
    things = (authentication, *decision.things)
    return msgspec.structs.replace(decision, things=things, charged=charged, unheeded=False)


def _freed(payment: Payment) -> Payment:
    """The payment, waiting for nobody any more."""
    return msgspec.structs.replace(payment, settles_at=None)


def _again(
    command: Authenticate, authentication: Authentication, payment: Payment, context: Context
) -> Decision:
    """Somebody acts when all is over; the second click of who has paid is no mistake."""
    done = authentication.result.passed and command.action in _PROOFS
    problem = _refusal(payment) if done else Snag.OVER
    outcome = AuthenticationOutcome(authentication, payment, context.wall, problem)
    return Decision(outcome, unheeded=context.directive is not None)


def _page(decision: Decision, before: Payment, context: Context, problem: str | None) -> Decision:
    """The same decision, told as the payer's page tells it."""
    payment = next((each for each in decision.payments if each.id == before.id), before)
    things = (each for each in decision.things if isinstance(each, Authentication))
    authentication = next(things, None) or _of(before, context.snapshot)
    if authentication is None:
        return decision
    if authentication.resource is not None:
        payment = setups.stand_in(authentication)
    wrong = problem or _refusal(payment)
    outcome = AuthenticationOutcome(authentication, payment, context.wall, wrong)
    return msgspec.structs.replace(decision, outcome=outcome)


def _refusal(payment: Payment) -> str | None:
    """Why the payment was refused, as far as its payer may know that it was."""
    return payment.failure if payment.shown is Status.FAILED else None


def _unknown(name: str) -> Decision:
    return refused(Reason.NOT_FOUND, f"no page {name} on this channel")
