"""Disputes by hand, and what the payer's bank shows: the side of a payment that merchants lack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from simulator.accounts.account import Account
from simulator.dialects.native.disputes import dispute_view
from simulator.dialects.native.views import DisputeView, stamp
from simulator.errors import UsageError
from simulator.gateway.disputes import REASONS, CloseDispute, OpenDispute
from simulator.gateway.model import Aftermath, Payment, Status
from simulator.gateway.outcomes import Reason, Refused, ThingOutcome
from simulator.gateway.payers import Act
from simulator.gateway.things import Dispute
from simulator.server.control.answers import Answer
from simulator.server.control.bodies import Asked, Duration, Nothing
from simulator.server.control.call import Body, Call, Missing, seconds

_Reason = Annotated[str, Meta(extra_json_schema={"enum": list(REASONS)})]


class NewDispute(Asked, frozen=True):
    """Which payment is disputed, why, and how it will end if nobody closes it.

    The bank decides `decided_after` the opening, or after the evidence if that came; by default
    when the profile says so. `wins` says when it decides for the merchant.
    """

    payment: Annotated[str, Meta(min_length=1, max_length=120)]
    reason: _Reason = "product_not_received"
    decided_after: Duration | None = None
    wins: Literal["never", "with_evidence", "always"] = "with_evidence"


class Verdict(Asked, frozen=True):
    """What the bank has decided."""

    won: bool


class Disputes(Answer, frozen=True, kw_only=True):
    """All disputes of all channels, oldest first."""

    data: list[DisputeView]


class OnePayment(Asked, frozen=True):
    """Whose entries are wanted; all by default."""

    order: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    payment: Annotated[str, Meta(min_length=1, max_length=120)] | None = None


class BankEntry(Answer, frozen=True, kw_only=True):
    """One line of the payer's bank statement. `amount` is what left the payer, in minor units.

    `pending` shows a hold: of an authorization, or of one that is over and lingers until `until`.
    """

    payment: str
    order: str
    kind: Literal["pending", "booked", "returned"]
    amount: int
    currency: str
    lingers: bool = False
    until: str | None = None


class BankStatement(Answer, frozen=True, kw_only=True):
    """What payers see at their banks, true or not, by payment."""

    data: list[BankEntry]


async def open_dispute(call: Call[Nothing, NewDispute]) -> DisputeView:
    """Let a payer dispute a captured payment: the money is withdrawn, `dispute.opened` is sent."""
    account, body = call.tenant.account, call.body
    if body.reason not in REASONS:
        raise UsageError(f"reason: one of {', '.join(REASONS)}")
    after = None if body.decided_after is None else seconds(body.decided_after, "decided_after")
    payment = _payment(account, body.payment)
    fate = Aftermath("dispute", body.reason, after, body.wins)
    return _act(call, payment.channel, OpenDispute(payment.id, fate))


async def close_dispute(call: Call[Nothing, Verdict]) -> DisputeView:
    """Let the bank decide now: `dispute.won` gives the money back, `dispute.lost` does not."""
    dispute = _dispute(call.tenant.account, call.places["dispute"])
    return _act(call, dispute.channel, CloseDispute(dispute.id, call.body.won))


async def list_disputes(call: Call[Nothing, Nothing]) -> Disputes:
    """List the disputes of all channels, oldest first."""
    channels = call.tenant.account.store.channels()
    every = [dispute for channel in channels for dispute in channel.disputes()]
    every.sort(key=lambda dispute: dispute.created)
    return Disputes(data=[dispute_view(each) for each in every])


async def payer_statement(call: Call[OnePayment, Nothing]) -> BankStatement:
    """Show what payers see at their banks: holds, debits, money that came back.

    A hold that was released here can linger there (fault `hold_lingers`): that is what a payer
    means who says "but it was debited".
    """
    query = call.query
    entries = [
        entry
        for channel in call.tenant.account.store.channels()
        for payment in channel.payments()
        if query.order in (None, payment.order) and query.payment in (None, payment.id)
        for entry in _entries(payment)
    ]
    return BankStatement(data=entries)


def _entries(payment: Payment) -> Iterator[BankEntry]:
    held = payment.amount_authorized if payment.status is Status.AUTHORIZED else payment.lingers
    if held:
        until = stamp(payment.settles_at) if payment.lingers and payment.settles_at else None
        lingers = bool(payment.lingers)
        yield _entry(payment, "pending", held, lingers=lingers, until=until)
    if payment.amount_captured:
        yield _entry(payment, "booked", payment.amount_captured)
    back = payment.amount_refunded + payment.amount_reversed + payment.amount_disputed
    if back:
        yield _entry(payment, "returned", -back)


def _entry(
    payment: Payment,
    kind: Literal["pending", "booked", "returned"],
    amount: int,
    *,
    lingers: bool = False,
    until: str | None = None,
) -> BankEntry:
    return BankEntry(
        payment=payment.id,
        order=payment.order,
        kind=kind,
        amount=amount,
        currency=payment.currency,
        lingers=lingers,
        until=until,
    )


def _act(call: Call[Nothing, Body], channel: str, act: Act) -> DisputeView:
    """Perform what a bank does; UsageError or Missing says why it cannot be."""
    tenant = call.tenant
    outcome = tenant.account.act(channel, act, call.gateway.ids)
    tenant.timekeeper.wake()
    if isinstance(outcome, ThingOutcome) and isinstance(outcome.thing, Dispute):
        return dispute_view(outcome.thing)
    if isinstance(outcome, Refused):
        raise (Missing if outcome.reason is Reason.NOT_FOUND else UsageError)(outcome.message)
    raise UsageError("this changed no dispute")


def _payment(account: Account, name: str) -> Payment:
    found = (channel.payment(name) for channel in account.store.channels())
    payment = next((each for each in found if each is not None), None)
    if payment is None:
        raise Missing("there is no such payment")
    return payment


def _dispute(account: Account, name: str) -> Dispute:
    thing = account.store.things.get(name)
    if not isinstance(thing, Dispute):
        raise Missing("there is no such dispute")
    return thing
