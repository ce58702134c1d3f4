"""The five lives of an idempotency key."""

from __future__ import annotations

from simulator.gateway.idempotency import WINDOW_S, Keyring, Replay, Reserved, Slot
from simulator.gateway.outcomes import OrderClosed, Reason, Refused

SLOT = Slot("primary", "/v1/payments", "k1")
OUTCOME = OrderClosed("o", ())


def _reason(answer: object) -> Reason | None:
    return answer.reason if isinstance(answer, Refused) else None


def test_a_fresh_key_is_reserved_and_then_in_flight() -> None:
    """The first request takes the key; a second one meanwhile is told to wait."""
    keys = Keyring()
    assert isinstance(keys.reserve(SLOT, "body", 0.0), Reserved)
    assert _reason(keys.reserve(SLOT, "body", 1.0)) is Reason.KEY_IN_FLIGHT


def test_a_stored_outcome_is_replayed() -> None:
    """Once there is an outcome, the same request gets it again."""
    keys = Keyring()
    keys.reserve(SLOT, "body", 0.0)
    keys.store(SLOT, "body", Replay(OUTCOME, "ex_1"), 0.0)
    assert keys.reserve(SLOT, "body", 1.0) == Replay(OUTCOME, "ex_1")


def test_another_body_is_a_conflict_even_in_flight() -> None:
    """A key used again for something else is refused, before and after the first answer."""
    keys = Keyring()
    keys.reserve(SLOT, "body", 0.0)
    assert _reason(keys.reserve(SLOT, "other", 0.0)) is Reason.KEY_CONFLICT
    keys.store(SLOT, "body", Replay(OUTCOME, "ex_1"), 0.0)
    assert _reason(keys.reserve(SLOT, "other", 0.0)) is Reason.KEY_CONFLICT


def test_a_freed_key_may_be_tried_anew() -> None:
    """A request that ended without an outcome leaves the key free; a stored one stays."""
    keys = Keyring()
    keys.reserve(SLOT, "body", 0.0)
    keys.free(SLOT)
    assert isinstance(keys.reserve(SLOT, "body", 0.0), Reserved)
    keys.store(SLOT, "body", Replay(OUTCOME, "ex_1"), 0.0)
    keys.free(SLOT)
    assert isinstance(keys.reserve(SLOT, "body", 0.0), Replay)


def test_keys_do_not_cross_channels_or_paths() -> None:
    """The same key on another channel or path is another key."""
    keys = Keyring()
    keys.reserve(SLOT, "body", 0.0)
    assert isinstance(keys.reserve(Slot("backup", SLOT.path, "k1"), "body", 0.0), Reserved)
    assert isinstance(keys.reserve(Slot("primary", "/v1/refunds", "k1"), "body", 0.0), Reserved)


def test_a_key_is_forgotten_after_its_window() -> None:
    """After 24 hours the same key charges again: the merchant's own order must guard it."""
    keys = Keyring()
    keys.store(SLOT, "body", Replay(OUTCOME, "ex_1"), 0.0)
    assert isinstance(keys.reserve(SLOT, "body", WINDOW_S - 1), Replay)
    assert isinstance(keys.reserve(SLOT, "body", WINDOW_S), Reserved)
