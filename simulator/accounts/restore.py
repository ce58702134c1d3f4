"""A restart: accounts as a fold over the journal, and the events that are still owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from simulator.accounts.account import ADVANCED, FOLLOWED, Account
from simulator.accounts.registry import Registry
from simulator.errors import UsageError
from simulator.gateway.outcomes import Reason
from simulator.gateway.things import Happening
from simulator.journal.entry import Attempt, Commit, Delivery, Exchange, Line, Note, Run
from simulator.scenario.gateways import profile_of

#: The note that an account was given a fresh state: all that stands before it is forgotten.
RESET: Final = "reset"


_NOT_PLANNED: Final = frozenset({Reason.KEY_CONFLICT.value, Reason.KEY_IN_FLIGHT.value})


class Owed(msgspec.Struct, frozen=True):
    """An event as it was born, which was not acknowledged at one of the addresses of the merchant.

    That is the endpoint with the id `endpoint`, or the account's own. `attempt` is the number of
    the next try. The last one, if there was one, ended at `tried`, by the account's clock.
    """

    account: str
    happening: Happening
    endpoint: str | None = None
    attempt: int = 1
    tried: float | None = None


#: An event (its id) at one of the addresses to which it is sent.
_Debt = tuple[str, str | None]


class Restored(msgspec.Struct, frozen=True):
    """What a journal held: its last sequence number and the events still owed, oldest first."""

    seq: int
    owed: tuple[Owed, ...]


def restore(lines: Iterable[Line], registry: Registry) -> Restored:
    """Bring every account back to where the journal left it."""
    seq = 0
    owed: dict[_Debt, Owed] = {}
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
                owed |= dict(_born(line, account))
            case Attempt():
                _tried(line, registry.account(line.account))
            case Exchange() if line.order:
                _exchanged(line, registry.account(line.account))
            case Delivery() if line.genuine:
                _delivered(line, registry.account(line.account), owed)
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


def event_of(lines: Iterable[Line], event: str, endpoint: str | None = None) -> Owed | None:
    """An event as it was born, acknowledged or not, with the number of its next try at an address.

    None if no commit among the lines bore it, or if the account was reset after that.
    """
    found: Owed | None = None
    for line in lines:
        match line:
            case Commit():
                for happening in line.born():
                    if happening.event.id == event:
                        found = Owed(line.account, happening, endpoint)
            case Delivery() if found and (line.event, line.endpoint) == (event, endpoint):
                attempt = max(found.attempt, line.attempt + 1)
                found = msgspec.structs.replace(found, attempt=attempt)
            case Note(text=text) if text == RESET:
                found = None
            case _:
                pass
    return found


def _born(line: Commit, account: Account) -> Iterator[tuple[_Debt, Owed]]:
    state = account.store.channel(line.channel)
    for happening in line.born():
        event = happening.event
        for endpoint in state.addresses_of(event):
            yield (event.id, endpoint), Owed(line.account, happening, endpoint)


def _delivered(line: Delivery, account: Account, owed: dict[_Debt, Owed]) -> None:
    if line.taken:
        account.store.channel(line.channel).delivered(line.event, line.endpoint)
    debt = owed.get((line.event, line.endpoint))
    if debt is None:
        return
    if line.taken:
        del owed[line.event, line.endpoint]
    else:
        tried = line.wall + account.clock.ahead
        owed[line.event, line.endpoint] = msgspec.structs.replace(
            debt, attempt=line.attempt + 1, tried=tried
        )
