"""Shoppers with habits: what they send, when, and that they are who they are."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import msgspec
import pytest
from arrivals import Ramp
from habits import HABITS, Manner, check, habit
from plans import Plan, Traffic
from scenes import Reply

from simulator.errors import UsageError
from simulator.journal.entry import Answer
from tests.loadtests.test_visits import (
    FAILED,
    PAID,
    PATIENCE,
    PENDING,
    SILENCE,
    TOOK,
    Shopping,
    script,
)

SHARES = {"give_up": 0.05, "double_click": 0.1, "refresh": 0.05}


def plan(shares: dict[str, float], seed: int = 3) -> Plan:
    """A plan whose shoppers have these habits."""
    phases = (msgspec.convert({"lasts": 1, "from": 1, "to": 1}, Ramp),)
    traffic = Traffic(personas={"de_DE": 1.0}, habits=shares)
    return Plan(run="r1", seed=seed, shop="http://shop.test", phases=phases, traffic=traffic)


def in_tab(*, pays: bool) -> int:
    """A shopper whose second tab pays the order, or places it again."""
    tabs = (n for n in range(1, 99) if Manner(plan({}), n).pays_in_tab is pays)
    return next(tabs)


def test_shares_of_habits_are_kept() -> None:
    """Of many shoppers about so many have each habit, and the rest have none."""
    counts = Counter(Manner(plan(SHARES), n).habit for n in range(1, 4001))
    for name, part in SHARES.items():
        assert counts[name] / 4000 == pytest.approx(part, abs=0.015)
    assert counts[None] / 4000 == pytest.approx(0.8, abs=0.025)


def test_a_roll_falls_on_one_habit_whatever_the_order_of_the_shares() -> None:
    """The order is that of HABITS, not that of a file."""
    rolls = (0.0, 0.099, 0.101, 0.149, 0.151, 0.199, 0.201, 0.99)
    expected = [
        "double_click", "double_click", "refresh", "refresh", "give_up", "give_up", None, None,
    ]  # fmt: skip
    assert [habit(SHARES, roll) for roll in rolls] == expected
    assert [habit(dict(reversed(SHARES.items())), roll) for roll in rolls] == expected


def test_a_shopper_keeps_the_habit_of_a_seed() -> None:
    """The same in every run; another seed brings other people."""
    everybody = dict.fromkeys(HABITS, 1 / len(HABITS))

    def habits(seed: int) -> list[str | None]:
        return [Manner(plan(everybody, seed), n).habit for n in range(1, 200)]

    assert habits(3) == habits(3)
    assert habits(3) != habits(4)


def test_habits_that_cannot_be_are_refused() -> None:
    """Unknown names, and more shares than there are people."""
    with pytest.raises(UsageError, match="no habit is called 'double_clik'"):
        check({"double_clik": 0.1})
    with pytest.raises(UsageError, match="more than 100%"):
        check({"refresh": 0.7, "give_up": 0.4})
    check(dict.fromkeys(HABITS, 1 / len(HABITS)))


def test_a_double_click_sends_the_same_order_twice() -> None:
    """Byte for byte; the shop has to see that it is one order."""
    seen = Shopping(script(PENDING, PAID), habit="double_click").visit()
    assert seen.requests == ["POST /orders"] * 2
    assert seen.bodies[0] == seen.bodies[1]
    assert [answer.request for answer in seen.all(Answer)] == ["create", "create"]
    assert (seen.left.result, seen.left.tries) == ("paid", 1)


def test_a_double_click_counts_once_as_an_order_placed() -> None:
    """The shopper's wait is that for the first answer."""
    seen = Shopping(script(PAID), habit="double_click").visit()
    assert [sample.name for sample in seen.samples].count("/orders") == 1


@pytest.mark.parametrize("first", [PAID, SILENCE])
def test_a_reload_sends_the_order_again(first: Reply) -> None:
    """A page that has come, and one that does not come and is given up long before its time."""
    replies = iter([first, PAID])
    seen = Shopping(lambda *_: next(replies), habit="refresh").visit()
    assert seen.requests == ["POST /orders"] * 2
    assert seen.bodies[0] == seen.bodies[1]
    one, other = seen.all(Answer)
    assert other.mono - TOOK - one.sent < 3.0
    assert seen.left.result == "paid"


def test_a_second_tab_pays_with_another_card() -> None:
    """The order of the first tab, and a card that the first tab does not have."""
    seen = Shopping(script(PENDING, PAID), habit="second_tab").visit(in_tab(pays=True))
    order = seen.left.order
    assert seen.requests == ["POST /orders", f"POST /orders/{order}/pay"]
    assert list(seen.bodies[1]) == ["method"]
    assert seen.bodies[1]["method"]["token"] != seen.bodies[0]["method"]["token"]


def test_a_second_tab_places_the_order_with_another_card() -> None:
    """Nothing but the card differs."""
    seen = Shopping(script(PENDING, PAID), habit="second_tab").visit(in_tab(pays=False))
    assert seen.requests == ["POST /orders"] * 2
    first, second = seen.bodies
    assert second["method"]["token"] != first["method"]["token"]
    assert {**second, "method": first["method"]} == first


def test_who_returns_looks_leaves_and_comes_back() -> None:
    """While it is pending after long breaks, and twice when all is said."""
    seen = Shopping(script(PENDING), habit="return_twice").visit()
    polls = [answer for answer in seen.all(Answer) if answer.request == "poll"]
    gaps = [later.sent - earlier.mono for earlier, later in pairwise(polls)]
    assert 2 <= len(polls) <= 4
    assert gaps[0] >= 2.5
    paid = Shopping(script(PAID), habit="return_twice").visit()
    assert paid.requests == ["POST /orders"] + ["GET /orders/r1-1"] * 2
    failed = Shopping(script(PAID, FAILED), habit="return_twice").visit()
    assert failed.left.result == "failed"


def test_who_gives_up_leaves_early() -> None:
    """Long before patience would have ended, with what was said last."""
    seen = Shopping(script(PENDING), habit="give_up").visit()
    assert seen.left.result == "pending"
    assert seen.left.mono - seen.start < TOOK + PATIENCE / 2 + 2 * TOOK
    assert Shopping(script(PAID), habit="give_up").visit().left.result == "paid"


@pytest.mark.parametrize("name", HABITS)
def test_an_ended_run_sends_everybody_home(name: str) -> None:
    """Nobody begins anything new, whatever the habit."""
    seen = Shopping(script(PENDING), ends_after=0.0, habit=name).visit()
    assert seen.requests == ["POST /orders"]
    assert seen.left.result == "pending"
