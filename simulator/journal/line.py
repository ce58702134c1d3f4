"""What every line of a journal has."""

from __future__ import annotations

import msgspec


class Entry(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag_field="kind"
):
    """What every line has."""

    source: str
    wall: float
    mono: float
    account: str = "default"
