"""What dialects keep for their callers changes by itself, too: at a moment that was set for it."""

from __future__ import annotations

import msgspec

from simulator.gateway.decision import Context, Decision
from simulator.gateway.model import Event
from simulator.gateway.outcomes import ThingOutcome
from simulator.gateway.things import Resource


def ripen(resource: Resource, context: Context) -> Decision:
    """The moment of a resource has come: it takes over what it was to become, and tells of it."""
    fields = {**resource.fields, **resource.becomes}
    ripe = msgspec.structs.replace(
        resource, fields=fields, becomes={}, then=None, settles_at=None, updated=context.wall
    )
    return Decision(ThingOutcome(ripe), things=(ripe,), events=_events(resource, context))


def event_of(resource: Resource, name: str, context: Context) -> Event:
    """An event about a resource, by the name that its dialect gives it."""
    return Event(
        context.ids.new("evt"),
        name,
        resource.channel,
        resource.order,
        "",
        thing=resource.id,
        name=name,
    )


def _events(resource: Resource, context: Context) -> tuple[Event, ...]:
    return () if resource.then is None else (event_of(resource, resource.then, context),)
