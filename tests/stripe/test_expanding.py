"""Expansion: ids become objects where the caller asks for them."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop


def sale(shop: Shop, **more: Any) -> Any:
    """A paid intent of a customer."""
    customer = shop.client.v1.customers.create({"email": "a@example.com"})
    return shop.client.v1.payment_intents.create(
        {  # type: ignore[typeddict-item]
            "amount": 1999,
            "currency": "usd",
            "customer": customer.id,
            "payment_method": "pm_card_visa",
            "confirm": True,
            **more,
        }
    )


def test_at_creation_retrieval_and_update(shop: Shop) -> None:
    """Wherever an answer shows the object."""
    made = sale(shop, expand=["customer", "latest_charge"])
    assert made.customer.email == "a@example.com"
    assert made.latest_charge.paid
    assert isinstance(made.payment_method, str)
    intents = shop.client.v1.payment_intents
    found = intents.retrieve(made.id, {"expand": ["payment_method"]})
    assert found.payment_method.card.last4 == "4242"
    changed = intents.update(made.id, {"description": "x", "expand": ["customer"]})
    assert changed.customer.id == found.customer


def test_within_what_was_expanded(shop: Shop) -> None:
    """Down to four levels; what an outer path has shown, an inner path goes on from."""
    made = sale(shop, expand=["latest_charge.payment_intent.customer", "latest_charge"])
    inner = made.latest_charge.payment_intent
    assert inner.id == made.id
    assert inner.customer.email == "a@example.com"
    deepest = "latest_charge.payment_intent.latest_charge.customer"
    found = shop.client.v1.payment_intents.retrieve(made.id, {"expand": [deepest]})
    innermost = found.latest_charge.payment_intent.latest_charge
    assert innermost.customer.id == inner.customer.id
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        shop.client.v1.payment_intents.retrieve(made.id, {"expand": [f"{deepest}.default_source"]})


def test_in_lists_and_searches(shop: Shop) -> None:
    """There each of `data` is expanded."""
    made = sale(shop, metadata={"order_id": "o1"})
    intents = shop.client.v1.payment_intents
    (listed,) = intents.list({"expand": ["data.customer", "data.latest_charge.customer"]}).data
    assert listed.customer.id == listed.latest_charge.customer.id == made.customer
    query = 'metadata["order_id"]:"o1"'
    (found,) = intents.search({"query": query, "expand": ["data.latest_charge"]}).data
    assert found.latest_charge.id == made.latest_charge


def test_what_is_null_stays_null(shop: Shop) -> None:
    """And so does what would be within it."""
    made = shop.client.v1.payment_intents.create(
        {"amount": 1999, "currency": "usd", "expand": ["customer", "latest_charge.customer"]}
    )
    assert (made.customer, made.latest_charge) == (None, None)


def test_fields_of_parts(shop: Shop) -> None:
    """A customer's default is a field of its settings; of an empty part nothing is shown."""
    customers = shop.client.v1.customers
    made = customers.create({"expand": ["invoice_settings.default_payment_method"]})
    assert made.invoice_settings.default_payment_method is None
    method = shop.client.v1.payment_methods.attach("pm_card_visa", {"customer": made.id})
    changed = customers.update(
        made.id,
        {
            "invoice_settings": {"default_payment_method": method.id},
            "expand": ["invoice_settings.default_payment_method"],
        },
    )
    assert changed.invoice_settings.default_payment_method.id == method.id


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("amount", r"This property cannot be expanded \(amount\)"),
        ("colour.tone", r"This property cannot be expanded \(colour.tone\)"),
        ("customer.email", r"This property cannot be expanded \(customer.email\)"),
        ("data.customer", r"This property cannot be expanded \(data.customer\)"),
    ],
)
def test_what_cannot_be_expanded(shop: Shop, path: str, words: str) -> None:
    """The error names the path."""
    made = sale(shop)
    with pytest.raises(stripe.InvalidRequestError, match=words) as caught:
        shop.client.v1.payment_intents.retrieve(made.id, {"expand": [path]})
    assert caught.value.param == "expand"


def test_what_is_not_here_is_said_to_be_not_supported(shop: Shop) -> None:
    """Stripe has such a list, and we have not."""
    made = shop.client.v1.customers.create({})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.client.v1.customers.retrieve(made.id, {"expand": ["subscriptions"]})
    assert caught.value.code == "parameter_unsupported"


@pytest.mark.parametrize("body", ["expand=customer", "expand[a]=customer", "expand[0][a]=b"])
def test_paths_come_as_a_list(shop: Shop, body: str) -> None:
    """Anything else is no list of names."""
    answer = shop.post("/v1/customers", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("expand")


def test_an_expansion_that_fails_undoes_the_rest(shop: Shop) -> None:
    """The customer was not made."""
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.customers.create({"expand": ["email"]})
    assert shop.client.v1.customers.list().data == []
