"""Style and script of the pages: two small files, under addresses that name their content.

They are no pages: they are the same for everybody, moved by no fault, and written in no journal.
The script only spares the payer a click; every page works without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from simulator.dialects.dialect import Reply

#: Where they lie. No account can have this name.
FOLDER: Final = "/pay/_/"
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
)
#: The content never changes under its address.
_HEADERS: Final = (
    ("Cache-Control", "public, max-age=31536000, immutable"),
    ("X-Content-Type-Options", "nosniff"),
)


@lru_cache(maxsize=1)
def addresses() -> Mapping[str, str]:
    """The address of each file."""
    found = {}
    for name in _KINDS:
        stem, _, ending = name.partition(".")
        found[name] = f"{FOLDER}{stem}-{blake2b(_read(name), digest_size=6).hexdigest()}.{ending}"
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def replies() -> Mapping[str, Reply]:
    """Each file by its address, ready to be sent."""
    return MappingProxyType(
        {
            address: Reply(200, _read(name), _KINDS[name], _HEADERS)
            for name, address in addresses().items()
        }
    )


def _read(name: str) -> bytes:
    return files("simulator.hosted").joinpath("assets", name).read_bytes()
