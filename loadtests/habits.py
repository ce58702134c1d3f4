"""What people do that shops do not expect: click twice, reload, come back, give up.

A shopper has one habit at most, drawn by seed and number, so it is the same in every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.draws import uniform, unit
from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans import Plan

#: The order in which the one roll goes through them.
HABITS: Final = (
    "double_click",
    "refresh",
    "second_tab",
    "return_twice",
    "give_up",
    "abandon_challenge",
    "mistype_code",
)

#: Seconds, from and to, by what they are spans of; see the fields of `Manner`.
_SPANS: Final[Mapping[str, tuple[float, float]]] = {
    "double_click": (0.02, 0.25),
    "refresh": (0.8, 2.0),
    "second_tab": (0.1, 1.5),
    "return_twice": (2.5, 5.0),
    "give_up": (0.5, 3.0),
    "abandon_challenge": (0.5, 3.0),
}
_BY_PAYING: Final = 0.5  # the part of second tabs that pay the order, and not place it, again


class Manner:
    """How shopper `n` behaves: `habit`, or None for who does as shops expect.

    `span`, in seconds: from the first click to the second; until the page is loaded anew; until
    the second tab is used; for how long one who returns is away; how long one who gives up asks;
    how long one who abandons a challenge looks at its page.
    `pays_in_tab` tells the two kinds of second tab apart.
    """

    def __init__(self, plan: Plan, n: int) -> None:
        seed, key = plan.seed, str(n)
        self.habit = habit(plan.traffic.habits, unit(seed, "habit", key))
        low_high = _SPANS.get(self.habit or "", (0.0, 0.0))
        self.span = uniform(unit(seed, "habit-span", key), *low_high)
        self.pays_in_tab = unit(seed, "habit-tab", key) < _BY_PAYING


def habit(shares: Mapping[str, float], roll: float) -> str | None:
    """The habit on which a roll, from 0 to below 1, falls; None beyond all of them."""
    reached = 0.0
    for name in HABITS:
        reached += shares.get(name, 0.0)
        if roll < reached:
            return name
    return None


def check(shares: Mapping[str, float]) -> None:
    """UsageError for a habit that nobody has, or for shares of more than everybody."""
    unknown = sorted(set(shares) - set(HABITS))
    if unknown:
        raise UsageError(f"no habit is called {unknown[0]!r}; known: {', '.join(HABITS)}")
    if sum(shares.values()) > 1 + 1e-9:
        raise UsageError("the shares of habits add up to more than 100%; nobody has two")
