"""Idempotency: reserved, replayed, conflicting, in flight, freed.

A key belongs to an account, a channel and a place: a path, or wherever the dialect has it count.
While its first request is under way it is reserved; an outcome that is kept (in the native dialect
a 2xx or a 402) is stored for as long as the profile says, usually 24 hours, and replayed; any other
end frees it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.gateway.outcomes import Outcome, Reason, Refused

WINDOW_S: Final = 24 * 3600.0


class Slot(msgspec.Struct, frozen=True, gc=False):
    """Where a key lives: channel, path and the key itself."""

    channel: str
    path: str
    key: str


class Reserved(msgspec.Struct, frozen=True, gc=False):
    """The key was free and is now taken by this request."""


class Replay(msgspec.Struct, frozen=True, gc=False):
    """The stored outcome of the first request with this key, and the exchange that it was."""

    outcome: Outcome
    exchange: str = ""


class _Record(msgspec.Struct):
    fingerprint: str
    outcome: Outcome | None
    expires: float
    exchange: str = ""


class Keyring:
    """All keys of one account. Times are wall seconds of the account's clock.

    `window` is for how many seconds keys that are used from now on are kept.
    """

    def __init__(self) -> None:
        self.window = WINDOW_S
        self._records: dict[Slot, _Record] = {}

    def reserve(self, slot: Slot, fingerprint: str, now: float) -> Reserved | Replay | Refused:
        """Take the key, or say what stands there: an outcome, another body, a request under way."""
        record = self._records.get(slot)
        if record is None or record.expires <= now:
            self._records[slot] = _Record(fingerprint, None, now + self.window)
            return Reserved()
        if record.fingerprint != fingerprint:
            return Refused(
                Reason.KEY_CONFLICT, "this idempotency key was used before with another body"
            )
        if record.outcome is None:
            return Refused(
                Reason.KEY_IN_FLIGHT, "the first request with this idempotency key is under way"
            )
        return Replay(record.outcome, record.exchange)

    def store(self, slot: Slot, fingerprint: str, first: Replay, now: float) -> None:
        """Keep the outcome for replays, for as long as the window is from `now`."""
        expires = now + self.window
        self._records[slot] = _Record(fingerprint, first.outcome, expires, first.exchange)

    def free(self, slot: Slot) -> None:
        """Give up a reservation, so that the same key may be tried anew; a stored outcome stays."""
        record = self._records.get(slot)
        if record is not None and record.outcome is None:
            del self._records[slot]
