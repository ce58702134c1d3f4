"""Settings of the careful shop for a drill in one process."""

from __future__ import annotations

from simulator.merchants.careful.config import Settings, Timings
from tests.merchants.site import Site
from tests.merchants.timings import QUICK


def settings(site: Site, timings: Timings = QUICK, database: str = ":memory:") -> Settings:
    """The careful shop, in a hurry, on this gateway."""
    return Settings(
        channels=(("primary", site.primary), ("backup", site.backup)),
        api_key=site.key,
        webhook_secret=site.secret,
        timings=timings,
        database=database,
    )
