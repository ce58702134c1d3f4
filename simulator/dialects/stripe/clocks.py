"""Test clocks (docs.stripe.com/api/test_clocks): they move the clock of the whole account here.

An account has one clock, so one test clock may live at a time (on each channel). Time does not
stand still: `frozen_time` is the moment to which the clock was moved, and it goes on from there. As
everywhere here it never goes back.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from simulator.dialects.stripe.customers import KIND as CUSTOMER
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.listing import Page, page, shown
from simulator.dialects.stripe.objection import Objection, absent, invalid
from simulator.dialects.stripe.params import Params
from simulator.gateway.things import Resource

KIND: Final = "test_helpers.test_clock"
_URL: Final = "/v1/test_helpers/test_clocks"
_DAY: Final = 86_400
_LASTS: Final = 30 * _DAY
#: A caller's clock may be so far behind ours, in seconds.
_TOLERANCE: Final = 300
#: The furthest moment, so that all that is due by then still has a date: the year 2100.
_FURTHEST: Final = 4_102_444_800
_READY: Final = "ready"
_ADVANCING: Final = "advancing"


class CreateParams(Params):
    """From when on, and what to call it."""

    frozen_time: int | None = None
    name: str | None = None


class AdvanceParams(Params):
    """To when."""

    frozen_time: int | None = None


def clock_view(clock: Resource) -> dict[str, Any]:
    """A test clock as callers see it."""
    if clock.deleted:
        return {"id": clock.id, "object": KIND, "deleted": True}
    fields = clock.fields
    target = {"target_frozen_time": fields["target"]}
    return {
        "id": clock.id,
        "object": KIND,
        "created": fields["began"],
        "deletes_after": fields["began"] + _LASTS,
        "frozen_time": fields["frozen_time"],
        "livemode": False,
        "name": fields["name"],
        "status": fields["status"],
        "status_details": {_ADVANCING: target} if fields["status"] == _ADVANCING else {},
    }


def _create(desk: Desk, params: CreateParams) -> Answer:
    moment = _moment(params.frozen_time)
    living = next(desk.all(KIND), None)
    if living is not None:
        raise invalid(
            f"An account has one clock here, and {living.id} drives it already: delete that first.",
            kept=True,
        )
    if moment < desk.now - _TOLERANCE:
        raise _back(moment, desk.now)
    _check_reach(moment)
    clock = Resource(
        id=desk.new("clock"),
        kind=KIND,
        channel=desk.context.snapshot.channel,
        fields={
            "name": params.name,
            "began": desk.now,
            "frozen_time": moment,
            "target": moment,
            "status": _READY,
        },
    )
    made = desk.put(clock)
    desk.tell(f"{KIND}.created", made)
    desk.advance(moment - desk.context.wall)
    return Answer(clock_view(made))


def _retrieve(desk: Desk, _: Params) -> Answer:
    return Answer(clock_view(desk.get(KIND, desk.call.ids[0])))


def _list(desk: Desk, params: Page) -> Answer:
    return Answer(page(shown(desk.all(KIND), clock_view), params, _URL, KIND))


def _delete(desk: Desk, _: Params) -> Answer:
    """A clock goes with its customers."""
    clock = desk.get(KIND, desk.call.ids[0])
    for customer in desk.all(CUSTOMER):
        if customer.fields.get("test_clock") == clock.id:
            desk.put(replace(customer, deleted=True))
    gone = desk.put(replace(clock, deleted=True, settles_at=None, becomes={}, then=None))
    desk.tell(f"{KIND}.deleted", gone)
    return Answer(clock_view(gone))


def _advance(desk: Desk, params: AdvanceParams) -> Answer:
    clock = desk.get(KIND, desk.call.ids[0])
    moment, fields = _moment(params.frozen_time), clock.fields
    if fields["status"] != _READY:
        raise invalid("The test clock is advancing: wait until its status is ready.")
    if moment <= fields["frozen_time"]:
        raise _back(moment, fields["frozen_time"])
    _check_reach(moment)
    moved = desk.put(
        replace(
            clock,
            fields={**fields, "status": _ADVANCING, "target": moment},
            settles_at=max(float(moment), desk.context.wall),
            becomes={"status": _READY, "frozen_time": moment},
            then=f"{KIND}.ready",
        )
    )
    desk.tell(f"{KIND}.advancing", moved)
    desk.advance(moment - desk.context.wall)
    return Answer(clock_view(moved))


def _moment(sent: int | None) -> int:
    if sent is None:
        raise absent("frozen_time")
    return sent


def _check_reach(moment: int) -> None:
    if moment > _FURTHEST:
        raise invalid("A clock goes up to the year 2100, and no further.", "frozen_time")


def _back(moment: int, now: int) -> Objection:
    return invalid(f"A clock only goes forward: {moment} does not lie after {now}.", "frozen_time")


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path=_URL,
        handle=_create,
        params=CreateParams,
        note="one at a time; it moves the clock of the account, forward only",
    ),
    Endpoint(method="GET", path=_URL, handle=_list, params=Page, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
    Endpoint(method="DELETE", path=f"{_URL}/{{}}", handle=_delete),
    Endpoint(method="POST", path=f"{_URL}/{{}}/advance", handle=_advance, params=AdvanceParams),
)
