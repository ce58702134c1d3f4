"""Events: what was told by webhook, to be looked up again (docs.stripe.com/api/events).

They are kept for as long as the gateway runs on its journal, not for thirty days only.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.letters import event_view, moment_of
from simulator.dialects.stripe.listing import DatedPage, page, shown
from simulator.dialects.stripe.objection import invalid, missing
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.views import view_of
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Happening

KIND: Final = "event"
_URL: Final = "/v1/events"
_MOST_TYPES: Final = 20


class ListParams(DatedPage):
    """Which events are wanted.

    `type` may hold `*` for any letters. Delivered with success is what every address has
    acknowledged that was to be told.
    """

    type: str | None = None
    types: list[str] | None = None
    delivery_success: bool | None = None

    def wants(self, happening: Happening, snapshot: Snapshot) -> bool:
        """Whether this one is wanted."""
        name = happening.event.name or ""
        if self.type is not None and not fnmatchcase(name, self.type):
            return False
        if self.types is not None and name not in self.types:
            return False
        if self.created is not None and not self.dated(moment_of(happening)):
            return False
        delivered = snapshot.undelivered(happening.event.id) == 0
        return self.delivery_success in (None, delivered)


def _view(happening: Happening, snapshot: Snapshot) -> dict[str, Any]:
    pending = snapshot.undelivered(happening.event.id)
    return event_view(happening, view_of(happening, snapshot), pending)


def _retrieve(desk: Desk, _: Params) -> Answer:
    name, snapshot = desk.call.ids[0], desk.context.snapshot
    found = snapshot.happening(name)
    if found is None:
        raise missing(KIND, name)
    return Answer(_view(found, snapshot))


def _list(desk: Desk, params: ListParams) -> Answer:
    if params.type is not None and params.types is not None:
        raise invalid("You may only specify one of these parameters: type, types.", "types")
    if params.types is not None and len(params.types) > _MOST_TYPES:
        raise invalid(f"You may only specify up to {_MOST_TYPES} types.", "types")
    snapshot = desk.context.snapshot
    seen = shown(
        _chosen(snapshot, params),
        lambda each: _view(each, snapshot),
        lambda each: str(each.event.id),
    )
    return Answer(page(seen, params, _URL, KIND))


def _chosen(snapshot: Snapshot, params: ListParams) -> Iterator[Happening]:
    return (each for each in snapshot.happenings() if params.wants(each, snapshot))


ENDPOINTS: Final = (
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
)
