"""What a publishable key with a client secret sees and does: what a payer's browser needs."""

from __future__ import annotations

import stripe

from tests.stripe.kit import Shop
from tests.stripe.shopping import customer, intend, refused

HIDDEN = {"metadata", "customer", "latest_charge", "amount_received", "statement_descriptor_suffix"}


def browser(shop: Shop) -> stripe.StripeClient:
    """A client with the publishable key of the shop."""
    return stripe.StripeClient(
        f"pk_test_{shop.account}",
        base_addresses={"api": shop.gateway.primary},
        http_client=shop.http,
    )


def test_an_intent_in_a_browser(shop: Shop) -> None:
    """No metadata, no customer, no charges, whether it is looked up or confirmed."""
    intent = intend(shop, customer=customer(shop).id, metadata={"order_id": "o1"})
    api, secret = browser(shop).v1.payment_intents, intent.client_secret
    seen = api.retrieve(intent.id, {"client_secret": secret}).to_dict()
    assert not HIDDEN & seen.keys()
    assert (seen["status"], seen["amount"]) == ("requires_payment_method", 1999)
    done = api.confirm(
        intent.id,
        {"client_secret": secret, "payment_method": "pm_card_visa", "expand": ["latest_charge"]},
    ).to_dict()
    assert not HIDDEN & done.keys()
    assert done["status"] == "succeeded"
    whole = shop.client.v1.payment_intents.retrieve(intent.id, {"client_secret": secret})
    assert whole.metadata.to_dict() == {"order_id": "o1"}


def test_an_error_in_a_browser(shop: Shop) -> None:
    """The intent in an error is no more than the intent elsewhere."""
    intent = intend(shop, metadata={"order_id": "o1"})
    api, secret = browser(shop).v1.payment_intents, intent.client_secret
    wanted = {"client_secret": secret, "payment_method": "pm_card_visa_chargeDeclined"}
    declined = refused(lambda: api.confirm(intent.id, wanted), stripe.CardError)  # type: ignore[arg-type]
    assert declined.code == "card_declined"
    api.confirm(intent.id, {"client_secret": secret, "payment_method": "pm_card_visa"})
    late = refused(lambda: api.confirm(intent.id, {"client_secret": secret}))
    for error in (declined, late):
        shown = error.json_body["error"]["payment_intent"]
        assert shown["id"] == intent.id
        assert not HIDDEN & shown.keys()


def test_a_setup_intent_in_a_browser(shop: Shop) -> None:
    """The same for cards that are kept."""
    whose = customer(shop).id
    intent = shop.client.v1.setup_intents.create({"customer": whose, "metadata": {"a": "b"}})
    api = browser(shop).v1.setup_intents
    seen = api.retrieve(intent.id, {"client_secret": str(intent.client_secret)}).to_dict()
    assert not {"metadata", "customer", "latest_attempt", "mandate"} & seen.keys()
    assert (seen["object"], seen["usage"]) == ("setup_intent", "off_session")
