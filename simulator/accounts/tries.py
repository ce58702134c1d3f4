"""How often callers have tried, by the order as fates know it.

A shop may send one order under several references (`r1-17`, `r1-17-2`); they share a fate, so they
share these counters, too. The journal's own attempt numbers count by reference.
"""

from __future__ import annotations

from collections import defaultdict


class Tries:
    """Attempts, replays and exchanges of one account, each counted from 1."""

    def __init__(self) -> None:
        self._attempts: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._replays: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._exchanges: defaultdict[tuple[str, str, str], int] = defaultdict(int)

    def attempt(self, order: str, operation: str) -> int:
        """The number of the attempt that begins now."""
        number = self._attempts[order, operation] + 1
        self._attempts[order, operation] = number
        return number

    def replay(self, order: str, operation: str) -> int:
        """The number of the try that this replay is: attempts, and replays of them.

        A fault for the first so many attempts must spare a caller who repeats with one key in the
        end, although a replay is no attempt.
        """
        self._replays[order, operation] += 1
        return self._attempts[order, operation] + self._replays[order, operation]

    def exchange(self, order: str, operation: str, channel: str) -> int:
        """The number of this exchange among those of its order, operation and channel."""
        number = self._exchanges[order, operation, channel] + 1
        self._exchanges[order, operation, channel] = number
        return number

    def remember(self, order: str, operation: str, attempt: int) -> None:
        """This attempt was made before a restart."""
        self._attempts[order, operation] = max(self._attempts[order, operation], attempt)
