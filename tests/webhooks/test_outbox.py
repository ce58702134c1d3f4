"""What is owed, and in which order it falls due."""

from __future__ import annotations

from simulator.faults.actions import HoldWebhook
from simulator.gateway.model import Event
from simulator.webhooks.outbox import Job, Outbox
from tests.webhooks.kit import born, event, fired, payment

HELD = fired(HoldWebhook(10))


def job(number: int, order: int = 1) -> Job:
    """The event that was offered as this number, about this order."""
    about = event(number)
    about = type(about)(f"evt_{number}", about.type, "primary", f"ord_{order}", f"pay_{order}")
    return Job(born(about, payment(order)), 1, None, number)


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
    outbox.follow(Job(born(event(9), payment(1)), 1, extra=True), 12.0)
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


def named(number: int, name: str, kind: str = "payment.failed", payer: int = 1) -> Job:
    """An event with a name of its own, offered as this number, about a payment of one order."""
    told = Event(f"evt_{number}", kind, "primary", "ord_1", f"pay_{payer}", name=name)
    return Job(born(told, payment(payer)), 1, None, number)


def test_what_tells_of_one_change_is_held_and_let_go_together() -> None:
    """Neither event of the change is news for the other; later news lets both go, in order."""
    outbox = Outbox()
    assert outbox.hold(named(1, "charge.failed"), HELD, 20.0)
    assert outbox.hold(named(2, "payment_intent.payment_failed"), HELD, 20.0)
    assert not outbox.hold(named(3, "charge.failed", payer=2), HELD, 20.0)
    outbox.follow(named(2, "payment_intent.payment_failed"), 11.0)
    assert outbox.next_due == 20.0
    outbox.follow(named(4, "charge.succeeded", "payment.captured", payer=2), 12.0)
    assert drain(outbox) == [(12.0, "evt_1"), (12.0, "evt_2")]


def test_one_of_a_change_may_lose_patience_alone() -> None:
    """What is left of it can still follow later news."""
    outbox = Outbox()
    outbox.hold(named(1, "charge.failed"), HELD, 15.0)
    outbox.hold(named(2, "payment_intent.payment_failed"), HELD, 20.0)
    assert outbox.pop()[1].fired is None
    outbox.follow(named(3, "charge.succeeded", "payment.captured"), 16.0)
    due, left = outbox.pop()
    assert (due, left.event.id, left.fired) == (16.0, "evt_2", HELD)


def test_without_an_order_each_thing_is_a_story_of_its_own() -> None:
    """News of one customer lets go nothing about another."""
    outbox = Outbox()

    def about(number: int, customer: str) -> Job:
        new = Event(f"evt_{number}", "c", "primary", "", "", thing=customer, name="c")
        return Job(born(new, None, None, float(number)), 1, None, number)

    outbox.hold(about(1, "cus_1"), HELD, 20.0)
    outbox.follow(about(2, "cus_2"), 11.0)
    assert outbox.next_due == 20.0
    outbox.follow(about(3, "cus_1"), 12.0)
    assert outbox.next_due == 12.0
