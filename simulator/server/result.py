"""The line that an exchange leaves in the journal."""

from __future__ import annotations

from simulator.server.passage import Ending, Passage


def record(passage: Passage, ending: Ending, sent: str, now: float) -> None:
    """Write down how an exchange ended at `now`: what was sent (whole, partial, none) and told."""
    account, subject, told = passage.account, passage.subject, ending.told
    account.last_exchange = now
    thing = (subject.create or subject.payment) if subject else None
    whole = sent == "whole"
    account.recorder.exchange(
        account.name,
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
        seen=told.seen if whole else "info",
        told=told.told if whole else None,
        failure=told.failure if whole else None,
        retry=told.retry if whole else None,
        retry_after=ending.retry_after,
        method=thing.method.type if thing else None,
        token=thing.method.token if thing else None,
        amount=thing.amount if thing else None,
        currency=thing.currency if thing else None,
        shown=told.shown if whole else (),
        hits=passage.hits,
        own_us=int((now - passage.received - passage.waited) * 1e6),
        waited_us=int(passage.waited * 1e6),
    )
