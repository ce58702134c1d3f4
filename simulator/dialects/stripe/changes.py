"""How something stood before a change: `previous_attributes` of an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def previous(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What of `after` was otherwise before, as it was then: None where it was not there."""
    return {name: before.get(name) for name, now in after.items() if before.get(name) != now}
