"""Checkouts: a page is worth one payment at a time, and one that took money is the last.

What a page may do is worked out from its last payment, so nobody has to tell a checkout that its
payment was authenticated, settled late or failed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from simulator import people
from simulator.gateway import charges
from simulator.gateway.commands import (
    CreateCheckout,
    CreatePayment,
    ListMethods,
    PayCheckout,
    RetrieveCheckout,
    ShowCheckout,
)
from simulator.gateway.decision import Context, Decision, refused
from simulator.gateway.model import Payer, Payment, Status
from simulator.gateway.offers import offers
from simulator.gateway.outcomes import CheckoutShown, Reason, Refused, ThingOutcome
from simulator.gateway.pages import shown
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Checkout

_OVER_UNPAID: Final = frozenset({Status.FAILED, Status.CANCELED, Status.EXPIRED})


def create(command: CreateCheckout, context: Context) -> Decision:
    """A fresh page; an order that was closed gets none."""
    if context.snapshot.is_closed(command.order):
        return refused(
            Reason.ORDER_CLOSED, f"order {command.order} was closed by a cancel; it takes no charge"
        )
    name = context.ids.new("chk")
    checkout = Checkout(
        id=name,
        url=f"{context.pages}/{name}",
        channel=context.snapshot.channel,
        order=command.order,
        amount=command.amount,
        currency=command.currency,
        payer=command.payer,
        product=command.product,
        locale=command.locale,
        return_url=command.return_url,
        capture=command.capture,
        resource=command.resource,
        methods=command.methods,
        prove=command.prove,
        submit=command.submit,
        asks_email=command.asks_email,
        cancel_url=command.cancel_url,
        returns=command.returns,
        expires=context.wall + command.lasts,
        created=context.wall,
    )
    return Decision(ThingOutcome(checkout, created=True), things=(checkout,))


def retrieve(command: RetrieveCheckout, context: Context) -> Decision:
    """The checkout, as it is now."""
    checkout = find(context.snapshot, command.checkout)
    if checkout is None:
        return _unknown(command.checkout)
    payment = last_payment(checkout, context.snapshot)
    return Decision(ThingOutcome(_as_now(checkout, payment, context)))


def show(command: ShowCheckout, context: Context) -> Decision:
    """The page, for the payer."""
    checkout = find(context.snapshot, command.checkout)
    if checkout is None:
        return _unknown(command.checkout)
    page = _shown(checkout, context, command.problems)
    if page.checkout.status == "expired" and context.snapshot.is_closed(checkout.order):
        return refused(Reason.ORDER_CLOSED, f"order {checkout.order} was closed by a cancel")
    return shown(page, context)


def pay(command: PayCheckout, context: Context) -> Decision:
    """Try to pay, unless the page may not: then nothing is charged, and the answer says why."""
    struck = context.directive is not None
    checkout = find(context.snapshot, command.checkout)
    if checkout is None:
        return _unknown(command.checkout)
    refusal = obstacle(command, checkout, context.snapshot, context.wall)
    if refusal is not None:
        return Decision(refusal, unheeded=struck)
    problem = _problem(command, checkout, context.wall)
    if problem is not None:
        return Decision(_shown(checkout, context, (problem,)), unheeded=struck)
    payment = charges.new_payment(purchase(command, checkout), context)
    decision = charges.charge(payment, context, created=True)
    used = msgspec.structs.replace(
        checkout,
        payment=payment.id,
        turn=checkout.turn + 1,
        email=command.email if checkout.asks_email else None,
    )
    return msgspec.structs.replace(decision, things=(*decision.things, used))


def find(snapshot: Snapshot, checkout: str) -> Checkout | None:
    """The checkout with this id on this channel."""
    thing = snapshot.thing(checkout)
    return thing if isinstance(thing, Checkout) and thing.channel == snapshot.channel else None


def last_payment(checkout: Checkout, snapshot: Snapshot) -> Payment | None:
    """The last payment that was tried on the page."""
    return snapshot.payment(checkout.payment) if checkout.payment else None


def purchase(command: PayCheckout, checkout: Checkout) -> CreatePayment:
    """The payment that paying on a page asks for."""
    return CreatePayment(
        order=checkout.order,
        amount=checkout.amount,
        currency=checkout.currency,
        method=command.method,
        capture=checkout.capture,
        payer=_payer(command, checkout),
        email=command.email,
        product=checkout.product,
        return_url=checkout.return_url,
        checkout=checkout.id,
        resource=checkout.resource,
        prove=checkout.prove,
    )


def _payer(command: PayCheckout, checkout: Checkout) -> Payer | None:
    """Who pays: known to the merchant, or by the address that was typed."""
    email = command.email
    if email is None or not checkout.asks_email:
        return checkout.payer
    known = checkout.payer or Payer()
    return msgspec.structs.replace(
        known, email=people.mask_email(email), id=people.trace("payer", email)
    )


def obstacle(
    command: PayCheckout, checkout: Checkout, snapshot: Snapshot, wall: float
) -> Refused | None:
    """Why the page may not pay now: paid, under way, filled in too early, or too late."""
    payment = last_payment(checkout, snapshot)
    if checkout.status == "complete" or (payment is not None and _has_paid(payment)):
        return Refused(Reason.STATE_FORBIDS, "this checkout has been paid", payment)
    if payment is not None and payment.shown not in _OVER_UNPAID:
        return Refused(
            Reason.STATE_FORBIDS, f"a payment is under way here: it is {payment.shown}", payment
        )
    if command.turn is not None and command.turn != checkout.turn:
        return Refused(
            Reason.PAGE_OUT_OF_DATE, "this page was shown before the last try to pay", payment
        )
    if wall >= checkout.expires or checkout.status == "expired":
        return Refused(Reason.CHECKOUT_EXPIRED, "this checkout has expired")
    if snapshot.is_closed(checkout.order):
        return Refused(Reason.ORDER_CLOSED, f"order {checkout.order} was closed by a cancel")
    return None


def _has_paid(payment: Payment) -> bool:
    """Whether the page has done its work; a hold that was released since counts too."""
    if payment.shown in _OVER_UNPAID:
        return payment.shown is not Status.FAILED and payment.amount_authorized > 0
    return payment.shown in {Status.AUTHORIZED, Status.CAPTURED}


def _shown(
    checkout: Checkout, context: Context, problems: tuple[tuple[str, str], ...]
) -> CheckoutShown:
    payment = last_payment(checkout, context.snapshot)
    now = _as_now(checkout, payment, context)
    wanted = ListMethods(
        country=checkout.payer.country if checkout.payer else None,
        currency=checkout.currency,
        amount=checkout.amount,
        product=checkout.product,
    )
    offered = offers(context.profile, wanted, context.wall)
    if checkout.methods:
        offered = tuple(each for each in offered if each.rule.type in checkout.methods)
    return CheckoutShown(now, payment, context.wall, offered, problems)


def _as_now(checkout: Checkout, payment: Payment | None, context: Context) -> Checkout:
    """The checkout with the status that it has at this moment.

    A payment that is under way when the time is up, or the order closed, may still complete it.
    """
    if checkout.status != "open":
        return checkout
    if payment is not None and _has_paid(payment):
        return msgspec.structs.replace(checkout, status="complete")
    waiting = payment is not None and payment.shown not in _OVER_UNPAID
    late = context.wall >= checkout.expires or context.snapshot.is_closed(checkout.order)
    return msgspec.structs.replace(checkout, status="expired" if late and not waiting else "open")


def _problem(command: PayCheckout, checkout: Checkout, wall: float) -> tuple[str, str] | None:
    """What is wrong with a form that was filled in, by field."""
    if command.expiry is not None and _is_past(command.expiry, wall):
        return ("expiry", "past")
    if checkout.methods and command.method.type not in checkout.methods:
        return ("method", "missing")
    return None


def _is_past(expiry: tuple[int, int], wall: float) -> bool:
    """Whether a card is no longer good: it is until the end of its month."""
    now = datetime.fromtimestamp(wall, UTC)
    return expiry < (now.year, now.month)


def _unknown(checkout: str) -> Decision:
    return refused(Reason.NOT_FOUND, f"no checkout {checkout} on this channel")
