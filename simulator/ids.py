"""Identifiers of the gateway's objects: `pay_…`, `re_…`, `evt_…`, `ex_…`.

An id is a prefix, a salt that is fresh at every start of the process, and a hexadecimal counter, so
that ids are unique across restarts without asking the store. The salt is passed in.

The id of a page is its key as well: whoever knows it may use the page. Such ids end in a hash that
nobody can work out without the secret, which is passed in, too.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

#: Prefixes of what is a key as well: pages (a checkout, an authentication), and secrets.
_PAGES: Final = frozenset({"chk", "auth", "secret"})
_DIGITS: Final = 8  # 64 bits


class IdSource:
    """Hands out ids of one process; `salt` must differ from that of every earlier start.

    Without a `secret` (at most 64 bytes) ids of pages can be guessed, as in a test.
    """

    def __init__(self, salt: str, secret: bytes = b"") -> None:
        self._salt = salt
        self._secret = secret
        self._count = 0

    def new(self, prefix: str) -> str:
        """The next id with this prefix, such as `pay_k3f9a200001c`."""
        self._count += 1
        name = f"{prefix}_{self._salt}{self._count:06x}"
        return name + self._key(name) if prefix in _PAGES else name

    def _key(self, name: str) -> str:
        if not self._secret:
            return ""
        return blake2b(name.encode(), digest_size=_DIGITS, key=self._secret).hexdigest()
