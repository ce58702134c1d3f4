"""Pages that only say that something is not as it should be, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.dialects.dialect import Reply
from simulator.hosted import painter
from simulator.hosted.texts import Texts

#: The notice of an HTTP status of the gateway's own; any other says that nothing is known.
_BY_STATUS: Final[Mapping[int, str]] = MappingProxyType(
    {403: "error_403", 429: "busy", 503: "busy"}
)
#: Those after which there is nothing at this address to load again.
_FINAL: Final = frozenset({"missing", "closed"})


def of_status(status: int) -> str:
    """The notice that goes with an HTTP status."""
    return _BY_STATUS.get(status, "unsure")


def draw(status: int, about: str, texts: Texts, base: str) -> Reply:
    """The notice `about` something, with this HTTP status; `base` is the path of the page."""
    return painter.page(
        "notice",
        status,
        texts,
        about=about,
        base=base,
        here=base,
        shop=base.split("/")[2] or "paydrill",
        reference=None,
        again=about not in _FINAL,
    )
