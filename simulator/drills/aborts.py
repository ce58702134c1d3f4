"""Watches for a scenario's reasons to end the drill early."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from simulator.drills.charges import Charges
from simulator.drills.ports import Control
from simulator.drills.tail import ClientLine, Tally
from simulator.journal.entry import Arrival
from simulator.scenario.aborts import Abort, DoubleCharge, FailureRatio

#: A share of failures rests on at least so many shoppers.
FEWEST: Final = 20
#: So many orders are named in a reason.
_NAMED: Final = 3


class AbortWatch:
    """What is known of the reasons to abort; fed line by line, asked once a second."""

    def __init__(self, reasons: Iterable[Abort]) -> None:
        reasons = tuple(reasons)
        self._ratios = [each for each in reasons if isinstance(each, FailureRatio)]
        self._doubles = [each for each in reasons if isinstance(each, DoubleCharge)]
        self.tally = Tally(max((each.lasts for each in self._ratios), default=0.0))
        self._charges = Charges()
        self._cursor = 0

    def take(self, line: ClientLine) -> None:
        """A line of the load generator."""
        self.tally.take(line)
        if self._doubles and isinstance(line, Arrival):
            self._charges.arrive(line)

    async def follow(self, control: Control) -> None:
        """Ask the gateway what was charged since; not if nothing depends on it.

        Raises:
            ControlError: it does not say.
        """
        if self._doubles:
            commits, self._cursor = await control.commits(self._cursor)
            self._charges.commit(commits)

    def met(self, now: float, started: float) -> str | None:
        """Why to end the drill now, or None."""
        for ratio in self._ratios:
            # Not before its span has passed once since the first phase began.
            if now - started >= ratio.lasts and (reason := self._failing(ratio, now)):
                return reason
        for double in self._doubles:
            orders = self._charges.too_much(now - double.lasts)
            if len(orders) >= double.count:
                return (
                    f"{len(orders)} charged too much for {double.lasts:g} s or longer: "
                    f"{', '.join(orders[:_NAMED])}"
                )
        return None

    def _failing(self, ratio: FailureRatio, now: float) -> str | None:
        failed, shoppers = self.tally.failures(now - ratio.lasts)
        if shoppers < FEWEST or failed <= ratio.above * shoppers:
            return None
        return (
            f"{failed} of the {shoppers} shoppers of the last {ratio.lasts:g} s failed "
            f"technically, more than {float(ratio.above):.0%}"
        )
