"""Shoppers for a shop: `locust -f shoppers.py --host http://127.0.0.1:8000 --rate 20 --lasts 30s`.

See README.md beside this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openmodel import OpenModel
from visits import Visit

if TYPE_CHECKING:
    from scenes import Guest, Scene


class Checkout(OpenModel):
    """Brings shoppers who order, wait, ask and try another card."""

    watches = True

    def guest(self, scene: Scene, n: int, intended: float) -> Guest:
        """Shopper `n`."""
        return Visit(scene, n, intended)
