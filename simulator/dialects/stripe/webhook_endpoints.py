"""Webhook endpoints that merchants make (docs.stripe.com/api/webhook_endpoints).

They lie on this machine, or on a host that the gateway was told to allow. Events are told in one
version of the API, which they name, whatever `api_version` an endpoint was made with.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from simulator.dialects.stripe import facts
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.listing import Page, page, shown
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.objection import Objection, absent, invalid, unsupported
from simulator.dialects.stripe.params import Params, kept
from simulator.errors import UsageError
from simulator.gateway.endpoints import ALL, ENABLED, KIND
from simulator.gateway.things import Resource
from simulator.loopback import allowed

_URL: Final = "/v1/webhook_endpoints"
#: How many an account may have (docs.stripe.com/webhooks).
_MOST: Final = 16
_SHOWN: Final = ("api_version", "description", "enabled_events", "metadata", "status", "url")


class CreateParams(Params):
    """A new endpoint; `*` stands for all events."""

    url: str
    enabled_events: list[str]
    api_version: str | None = None
    connect: bool | None = None
    description: str | None = None
    metadata: Metadata | UnsetType = UNSET


class UpdateParams(Params):
    """What is not sent stays as it is."""

    url: str | UnsetType = UNSET
    enabled_events: list[str] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    disabled: bool | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET


def endpoint_view(endpoint: Resource) -> dict[str, Any]:
    """An endpoint as callers see it, without its secret."""
    return {
        "id": endpoint.id,
        "object": KIND,
        "application": None,
        "created": int(endpoint.created),
        "livemode": False,
        **{name: endpoint.fields[name] for name in _SHOWN},
    }


def _create(desk: Desk, params: CreateParams) -> Answer:
    if params.connect:
        raise unsupported("connect", "There are no connected accounts.")
    _check_url(desk, params.url)
    _check_events(params.enabled_events)
    if sum(1 for _ in desk.all(KIND)) >= _MOST:
        raise invalid(f"You have reached the maximum of {_MOST} test webhook endpoints.")
    made = desk.put(
        Resource(
            id=desk.new("we"),
            kind=KIND,
            channel=desk.context.snapshot.channel,
            fields={
                "api_version": params.api_version,
                "description": params.description,
                "enabled_events": params.enabled_events,
                "metadata": merged({}, params.metadata),
                "secret": "whsec_" + desk.new("secret").removeprefix("secret_"),
                "status": ENABLED,
                "url": params.url,
            },
        )
    )
    return Answer({**endpoint_view(made), "secret": made.fields["secret"]})


def _retrieve(desk: Desk, _: Params) -> Answer:
    return Answer(endpoint_view(_get(desk)))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    old = _get(desk)
    changes = kept(asdict(params))
    if "url" in changes:
        _check_url(desk, changes["url"])
    if "enabled_events" in changes:
        _check_events(changes["enabled_events"])
    if "disabled" in changes:
        changes["status"] = "disabled" if changes.pop("disabled") else ENABLED
    changes["metadata"] = merged(old.fields["metadata"], params.metadata)
    changed = desk.put(replace(old, fields={**old.fields, **changes}))
    return Answer(endpoint_view(changed))


def _delete(desk: Desk, _: Params) -> Answer:
    gone = desk.put(replace(_get(desk), deleted=True, fields={}))
    return Answer({"id": gone.id, "object": KIND, "deleted": True})


def _list(desk: Desk, params: Page) -> Answer:
    return Answer(page(shown(desk.all(KIND), endpoint_view), params, _URL, KIND))


def _get(desk: Desk) -> Resource:
    return desk.get(KIND, desk.call.ids[0])


def _check_url(desk: Desk, url: str) -> None:
    try:
        allowed(url, desk.hosts)
    except UsageError as error:
        raise invalid(f"Invalid URL: {error}", "url", "url_invalid") from error


def _check_events(names: list[str]) -> None:
    if not names:
        raise absent("enabled_events")
    for place, name in enumerate(names):
        if name != ALL and name not in facts.event_types():
            raise _no_event(place, name)


def _no_event(place: int, name: str) -> Objection:
    return invalid(
        f"Invalid enabled_events[{place}]: {name} is no type of event; it must be one of those "
        "listed at docs.stripe.com/api/events/types, or *",
        f"enabled_events[{place}]",
    )


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path=_URL,
        handle=_create,
        params=CreateParams,
        note="`api_version` is kept; events have the shapes of our one version all the same",
    ),
    Endpoint(method="GET", path=_URL, handle=_list, params=Page, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
    Endpoint(method="POST", path=f"{_URL}/{{}}", handle=_update, params=UpdateParams),
    Endpoint(method="DELETE", path=f"{_URL}/{{}}", handle=_delete),
)
