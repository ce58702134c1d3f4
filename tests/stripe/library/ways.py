"""Other ways in which a shop may charge through Stripe: one step at a time, or as in old times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from msgspec.structs import replace

from tests.scenarios.script import Step
from tests.scenarios.stage import Row
from tests.server.kit import Answer
from tests.stripe.library.client import Client, confirmation, creation
from tests.stripe.library.reading import read
from tests.stripe.library.stage import StripeStage


class Stepwise(Client):
    """First the payment method, then the intent, then its confirmation."""

    async def _charge(self, body: dict[str, Any], channel: str) -> tuple[str, dict[str, Any]]:
        form = confirmation(body)
        data = form.pop("payment_method_data")
        method = await self.stripe("POST", "/v1/payment_methods", data, channel=channel)
        name = self._open(body, channel)
        if name is None:
            at = "/v1/payment_intents"
            name = (await self.stripe("POST", at, creation(body), channel=channel)).body["id"]
        return f"/v1/payment_intents/{name}/confirm", form | {"payment_method": method.body["id"]}


class OldCharges(Client):
    """No intents: each try is a charge of its own."""

    async def _charge(self, body: dict[str, Any], channel: str) -> tuple[str, dict[str, Any]]:
        bought = creation(body)
        form = {name: bought[name] for name in ("amount", "currency", "metadata")}
        return "/v1/charges", form | {"source": body["method"]["token"]}

    async def _find(self, order: str, channel: str, **kw: Any) -> Answer:
        at = f"/v1/charges/search?query=metadata['order_id']:'{order}'"
        return read(await self.stripe("GET", at, channel=channel, **kw))


class StepwiseStage(StripeStage):
    """With a shop that takes one step at a time."""

    client: ClassVar[type[Client]] = Stepwise


class OldStage(StripeStage):
    """With a shop that has not changed since before there were intents."""

    client: ClassVar[type[Client]] = OldCharges


STAGES: Final = (StepwiseStage, OldStage)


def by_card(row: Row) -> Iterator[Step]:
    """The steps of a row in which nobody pays by anything but a card, and no country is told."""
    for step in row:
        if not isinstance(step, Step) or step.pay.get("method", {}).get("type", "card") != "card":
            continue
        then = tuple(each for each in step.then if not each.startswith("wallet"))
        paid = any(each.endswith(": 201") for each in then)
        yield replace(step, then=then, money="once" if paid else "none")
