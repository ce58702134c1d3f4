"""Identifiers of the gateway's objects: `pay_…`, `re_…`, `evt_…`, `ex_…`.

An id is a prefix, a salt that is fresh at every start of the process, and a hexadecimal counter, so
that ids are unique across restarts without asking the store. The salt is passed in.
"""

from __future__ import annotations


class IdSource:
    """Hands out ids of one process; `salt` must differ from that of every earlier start."""

    def __init__(self, salt: str) -> None:
        self._salt = salt
        self._count = 0

    def new(self, prefix: str) -> str:
        """The next id with this prefix, such as `pay_k3f9a200001c`."""
        self._count += 1
        return f"{prefix}_{self._salt}{self._count:06x}"
