"""A bug of ours in one event ends that delivery, and nothing else."""

from __future__ import annotations

import pytest

from simulator.gateway.things import Happening
from tests.webhooks.kit import Desk, PlainLetter, Shop, born, event, payment


class _Stumbling(PlainLetter):
    """Cannot word the first event."""

    def body(self, happening: Happening) -> bytes:
        if happening.event.id == "evt_1":
            raise KeyError("4242424242424242")
        return super().body(happening)


async def test_an_event_that_cannot_be_worded_ends_nothing_else(
    desk: Desk, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged and recorded as a failed try, without its words; other events go on."""
    desk.letter = _Stumbling()
    desk.dispatcher.offer(born(event(1), payment(1)))
    line = await desk.next()
    assert (line.event, line.sent, line.acknowledged) == ("evt_1", False, False)
    assert line.error == "bug: KeyError"
    desk.dispatcher.offer(born(event(2), payment(2)))
    assert (await desk.next()).acknowledged
    assert shop.ids() == ["evt_2"]
    assert "event evt_1 could not be sent" in caplog.text


async def test_such_an_event_is_tried_again_by_its_schedule(desk: Desk, shop: Shop) -> None:
    """It stays owed; once it can be worded, it arrives."""
    desk.letter = _Stumbling()
    desk.dispatcher.offer(born(event(1), payment(1)))
    await desk.next()
    await desk.idle()
    assert desk.dispatcher.pending() == 1
    desk.letter = PlainLetter()
    await desk.advance(1.0)
    assert ((line := await desk.next()).attempt, line.acknowledged) == (2, True)
    assert shop.ids() == ["evt_1"]
