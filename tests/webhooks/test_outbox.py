"""What is owed, and in which order it falls due."""

from __future__ import annotations

from simulator.faults.actions import HoldWebhook
from simulator.webhooks.outbox import Job, Outbox
from tests.webhooks.kit import WALL, event, fired, payment

HELD = fired(HoldWebhook(10))


def job(number: int, order: int = 1) -> Job:
    """The event that was offered as this number, about this order."""
    about = event(number)
    about = type(about)(f"evt_{number}", about.type, "primary", f"ord_{order}", f"pay_{order}")
    return Job(about, payment(order), None, WALL, 1, number)


def drain(outbox: Outbox) -> list[tuple[float, str]]:
    """Everything, as it falls due."""
    popped = [outbox.pop() for _ in range(len(outbox))]
    return [(due, each.event.id) for due, each in popped]


def test_by_due_time_then_first_come_first_sent() -> None:
    """Events of one moment keep their order."""
    outbox = Outbox()
    for number, due in ((1, 5.0), (2, 3.0), (3, 5.0), (4, 4.0)):
        outbox.put(job(number), due)
    assert outbox.next_due == 3.0
    assert [name for _, name in drain(outbox)] == ["evt_2", "evt_4", "evt_1", "evt_3"]
    assert outbox.next_due is None


def test_what_is_held_follows_a_later_event_of_its_order() -> None:
    """Its fault is performed then; until then it is owed, but not due."""
    outbox = Outbox()
    assert outbox.hold(job(1), HELD, 20.0)
    assert (len(outbox), outbox.next_due) == (1, 20.0)
    outbox.follow(job(2, order=2), 11.0)
    assert outbox.next_due == 20.0
    outbox.follow(job(2), 12.0)
    due, released = outbox.pop()
    assert (due, released.event.id, released.fired, released.drawn) == (12.0, "evt_1", HELD, True)
    assert len(outbox) == 0


def test_an_older_event_releases_nothing() -> None:
    """A retry of what came before, or a try that somebody asked for, is no news."""
    outbox = Outbox()
    outbox.hold(job(5), HELD, 20.0)
    outbox.follow(job(4), 12.0)
    outbox.follow(Job(event(9), payment(1), None, WALL, 1, extra=True), 12.0)
    assert outbox.next_due == 20.0


def test_patience_that_ends_performs_nothing() -> None:
    """The event goes out in its order, without the fault, and the next one can be held."""
    outbox = Outbox()
    outbox.hold(job(1), HELD, 20.0)
    assert not outbox.hold(job(2), HELD, 21.0)
    due, late = outbox.pop()
    assert (due, late.fired, late.drawn) == (20.0, None, True)
    outbox.follow(job(2), 21.0)
    assert len(outbox) == 0
    assert outbox.hold(job(3), HELD, 30.0)


def test_what_is_owed_can_be_hastened() -> None:
    """Held or not; what is not owed cannot."""
    outbox = Outbox()
    outbox.put(job(1), 50.0)
    outbox.hold(job(2, order=2), HELD, 60.0)
    assert outbox.hasten("evt_3", 1.0) is None
    for number in (2, 1):
        hastened = outbox.hasten(f"evt_{number}", float(number))
        assert hastened is not None
        assert hastened.event.id == f"evt_{number}"
    assert drain(outbox) == [(1.0, "evt_1"), (2.0, "evt_2")]
    assert outbox.hold(job(3, order=2), HELD, 70.0)


def test_cleared_is_empty() -> None:
    """Nothing is owed and nothing is held any more."""
    outbox = Outbox()
    outbox.hold(job(1), HELD, 20.0)
    outbox.clear()
    outbox.follow(job(2), 12.0)
    assert len(outbox) == 0
