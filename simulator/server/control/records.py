"""What happened: journal, payments, deliveries; and deliveries once more."""

from __future__ import annotations

from simulator.dialects.native.render import payment_view
from simulator.errors import UsageError
from simulator.server.control import answers
from simulator.server.control.bodies import Lines, Nothing, Where
from simulator.server.control.call import Call, Missing


async def read_journal(call: Call[Lines, Nothing]) -> answers.Journal:
    """Read the account's lines after a cursor; `next` is the cursor for what comes then.

    A page may be empty although more follows: the end is reached when `next` stays the same.
    """
    page = call.gateway.lookback.page(call.tenant.account.name, call.query.after, call.query.limit)
    return answers.Journal(data=page.lines, next=page.cursor)


async def list_deliveries(call: Call[Lines, Nothing]) -> answers.Deliveries:
    """Read every try of a webhook after a cursor, as in the journal."""
    page = call.gateway.lookback.page(
        call.tenant.account.name, call.query.after, call.query.limit, "delivery"
    )
    return answers.Deliveries(data=page.lines, next=page.cursor)


async def replay_delivery(call: Call[Where, Nothing]) -> answers.Replayed:
    """Send an event once more, now, under the same id, as a new try.

    It goes to the account's own address, or to an endpoint that the merchant made; whether that
    wants such events does not matter. Faults for webhooks meet this try like any other. An event
    that waits for its next try there gets that one now; for any other it is one try more, whatever
    comes of it.
    """
    tenant, event, endpoint = call.tenant, call.places["event"], call.query.endpoint
    debt = await call.gateway.lookback.event(tenant.account.name, event, endpoint)
    if debt is None:
        raise Missing(f"no event {event} of this account stands in the journal")
    name = debt.happening.event.name
    if endpoint is not None and name is None:
        raise UsageError(f"endpoint: {event} is told in the native API only, at one address")
    attempt = tenant.again(debt)
    return answers.Replayed(event=event, attempt=attempt, name=name, endpoint=endpoint)


async def list_payments(call: Call[Nothing, Nothing]) -> answers.Payments:
    """List all payments on all channels, as callers see them."""
    store = call.tenant.account.store
    every = [payment for channel in store.channels() for payment in channel.payments()]
    return answers.Payments(data=[payment_view(payment) for payment in every])
