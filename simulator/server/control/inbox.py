"""The fake inbox: the messages with codes that payers got, as they would find them on their phones.

Codes are drawn anew for whoever asks; none is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.accounts.account import Account
from simulator.dialects.native.views import stamp
from simulator.gateway.authentication.codes import code_of
from simulator.gateway.authentication.record import Authentication, Send
from simulator.gateway.model import Payment
from simulator.server.control import answers
from simulator.server.control.bodies import Nothing, OfWhom
from simulator.server.control.call import Call
from simulator.stores.memory import ChannelState


async def read_inbox(call: Call[OfWhom, Nothing]) -> answers.Inbox:
    """Read the messages with one-time codes that have arrived by now, oldest first.

    A message that is late appears when the account's clock has come so far; one that never arrives,
    that reaches somebody else or that was not even sent appears only with `all`, without its code.
    """
    account, asked = call.tenant.account, call.query
    wall = account.clock.wall()
    found = [
        _message(each, send, wall)
        for each in _asked_for(account, asked)
        for send in each.sends
        if asked.all or send.is_there(wall)
    ]
    found = [each for each in found if asked.to in (None, each.to)]
    return answers.Inbox(data=sorted(found, key=lambda each: each.at)[-asked.limit :])


def _asked_for(account: Account, asked: OfWhom) -> Iterator[Authentication]:
    """The authentications in question; those of one payment or order are found without looking."""
    store = account.store
    if asked.payment is None and asked.order is None:
        yield from (each for each in store.things.values() if isinstance(each, Authentication))
        return
    for state in store.channels():
        for payment in _payments(state, asked):
            result = payment.authentication
            thing = store.things.get(result.id) if result is not None and result.id else None
            if isinstance(thing, Authentication) and asked.order in (None, payment.order):
                yield thing


def _payments(state: ChannelState, asked: OfWhom) -> tuple[Payment, ...]:
    if asked.payment is None:
        return state.payments_of(asked.order or "")
    known = state.payment(asked.payment)
    return () if known is None else (known,)


def _message(authentication: Authentication, send: Send, wall: float) -> answers.Message:
    there = send.is_there(wall)
    code = code_of(authentication, send) if there else None
    to = authentication.email if send.via == "email" else authentication.phone
    text = code and f"{code} is your code for payment {authentication.payment}. Tell it to nobody."
    return answers.Message(
        id=f"msg_{authentication.id.removeprefix('auth_')}_{send.n}",
        at=stamp(send.at if send.arrives is None else send.arrives),
        to=to or "",
        via=send.via,  # type: ignore[arg-type]  # a profile knows these ways only
        code=code,
        text=text,
        payment=authentication.payment,
        order=authentication.order,
        delivered=there,
    )
