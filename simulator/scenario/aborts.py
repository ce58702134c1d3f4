"""The reasons to end a drill early, as `abort:` of a scenario lists them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from simulator.scenario.choice import choose
from simulator.units import Duration, Share


class Abort(BaseModel):
    """A reason to end a drill early. The drill looks once a second, while its phases last.

    Then all faults end, nobody more comes, and what happened is judged; the verdict is `aborted`
    unless money was lost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class FailureRatio(Abort):
    """Stop when more than `above` of the shoppers failed technically for `lasts` seconds."""

    above: Share
    lasts: Annotated[Duration, Field(gt=0)] = Field(alias="for")


class DoubleCharge(Abort):
    """Stop when `count` orders have stood charged too much for `lasts` seconds.

    An order is charged too much while its captures, less its refunds, over all channels, exceed
    the price that its shopper was told. Orders own payments by reference (`ord`, `ord-…`, `ord_…`),
    so a shop that mints references of its own is not seen here; nor is money in another currency
    than the price. A channel that is down cannot refund: leave time for that.
    """

    count: Annotated[int, Field(ge=1)] = 1
    lasts: Duration = Field(default=15.0, alias="for", json_schema_extra={"default": "15s"})


ABORTS: Final[Mapping[str, type[Abort]]] = MappingProxyType(
    {"failure_ratio": FailureRatio, "double_charge": DoubleCharge}
)

OneAbort = Annotated[
    Abort,
    PlainValidator(lambda value: choose(value, ABORTS, "reason to abort")),
    WithJsonSchema({"$comment": "abort"}),
]
