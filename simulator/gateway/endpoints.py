"""Addresses that merchants make by themselves, and which events are sent there.

An endpoint is a Resource of this kind. In its fields stand `url` and `secret`, `status` (enabled or
disabled) and `enabled_events`, the names of the events that it wants; `*` is all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from simulator.gateway.model import Event
from simulator.gateway.things import Resource

KIND: Final = "webhook_endpoint"
ENABLED: Final = "enabled"
ALL: Final = "*"


class _Kept(Protocol):
    def resources(self, kind: str) -> Iterator[Resource]: ...


def listens(endpoint: Resource) -> bool:
    """Whether anything is sent there at all."""
    return not endpoint.deleted and endpoint.fields["status"] == ENABLED


def wants(endpoint: Resource, event: Event) -> bool:
    """Whether an event is to be sent there; one without a name of its own never is."""
    if event.name is None or not listens(endpoint):
        return False
    names = endpoint.fields["enabled_events"]
    return ALL in names or event.name in names


def addressees(channel: _Kept, event: Event) -> tuple[str, ...]:
    """The ids of the endpoints of a channel that are to be told of an event that is born now."""
    found = [each.id for each in channel.resources(KIND) if wants(each, event)]
    return tuple(reversed(found))
