"""What the payer reads on the statement of the bank: a suffix for cards, and what it is made of."""

from __future__ import annotations

import pytest

from tests.stripe.kit import Shop
from tests.stripe.pages import opened
from tests.stripe.shopping import intend, now, pay, refused

WHOLE = "statement_descriptor"
SUFFIX = "statement_descriptor_suffix"


@pytest.mark.parametrize("sent", ["A" * 23, "12345", "SHOES*2", 'SH"OES', "SHO<ES", "ÄÖÜ"])
def test_what_no_bank_prints(shop: Shop, sent: str) -> None:
    """Too long, without a Latin letter, or with a character that is not allowed."""
    api = shop.client.v1
    held = pay(shop, capture_method="manual")
    charge = {"amount": 100, "currency": "usd", "source": "tok_visa", WHOLE: sent}
    for call in (
        lambda: intend(shop, **{SUFFIX: sent}),
        lambda: api.payment_intents.update(intend(shop).id, {"statement_descriptor_suffix": sent}),
        lambda: api.payment_intents.capture(held.id, {"statement_descriptor_suffix": sent}),
    ):
        assert refused(call).param == SUFFIX
    assert refused(lambda: api.charges.create(charge)).param == WHOLE  # type: ignore[arg-type]


def test_a_card_takes_no_whole_descriptor(shop: Shop) -> None:
    """Refused as soon as the intent names cards, else when a card pays, or when it is captured."""
    api = shop.client.v1.payment_intents
    error = refused(lambda: intend(shop, payment_method_types=["card"], **{WHOLE: "SHOES"}))
    assert (error.param, error.http_status) == (WHOLE, 400)
    open_to_all = intend(shop, **{WHOLE: "SHOES"})
    paid = refused(lambda: api.confirm(open_to_all.id, {"payment_method": "pm_card_visa"}))
    assert paid.param == WHOLE
    cards = intend(shop, payment_method_types=["card"])
    assert refused(lambda: api.update(cards.id, {"statement_descriptor": "SHOES"})).param == WHOLE
    held = pay(shop, capture_method="manual")
    assert refused(lambda: api.capture(held.id, {"statement_descriptor": "SHOES"})).param == WHOLE
    assert now(shop, held).status == "requires_capture"


def test_what_is_no_card_takes_a_whole_one(shop: Shop) -> None:
    """That is what it is for; a charge of old takes it as the suffix of a card's."""
    wallet = shop.client.v1.payment_methods.create({"type": "wallet"}).id  # type: ignore[typeddict-item]
    named = {"payment_method_types": ["wallet"], WHOLE: "SHOES"}
    assert pay(shop, wallet, **named).status == "succeeded"
    charge = shop.client.v1.charges.create(
        {"amount": 100, "currency": "usd", "source": "tok_visa", "statement_descriptor": "SHOES"}
    )
    assert charge.calculated_statement_descriptor == "PAYDRILL* SHOES"
    shop.http.complaints.clear()  # wallets are no type of Stripe's


def test_sessions_hold_to_it_too(shop: Shop) -> None:
    """The error names the parameter within `payment_intent_data`."""
    words = {"statement_descriptor": "SHIRTS"}
    for more, name in (
        ({"payment_method_types": ["card"], "payment_intent_data": words}, WHOLE),
        ({"payment_intent_data": {"statement_descriptor_suffix": "1234"}}, SUFFIX),
    ):
        error = refused(lambda more=more: opened(shop, **more))
        assert error.param == f"payment_intent_data[{name}]"
