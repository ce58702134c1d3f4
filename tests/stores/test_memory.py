"""The store in memory is a store."""

from __future__ import annotations

from simulator.stores.conformance import StoreConformance
from simulator.stores.memory import MemoryStore


class TestMemoryStore(StoreConformance):
    """Every law of a store, held by the one in memory."""

    def make(self) -> MemoryStore:
        """An empty store."""
        return MemoryStore()
