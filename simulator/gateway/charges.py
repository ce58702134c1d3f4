"""Taking money: where a payment becomes authorized, captured, failed or processing."""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.gateway import proving, resends, stops, testcards, wallets
from simulator.gateway.commands import CreatePayment
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import (
    Befall,
    Challenge,
    ChargeTwice,
    Decline,
    Directive,
    Linger,
    Resend,
    Review,
    SettleLater,
    TakeOther,
    TakePart,
)
from simulator.gateway.events import payment_events
from simulator.gateway.gates import risk
from simulator.gateway.gates.chain import objection
from simulator.gateway.ledger import HOLD, MERCHANT, funds
from simulator.gateway.model import Payment, Posting, Status
from simulator.gateway.outcomes import Declined, PaymentOutcome, Unknown
from simulator.gateway.transitions import move

#: For how long a payment that was made for a resource is held, in seconds, unless it is captured
#: before. Others are held until somebody captures or cancels them.
HOLD_S: Final = 7 * 86_400.0

_TAKES_NOTHING_NOW: Final = (Decline, Resend, Review, SettleLater)


def new_payment(command: CreatePayment, context: Context) -> Payment:
    """The payment that a create command asks for, with nothing taken yet."""
    return Payment(
        id=context.ids.new("pay"),
        order=command.order,
        channel=context.snapshot.channel,
        status=Status.CREATED,
        amount=command.amount,
        currency=command.currency,
        method=command.method,
        capture=command.capture,
        payer=command.payer,
        product=command.product,
        return_url=command.return_url,
        checkout=command.checkout,
        resource=command.resource,
        prove=command.prove,
        quiet=command.quiet,
        absent=command.absent,
        two_step=command.two_step,
        created=context.wall,
        updated=context.wall,
    )


def charge(payment: Payment, context: Context, *, created: bool) -> Decision:
    """Try to take the money, as the directive says; a test card's own fate comes second.

    What the gateway itself refuses never reaches the issuer, so that no directive strikes it.
    """
    verdict = objection(payment, context)
    if verdict is None and not isinstance(context.directive, Challenge):
        return issue(payment, context, created=created)
    if isinstance(verdict, Decline | Review):
        stopped = stops.stop(payment, verdict, context, created=created)
        return msgspec.structs.replace(stopped, unheeded=context.directive is not None)
    challenge = proving.demand(payment, verdict, context)
    if challenge is not None:
        return proving.prove(payment, challenge, context, issue, created=created)
    return proving.go_on(payment, context, issue, created=created)


def go_on(payment: Payment, context: Context) -> Decision:
    """The second step of a payment in two: its payer has proved who pays, and nobody asks again."""
    return proving.go_on(payment, context, issue, created=False)


def issue(payment: Payment, context: Context, *, created: bool) -> Decision:
    """Ask the issuer, who decides as the directive says, of a payment that nobody objects to."""
    fate = _fate(payment, context)
    decision = _charge_as(payment, fate, context, created=created)
    if fate is context.directive or context.directive is None:
        return decision
    return msgspec.structs.replace(decision, unheeded=True)


def _charge_as(
    payment: Payment, fate: Directive | None, context: Context, *, created: bool
) -> Decision:
    match fate:
        case None:
            return _taken(take(payment, context), context, created=created)
        case Resend() as resend:
            return resends.begin(payment, resend, context, created=created)
        case (Decline() | Review()) as verdict:
            return stops.stop(payment, verdict, context, created=created)
        case SettleLater() as late:
            return _leave_processing(payment, late, context)
        case ChargeTwice():
            return _twice(payment, context, created=created)
        case Linger(seconds):
            return _take_back(payment, seconds, context)
        case Befall() as end:
            taken = take(payment, context)
            return _taken(_doomed(taken, end, context), context, created=created)
        case TakeOther() as wrong:
            unasked = msgspec.structs.replace(payment, amount=wrong.of(payment.amount))
            return _taken(take(unasked, context), context, created=created)
        case TakePart() as part if payment.capture == "automatic":
            amount = part.of(payment.amount)
            whole = amount == payment.amount
            taken = take(payment, context, amount)
            return _taken(taken, context, created=created, unheeded=whole)
        case _:
            return _taken(take(payment, context), context, created=created, unheeded=True)


def capture(payment: Payment, amount: int, context: Context) -> Decision:
    """Take `amount` of an authorization, as the directive says; the rest of it is released."""
    match context.directive:
        case SettleLater() as late:
            waiting = msgspec.structs.replace(
                payment, told=late.told or Status.PROCESSING, settles_amount=amount
            )
            return _tell_later(waiting, late, context)
        case TakePart() as part:
            taken = take_held(payment, part.of(amount), context)
            return _taken(taken, context, unheeded=part.of(amount) == amount)
        case Befall() as fate:
            return _taken(_doomed(take_held(payment, amount, context), fate, context), context)
        case other:
            taken = take_held(payment, amount, context)
            return _taken(taken, context, unheeded=other is not None)


def settle(payment: Payment, context: Context) -> Decision:
    """The late effect of a payment that was left processing: it takes the money now."""
    if payment.status is not Status.AUTHORIZED:
        return take_now(payment, context)
    held, wanted = payment.amount_authorized, payment.settles_amount
    return _taken(take_held(payment, held if wanted is None else wanted, context), context)


def take_now(payment: Payment, context: Context) -> Decision:
    """Take the money of a payment that had to wait; a wallet that holds too little by now fails."""
    failure = wallets.objection(payment, context)
    if failure is not None:
        return resends.fail(msgspec.structs.replace(payment, told=None), failure, context)
    return _taken(take(payment, context), context)


