"""What the shop says it found when it compared its books with the gateway's daily statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import aiohttp
import msgspec

from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.drills.shopcall import NoAnswer, call
from simulator.journal.entry import Difference

_WITHIN: Final = 10.0  # seconds for the answer
#: Answers of a shop that has no such thing.
_ABSENT: Final = frozenset({404, 405, 501})
_Text = Annotated[str, msgspec.Meta(max_length=200)]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One difference, as the shop lists it. `open` ones wait for people, others were resolved."""

    payment: _Text
    kind: _Text
    order_id: _Text | None = None
    channel: _Text | None = None
    day: _Text | None = None
    status: _Text = "open"

    def line(self, *, wall: float, mono: float, account: str) -> Difference:
        """The journal's line for it."""
        return Difference(
            source="merchant",
            wall=wall,
            mono=mono,
            account=account,
            payment=self.payment,
            what=self.kind,
            order=self.order_id,
            channel=self.channel,
            day=self.day,
            status=self.status,
        )


class Report(msgspec.Struct, frozen=True):
    """All differences; `problem` says why nobody could read them.

    `absent` says that the shop has no such list: it does not reconcile.
    """

    found: tuple[Found, ...] = ()
    problem: str | None = None
    absent: bool = False


class _Answer(msgspec.Struct, frozen=True):
    differences: list[Found]


async def read(
    session: aiohttp.ClientSession, shop: str, mapping: ShopMapping = STANDARD
) -> Report:
    """Ask the shop at this address; never raises for what the shop does."""
    try:
        called = await call(session, shop, mapping.api.reconciliation, {}, _WITHIN)
    except NoAnswer as error:
        return Report(problem=str(error), absent=error.status in _ABSENT)
    try:
        answer = msgspec.json.decode(called.body, type=_Answer)
    except msgspec.MsgspecError as error:
        return Report(problem=f"{called.what} is not a list of differences: {error}")
    return Report(tuple(answer.differences))


def united(reports: Sequence[Report]) -> Report:
    """What all instances of a shop say together; one that could not be read spoils the whole."""
    problem = next((each.problem for each in reports if each.problem is not None), None)
    found = dict.fromkeys(found for report in reports for found in report.found)
    return Report(tuple(found), problem, all(each.absent for each in reports))
