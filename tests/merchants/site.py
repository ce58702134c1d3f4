"""What a merchant is told of the gateway."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """What a merchant is told."""

    primary: str
    backup: str
    secret: str
    key: str = "sk_test_drill"
