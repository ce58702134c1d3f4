"""A restart: accounts as a fold over the journal, and the events that are still owed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulator.accounts.registry import Registry
from simulator.gateway.model import Event, Payment, Refund
from simulator.journal.entry import Attempt, Commit, Delivery, Exchange, Line


class Owed(msgspec.Struct, frozen=True):
    """An event that no merchant has acknowledged, as it stood when it was born."""

    account: str
    event: Event
    payment: Payment
    refund: Refund | None
    created: float
    attempt: int


class Restored(msgspec.Struct, frozen=True):
    """What a journal held: its last sequence number and the events still owed, oldest first."""

    seq: int
    owed: tuple[Owed, ...]


def restore(lines: Iterable[Line], registry: Registry) -> Restored:
    """Bring every account back to where the journal left it."""
    seq = 0
    owed: dict[str, Owed] = {}
    for line in lines:
        match line:
            case Commit():
                seq = line.seq
                registry.account(line.account).absorb(line)
                owed |= {debt.event.id: debt for debt in _born(line)}
            case Attempt():
                store = registry.account(line.account).store
                store.count(line.order, line.operation, line.attempt)
            case Exchange() if line.order:
                account = registry.account(line.account)
                account.next_exchange(line.order, line.operation, line.channel)
                if line.replay:
                    account.tries(line.order, line.operation, replay=True)
            case Delivery() if line.genuine:
                _delivered(line, owed)
            case _:
                pass
    return Restored(seq, tuple(owed.values()))


def _born(line: Commit) -> Iterable[Owed]:
    payments = {payment.id: payment for payment in line.payments}
    refunds = {refund.id: refund for refund in line.refunds}
    for event in line.events:
        refund = refunds[event.refund] if event.refund else None
        yield Owed(line.account, event, payments[event.payment], refund, line.wall, 1)


def _delivered(line: Delivery, owed: dict[str, Owed]) -> None:
    debt = owed.get(line.event)
    if debt is None:
        return
    if line.acknowledged:
        del owed[line.event]
    else:
        owed[line.event] = msgspec.structs.replace(debt, attempt=line.attempt + 1)
