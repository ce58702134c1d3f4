"""All rows: what happens in each scenario of the library, by the scenario's name."""

from __future__ import annotations

from typing import Final

from tests.scenarios import (
    after,
    authentication,
    declines,
    drilled,
    drills,
    incidents,
    methods,
    network,
    pages,
    risk,
    wallet,
    webhooks,
)
from tests.scenarios.stage import Row

ROWS: Final[dict[str, Row]] = {
    **after.ROWS,
    **authentication.ROWS,
    **declines.ROWS,
    **drilled.ROWS,
    **drills.ROWS,
    **incidents.ROWS,
    **methods.ROWS,
    **network.ROWS,
    **pages.ROWS,
    **risk.ROWS,
    **wallet.ROWS,
    **webhooks.ROWS,
}
