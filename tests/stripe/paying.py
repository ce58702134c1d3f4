"""What tests of refunds, disputes and the like begin with: something that was paid."""

from __future__ import annotations

from typing import Any, Self

import pytest
import stripe

from tests.stripe.kit import Shop

AMOUNT = 1999


def pay(shop: Shop, card: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
    """An intent that is confirmed at once, for order `ord_1` unless it is said otherwise."""
    return shop.client.v1.payment_intents.create(
        {
            "amount": AMOUNT,
            "currency": "usd",
            "confirm": True,
            "payment_method": card,
            "metadata": {"order_id": "ord_1"},
            **more,
        }
    )


def charge_of(shop: Shop, intent: stripe.PaymentIntent, *expand: str) -> stripe.Charge:
    """The last charge of an intent, as it is now."""
    name = intent.latest_charge
    assert isinstance(name, str)
    return shop.client.v1.charges.retrieve(name, {"expand": list(expand)})


def told(shop: Shop) -> list[str]:
    """The names of all events, oldest first."""
    found = shop.client.v1.events.list({"limit": 100})
    return [each.type for each in reversed(found.data)]


def news(shop: Shop, name: str) -> Any:
    """What the last event of this name is about."""
    return shop.client.v1.events.list({"type": name, "limit": 1}).data[0].data.object


class Refusal:
    """A request that is refused; what was said stands here afterwards."""

    error: stripe.InvalidRequestError

    def __enter__(self) -> Self:
        self._raises = pytest.raises(stripe.InvalidRequestError)
        self._caught = self._raises.__enter__()
        return self

    def __exit__(self, *how: object) -> bool:
        caught = bool(self._raises.__exit__(*how))
        self.error = self._caught.value
        return caught

    @property
    def code(self) -> str | None:
        """What is wrong."""
        return self.error.code

    @property
    def param(self) -> str | None:
        """Where."""
        return self.error.param


def words(thing: Any) -> dict[str, str]:
    """The metadata of something."""
    return dict(thing.metadata.to_dict())