def take(
    payment: Payment, context: Context, part: int | None = None
) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment with its money held (capture manual) or taken (automatic), and the posting.

    `part` is what it takes of the amount, in minor units; None is all.
    """
    amount = payment.amount if part is None else part
    manual = payment.capture == "manual"
    ends = context.wall + HOLD_S if manual and payment.resource is not None else 0.0
    taken = move(
        payment,
        Status.AUTHORIZED if manual else Status.CAPTURED,
        amount_authorized=amount,
        amount_captured=0 if manual else amount,
        told=None,
        settles_at=ends or None,
        held_until=ends,
        failure=None,
        booking=context.booking or payment.booking,
        captured_at=0.0 if manual else context.wall,
        updated=context.wall,
    )
    to = HOLD if manual else MERCHANT
    return taken, (Posting(funds(payment.method), to, amount, payment.currency),)


def take_held(
    payment: Payment, amount: int, context: Context
) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment with `amount` of its hold taken; the rest of the hold goes back to the payer."""
    taken = move(
        payment,
        Status.CAPTURED,
        amount_captured=amount,
        told=None,
        settles_at=payment.settles_at if payment.aftermath else None,
        settles_amount=None,
        failure=None,
        booking=context.booking or payment.booking,
        captured_at=context.wall,
        updated=context.wall,
    )
    postings: tuple[Posting, ...] = (Posting(HOLD, MERCHANT, amount, payment.currency),)
    rest = payment.amount_authorized - amount
    if rest:
        postings += (Posting(HOLD, funds(payment.method), rest, payment.currency),)
    return taken, postings


def _fate(payment: Payment, context: Context) -> Directive | None:
    """What befalls the charge: what the scenario wants, unless the payer's wallet objects."""
    directive = context.directive
    if directive is None and payment.method.failure is not None:
        directive = Decline(payment.method.failure)
    if directive is not None:
        if risk.is_lifted(directive, payment, context) or (
            isinstance(directive, Decline) and proving.is_met(directive, payment)
        ):
            directive = None
        elif isinstance(directive, _TAKES_NOTHING_NOW):
            return directive
    failure = wallets.objection(payment, context)
    if failure is not None:
        return resends.answer(failure, context)
    if directive is None:
        return None
    most = _most(payment, directive)
    if most > payment.amount and wallets.objection(payment, context, most) is not None:
        return None
    return directive


def _most(payment: Payment, directive: Directive | None) -> int:
    """The most that would leave the payer's account, in minor units."""
    if isinstance(directive, ChargeTwice):
        return 2 * payment.amount
    return directive.of(payment.amount) if isinstance(directive, TakeOther) else payment.amount


def _take_back(payment: Payment, seconds: float, context: Context) -> Decision:
    """Approved, and taken back at once; the payer's bank goes on showing the hold for a while."""
    failure = "reversed_after_approval"
    failed = move(
        payment,
        Status.FAILED,
        failure=failure,
        lingers=payment.amount,
        settles_at=context.wall + seconds,
        updated=context.wall,
    )
    return Decision(
        Declined(failed, failure),
        (failed,),
        postings=(Posting(funds(payment.method), HOLD, payment.amount, payment.currency),),
        events=payment_events((failed,), context.ids),
    )


def _doomed(
    taken: tuple[Payment, tuple[Posting, ...]], fate: Befall, context: Context
) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment with what will befall its money."""
    payment, postings = taken
    due = context.wall + fate.after
    return msgspec.structs.replace(payment, aftermath=fate.aftermath, settles_at=due), postings


def _fated(
    taken: tuple[Payment, tuple[Posting, ...]], after: str, context: Context
) -> tuple[Payment, tuple[Posting, ...]]:
    """The payment with what befalls the money of its test card, if nothing else is in store."""
    payment = taken[0]
    fate = testcards.of_charge(after)
    if fate is None or payment.status is not Status.CAPTURED or payment.aftermath is not None:
        return taken
    return _doomed(taken, fate, context)


def _leave_processing(payment: Payment, late: SettleLater, context: Context) -> Decision:
    told = None if late.told is Status.PROCESSING else late.told
    return _tell_later(move(payment, Status.PROCESSING, told=told), late, context)


def _tell_later(payment: Payment, late: SettleLater, context: Context) -> Decision:
    """What the caller hears of a payment whose money will be taken later."""
    told = late.told
    waiting = msgspec.structs.replace(
        payment,
        settles_at=context.wall + late.after,
        failure="processing_error" if told is Status.FAILED else None,
        booking=context.booking or payment.booking,
        updated=context.wall,
    )
    if told is Status.FAILED:
        outcome: Declined | Unknown | PaymentOutcome = Declined(waiting, "processing_error")
    elif told is None:
        outcome = Unknown(waiting)
    else:
        outcome = PaymentOutcome(waiting, created=payment.status is Status.PROCESSING)
    events = payment_events((waiting,), context.ids)
    return Decision(outcome, (waiting,), events=() if told is None else events)


def _twice(payment: Payment, context: Context, *, created: bool) -> Decision:
    second = msgspec.structs.replace(payment, id=context.ids.new("pay"))
    taken, postings = take(payment, context)
    again, more = take(second, context)
    return Decision(
        PaymentOutcome(taken, created),
        (taken, again),
        postings=postings + more,
        events=payment_events((taken, again), context.ids),
    )


def _taken(
    taken: tuple[Payment, tuple[Posting, ...]],
    context: Context,
    *,
    created: bool = False,
    unheeded: bool = False,
) -> Decision:
    """The decision that a payment took money, by these postings."""
    if taken[0].method.after is not None:
        taken = _fated(taken, taken[0].method.after, context)
    payment, postings = taken
    return Decision(
        PaymentOutcome(payment, created),
        (payment,),
        postings=postings,
        events=payment_events((payment,), context.ids),
        unheeded=unheeded,
    )
