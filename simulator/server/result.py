"""The line that an exchange leaves in the journal."""

from __future__ import annotations

from typing import Final

from simulator.accounts.view import Told
from simulator.journal.entry import Exchange
from simulator.server.passage import Ending, Passage
from simulator.server.reception import PAGES

#: What a caller learns from an answer that did not arrive whole.
_UNHEARD: Final = Told(seen="info")


def record(passage: Passage, ending: Ending, sent: str, now: float) -> None:
    """Write down how an exchange ended at `now`: what was sent (whole, partial, none) and told."""
    account, subject, told = passage.account, passage.subject, ending.told
    account.last_exchange = now
    thing = (subject.create or subject.payment) if subject else None
    method = thing.method if thing else None
    whole = sent == "whole"
    heard = told if whole else _UNHEARD
    line = Exchange(
        source="gateway",
        wall=account.system.wall(),
        mono=now,
        account=account.name,
        id=passage.exchange,
        channel=passage.channel,
        operation=subject.operation if subject else "invalid",
        received=passage.received,
        order=subject.order if subject else "",
        payment=told.payment or (subject.payment.id if subject and subject.payment else None),
        refund=told.refund,
        key=passage.request.key,
        replay=passage.replay,
        attempt=passage.attempt,
        status=ending.reply.status if whole and ending.reply else None,
        sent=sent,
        seen=heard.seen,
        told=heard.told,
        failure=heard.failure,
        retry=heard.retry,
        retry_after=ending.retry_after or heard.retry_after,
        rule=told.rule if passage.attempt else None,
        method=method.type if method else None,
        token=method.token if method else None,
        amount=thing.amount if thing else None,
        currency=thing.currency if thing else None,
        shown=heard.shown,
        hits=passage.hits,
        page=passage.request.path.startswith(PAGES),
        resource=(thing.resource or None) if thing else None,
        own_us=int((now - passage.received - passage.waited) * 1e6),
        waited_us=int(passage.waited * 1e6),
    )
    account.recorder.exchange(line)
