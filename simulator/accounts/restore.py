"""A restart: accounts as a fold over the journal, and the events that are still owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from simulator.accounts.account import ADVANCED, FOLLOWED, Account
from simulator.accounts.registry import Registry
from simulator.errors import UsageError
from simulator.gateway.model import Event, Payment
from simulator.gateway.outcomes import Reason
from simulator.gateway.things import About
from simulator.journal.entry import Attempt, Commit, Delivery, Exchange, Line, Note, Run
from simulator.scenario.gateways import profile_of

#: The note that an account was given a fresh state: all that stands before it is forgotten.
RESET: Final = "reset"


_NOT_PLANNED: Final = frozenset({Reason.KEY_CONFLICT.value, Reason.KEY_IN_FLIGHT.value})


class Owed(msgspec.Struct, frozen=True):
    """An event that no merchant has acknowledged, as it stood when it was born."""

    account: str
    event: Event
    payment: Payment
    about: About | None
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
            case Run():
                raise UsageError(
                    "this is the recording of a drill, of many hands; a gateway goes on with its "
                    "own journal only"
                )
            case Commit():
                seq = line.seq
                account = registry.account(line.account)
                account.absorb(line)
                _tried(line, account)
                owed |= {debt.event.id: debt for debt in _born(line)}
            case Attempt():
                _tried(line, registry.account(line.account))
            case Exchange() if line.order:
                _exchanged(line, registry.account(line.account))
            case Delivery() if line.genuine:
                _delivered(line, owed)
            case Note(text=text, data=data) if text == ADVANCED:
                registry.account(line.account).clock.advance(float(data["by"]))
            case Note(text=text, data=data) if text == FOLLOWED:
                _follow(registry.account(line.account), data)
            case Note(text=text) if text == RESET:
                registry.forget(line.account)
                owed = {key: debt for key, debt in owed.items() if debt.account != line.account}
            case _:
                pass
    return Restored(seq, tuple(owed.values()))


def _follow(account: Account, data: Mapping[str, Any]) -> None:
    """Be the gateway again that the account was."""
    try:
        profile = profile_of(data["profile"])
    except ValueError as error:
        raise UsageError(
            f"the journal's account {account.name} has a profile that cannot be read: {error}"
        ) from None
    account.follow(profile.starting(float(data["starts"])))


def _tried(line: Commit | Attempt | Exchange, account: Account) -> None:
    if line.attempt:
        account.store.count(line.order, line.operation, line.attempt)
        account.tries.remember(line.order, line.operation, line.attempt)


def _exchanged(line: Exchange, account: Account) -> None:
    """Counters of what the scenario was asked about: not of keys that were refused before that."""
    if line.failure in _NOT_PLANNED:
        return
    _tried(line, account)
    account.tries.exchange(line.order, line.operation, line.channel)
    if line.replay:
        account.tries.replay(line.order, line.operation)


def event_of(lines: Iterable[Line], event: str) -> Owed | None:
    """An event as it was born, acknowledged or not, with the number of its next try.

    None if no commit among the lines bore it, or if the account was reset after that.
    """
    found: dict[str, Owed] = {}
    for line in lines:
        match line:
            case Commit():
                found |= {debt.event.id: debt for debt in _born(line) if debt.event.id == event}
            case Delivery(event=sent) if sent == event and sent in found:
                attempt = max(found[sent].attempt, line.attempt + 1)
                found[sent] = msgspec.structs.replace(found[sent], attempt=attempt)
            case Note(text=text) if text == RESET:
                found.clear()
            case _:
                pass
    return found.get(event)


def _born(line: Commit) -> Iterable[Owed]:
    for event, payment, about in line.born():
        yield Owed(line.account, event, payment, about, line.wall, 1)


def _delivered(line: Delivery, owed: dict[str, Owed]) -> None:
    debt = owed.get(line.event)
    if debt is None:
        return
    if line.acknowledged and not line.stale:
        del owed[line.event]
    else:
        owed[line.event] = msgspec.structs.replace(debt, attempt=line.attempt + 1)
