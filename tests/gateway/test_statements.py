"""The daily statement: every movement once, on its day, and wrong only where a fault says so."""

from __future__ import annotations

import pytest

from simulator.gateway.commands import CapturePayment, CreatePayment, ShowStatement
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context
from simulator.gateway.model import Booking
from simulator.gateway.outcomes import Refused, StatementShown
from simulator.gateway.statements import day_of, number_of, rows_of
from tests.gateway.table import CARD, Desk, run

DAY = 86_400.0


def rows(desk: Desk, day: int = 0) -> list[tuple[str, int]]:
    """Type and amount of each row of a day."""
    return [(row.type, row.amount) for row in rows_of(day, desk.channel)]


def pay(desk: Desk, booking: Booking | None, amount: int = 1000) -> str:
    """A sale that the statement will have so; the payment's id."""
    context = Context(desk.channel, None, desk.wall, desk.ids, booking=booking)
    command = CreatePayment(order="o", amount=amount, currency="USD", method=CARD)
    decision = decide(command, context)
    desk.apply(decision, "authorize")
    return decision.payments[0].id


def test_every_movement_stands_on_its_day() -> None:
    """What happens later is a row of the later day; what is over does not change."""
    desk = run("""
        authorize  a  o 1000 USD             -> captured 1000 0
        authorize  b  o 500 USD +disputed    -> captured 500 0
        authorize  c  o 300 USD +reversed    -> captured 300 0
        authorize  d  o 200 USD +decline     -> declined insufficient_funds
        hold       e  o 100 USD              -> authorized 0 0
        refund     a  400 one +comes-back    -> pending 400
    """)
    first = [("charge", 1000), ("charge", 500), ("charge", 300), ("refund", -400)]
    assert sorted(rows(desk)) == sorted(first)
    desk.ring(7)
    later = [*first, ("refund_failure", 400), ("dispute", -500), ("reversal", -300)]
    assert sorted(rows(desk)) == sorted(later)
    desk.ring(DAY)
    assert sorted(rows(desk)) == sorted(later)
    assert rows(desk, 1) == []
    shown = desk.do(ShowStatement(0)).outcome
    assert isinstance(shown, StatementShown)
    assert (shown.day, shown.channel, shown.closed) == ("1970-01-01", "primary", True)


def test_a_capture_counts_on_the_day_on_which_it_was_taken() -> None:
    """Not on that of its authorization."""
    desk = run("hold a o 1000 USD -> authorized 0 0")
    desk.ring(DAY)
    desk.wall += 1
    capture = CapturePayment(desk.names["a"])
    decision = decide(capture, Context(desk.channel, None, desk.wall, desk.ids))
    desk.apply(decision, "capture")
    assert (rows(desk), rows(desk, 1)) == ([], [("charge", 1000)])


@pytest.mark.parametrize(
    ("booking", "shown", "next_day"),
    [
        (None, [("charge", 1000)], []),
        (Booking("missing"), [], []),
        (Booking("extra"), [("charge", 1000), ("charge", 1000)], []),
        (Booking("wrong_amount", by=-100), [("charge", 900)], []),
        (Booking("wrong_amount", by=-5000), [("charge", 1)], []),
        (Booking("late", days=1), [], [("charge", 1000)]),
    ],
)
def test_how_a_charge_can_be_misstated(
    booking: Booking | None, shown: list[tuple[str, int]], next_day: list[tuple[str, int]]
) -> None:
    """The payment stays what it is; only its row is wrong, whenever anybody asks."""
    desk = Desk()
    payment = desk.channel.payment(pay(desk, booking))
    assert payment is not None
    assert payment.amount_captured == 1000
    assert (rows(desk), rows(desk, 1)) == (shown, next_day)
    ids = [row.id for row in rows_of(0, desk.channel)]
    assert len(set(ids)) == len(ids)
    assert all(desk.channel.payment(each) is None for each in ids if each != payment.id)


def test_a_day_that_has_not_begun() -> None:
    """There is no such statement yet."""
    desk = Desk()
    assert isinstance(desk.do(ShowStatement(1)).outcome, Refused)
    shown = desk.do(ShowStatement(0)).outcome
    assert isinstance(shown, StatementShown)
    assert (shown.rows, shown.closed) == ((), False)


@pytest.mark.parametrize(
    ("text", "number"), [("1970-01-01", 0), ("2026-11-11", 20_768), ("1969-12-31", -1)]
)
def test_days_are_written_as_dates(text: str, number: int) -> None:
    """As ISO 8601 does."""
    assert number_of(text) == number
    assert day_of(number * DAY) == number


@pytest.mark.parametrize("text", ["today", "2026-02-30", "20261111x", ""])
def test_no_day(text: str) -> None:
    """Anything else is no day."""
    with pytest.raises(ValueError, match=r"."):
        number_of(text)
