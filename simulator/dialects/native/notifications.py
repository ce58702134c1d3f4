"""Notifications in the native dialect: what a merchant tells its payers through the gateway."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from simulator import people
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.reading import Unrouted, read, reference
from simulator.dialects.native.views import stamp
from simulator.errors import did_you_mean
from simulator.failures.catalogue import BY_NAME
from simulator.failures.failure import NextStep
from simulator.gateway.commands import Command, Notify
from simulator.gateway.things import Notice

Via = Literal["sms", "email", "in_app", "phone"]


class NotificationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/notifications. The gateway knows the payer; the message is kept masked.

    `reason` is a failure of the catalogue, and `next_step` one of the steps that fit it.
    """

    order_id: bodies.Reference
    via: Via
    message: Annotated[str, Meta(min_length=1, max_length=1000)]
    language: Literal["en", "zh"] | None = None
    reason: bodies.Text | None = None
    next_step: NextStep | None = None


class NotificationView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A message on its way; `undelivered` says that the way is closed: take another one."""

    id: str
    object: Literal["notification"] = "notification"
    order_id: str
    via: Via
    status: Literal["sent", "undelivered"]
    created: str


_BODY: Final = msgspec.json.Decoder(NotificationBody)


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/notifications; raises Misread or Unrouted."""
    if request.method != "POST" or rest:
        raise Unrouted
    body = read(_BODY, request)
    if body.reason is not None and body.reason not in BY_NAME:
        hint = did_you_mean(body.reason, BY_NAME)
        raise Misread(Trouble.MALFORMED, f"reason: no failure of that name is known{hint}")
    return Notify(
        order=reference(body.order_id, "order_id"),
        via=body.via,
        message=people.mask_text(body.message),
        language=body.language,
        reason=body.reason,
        next_step=None if body.next_step is None else str(body.next_step),
    )


def notification_view(notice: Notice) -> NotificationView:
    """A notice as its sender sees it."""
    return NotificationView(
        id=notice.id,
        order_id=notice.order,
        via=notice.via,  # type: ignore[arg-type]  # it was read as one of them
        status="sent" if notice.delivered else "undelivered",
        created=stamp(notice.created),
    )
