"""How to speak to a shop whose paths and words are not the standard ones.

`api` says what to ask, `read` how to understand the answers. The defaults are the standard API, so
a merchant file names only what differs. The drill reads the order book by it, and the shoppers,
who find it in their plan, order by it: nothing here may import what Locust's process cannot bear.
"""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, model_validator

from simulator.documents import Mistake, Mistakes
from simulator.drills.asking import Api
from simulator.drills.reading import Reading


class ShopMapping(BaseModel):
    """How to speak to one shop."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api: Api = Api()
    read: Reading = Reading()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        found = []
        for name, request in (("pay", self.api.pay), ("show", self.api.show)):
            if self.read.id is None and "id" in request.uses:
                message = "'{id}' is what the shop calls the order; say where it says so: read.id"
                found.append(Mistake(("api", name), message))
        if "next" in self.read.book.model_fields_set and "after" not in self.api.book.uses:
            message = "the next page cannot be asked for: api.book has no '{after}'"
            found.append(Mistake(("read", "book", "next"), message))
        if found:
            raise Mistakes(found)
        return self

    def plan(self) -> dict[str, Any]:
        """What differs from the standard API, as JSON: what a load plan holds."""
        return self.model_dump(mode="json", exclude_defaults=True)


#: A shop that speaks the standard API.
STANDARD: Final = ShopMapping()
