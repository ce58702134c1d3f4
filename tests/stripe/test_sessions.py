"""Checkout sessions as shops make, find and change them, by Stripe's own library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop
from tests.stripe.pages import BROKE, DONE, EMAIL, SHIRTS, SITE, Payer, now, opened


def mug(**more: Any) -> dict[str, Any]:
    """One more line."""
    price = {"currency": "usd", "unit_amount_decimal": "799", "product_data": {"name": "Mug"}}
    return {"price_data": price | more}


def refused(shop: Shop, **more: Any) -> stripe.InvalidRequestError:
    """What is wrong with a session."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        opened(shop, **more)
    return caught.value


def test_a_session_says_what_is_to_be_paid(shop: Shop) -> None:
    """Amounts, addresses with the id filled in where it is wanted, and what was sent."""
    session = opened(
        shop,
        cancel_url=SITE + "/cart",
        client_reference_id="cart_7",
        customer_email="li.wei@example.com",
        line_items=[SHIRTS, mug()],
        locale="zh",
        metadata={"source": "advert"},
        submit_type="donate",
    )
    assert session.id.startswith("cs_test_")
    assert (session.amount_subtotal, session.amount_total, session.currency) == (3799, 3799, "usd")
    assert (session.success_url, session.cancel_url) == (DONE, SITE + "/cart")
    assert (session.client_reference_id, session.locale) == ("cart_7", "zh")
    assert session.customer_details.email == session.customer_email == "li.wei@example.com"
    assert session.metadata.source == "advert"
    assert session.payment_method_types == ["card"]
    assert session.expires_at - session.created == 86_400
    changed = shop.client.v1.checkout.sessions.update(session.id, {"metadata": {"source": "mail"}})
    assert changed.metadata is not None
    assert changed.metadata["source"] == "mail"


def test_its_page_speaks_and_sells_as_asked(shop: Shop) -> None:
    """Language, button, what is sold, the methods that were wanted, and the way back."""
    session = opened(
        shop, locale="zh", submit_type="donate", line_items=[SHIRTS, mug()], cancel_url=SITE + "/c"
    )
    page = Payer().look(session.url)
    assert '<html lang="zh' in page.text
    assert "捐赠 US$37.99" in page.text
    assert "2 T-shirt, Mug" in page.text
    assert f'href="{SITE}/c"' in page.text
    assert 'value="card"' in page.text
    assert 'value="wallet"' not in page.text
    assert f"form-action 'self' {SITE};" in page.headers["Content-Security-Policy"]


def test_its_lines(shop: Shop) -> None:
    """One by one, and whole in an expanded answer; a price knows its product."""
    session = opened(shop, line_items=[SHIRTS, mug()], expand=["line_items.data.price.product"])
    shirts, one = session.line_items.data
    assert (shirts.quantity, shirts.amount_total, shirts.price.unit_amount) == (2, 3000, 1500)
    assert (one.description, one.price.product.name, one.price.type) == ("Mug", "Mug", "one_time")
    lines = shop.client.v1.checkout.sessions.line_items
    first = lines.list(session.id, {"limit": 1})
    assert [each.id for each in first.auto_paging_iter()] == [shirts.id, one.id]
    assert first.has_more


def test_lines_of_the_catalogue(shop: Shop) -> None:
    """A price that was made before; an inactive one is refused."""
    price = shop.client.v1.prices.create(
        {"currency": "usd", "unit_amount": 4200, "product_data": {"name": "Hat"}}
    )
    session = opened(shop, line_items=[{"price": price.id, "quantity": 1}])
    assert session.amount_total == 4200
    shop.client.v1.prices.update(price.id, {"active": False})
    error = refused(shop, line_items=[{"price": price.id, "quantity": 1}])
    assert (error.param, "inactive" in str(error)) == ("line_items[0][price]", True)


def test_the_order_of_its_payments(shop: Shop) -> None:
    """The intent's metadata name it, else the session's, else the reference, else it is itself."""
    payer = Payer()
    named = {"metadata": {"order_id": "o2"}, "client_reference_id": "o3"}
    sessions = [
        opened(shop, payment_intent_data={"metadata": {"order_id": "o1"}}, **named),
        opened(shop, **named),
        opened(shop, client_reference_id="o3"),
        opened(shop),
    ]
    for session in sessions:
        payer.pay(session)
    found = shop.control("GET", "/payments")["data"]
    assert [each["order_id"] for each in found] == ["o1", "o2", "o3", sessions[3].id]


def test_what_the_intent_is_made_with(shop: Shop) -> None:
    """Words and customer are there; the method is the customer's if it is to be used again."""
    customer = shop.client.v1.customers.create({"email": "li.wei@example.com", "name": "Li Wei"})
    session = opened(
        shop,
        customer=customer.id,
        payment_intent_data={
            "description": "Two shirts",
            "receipt_email": "li.wei@example.com",
            "setup_future_usage": "off_session",
            "statement_descriptor_suffix": "SHIRTS",
        },
    )
    Payer().pay(session)
    paid = now(shop, session)
    assert paid.customer_details.name == "Li Wei"
    intent = shop.client.v1.payment_intents.retrieve(paid.payment_intent)
    assert (intent.customer, intent.description) == (customer.id, "Two shirts")
    assert (intent.setup_future_usage, intent.statement_descriptor_suffix) == (
        "off_session",
        "SHIRTS",
    )
    (method,) = shop.client.v1.customers.payment_methods.list(customer.id).data
    assert method.id == intent.payment_method


def test_sessions_are_found(shop: Shop) -> None:
    """Newest first, by status, customer, address and intent."""
    payer, customer = Payer(), shop.client.v1.customers.create({})
    first = opened(shop, customer=customer.id)
    second = opened(shop, customer_email="li.wei@example.com")
    payer.pay(second)
    listed = shop.client.v1.checkout.sessions.list
    assert [each.id for each in listed({"limit": 1}).auto_paging_iter()] == [second.id, first.id]
    intent = str(now(shop, second).payment_intent)
    for wanted, found in (
        ({"status": "open"}, first),
        ({"status": "complete"}, second),
        ({"customer": customer.id}, first),
        ({"customer_details": {"email": "li.wei@example.com"}}, second),
        ({"payment_intent": intent}, second),
    ):
        assert [each.id for each in listed(wanted).data] == [found.id]  # type: ignore[arg-type]
    assert listed({"status": "expired"}).data == []


def test_no_such_session(shop: Shop) -> None:
    """An id that nobody knows, or that is of something else."""
    for name in ("cs_test_none", shop.client.v1.customers.create({}).id):
        with pytest.raises(stripe.InvalidRequestError, match="No such checkout session") as caught:
            shop.client.v1.checkout.sessions.retrieve(name)
        assert caught.value.code == "resource_missing"


def test_the_same_request_twice(shop: Shop) -> None:
    """By its idempotency key it makes one session with one page."""
    wanted: Any = {"mode": "payment", "line_items": [SHIRTS], "success_url": DONE}
    create = shop.client.v1.checkout.sessions.create
    first = create(wanted, {"idempotency_key": "k1"})
    again = create(wanted, {"idempotency_key": "k1"})
    assert (first.id, first.url) == (again.id, again.url)
    assert len(shop.client.v1.checkout.sessions.list().data) == 1


def test_a_time_of_its_own(shop: Shop) -> None:
    """Half an hour to a day."""
    moment = opened(shop).created
    assert opened(shop, expires_at=moment + 3600).expires_at == moment + 3600
    for seconds in (600, 90_000):
        assert refused(shop, expires_at=moment + seconds).param == "expires_at"


def test_faults_strike_at_its_page(shop: Shop) -> None:
    """A scenario's rules know the order, and the session's charges as any others."""
    shop.play(
        "{first: 1, when: {operation: authorize, order: o1}, fault: {decline: insufficient_funds}}"
    )
    payer, session = Payer(), opened(shop, client_reference_id="o1")
    assert payer.pay(session).startswith(session.url)
    assert now(shop, session).status == "open"
    assert payer.pay(session).startswith(SITE)


def test_methods_that_are_wanted(shop: Shop) -> None:
    """Only what is taken here; what was not offered cannot be paid with."""
    session = opened(shop, allowed_payment_method_types=["wallet"])
    payer = Payer()
    page = payer.look(session.url)
    assert 'value="card"' not in page.text
    payer.pay(session)
    assert shop.control("GET", "/payments")["data"] == []
    sent = payer.post(page, session.url, method="wallet", email=EMAIL)
    assert sent.startswith(SITE)
    error = refused(shop, payment_method_types=["card", "affirm"])
    assert (error.param, "affirm" in str(error)) == ("payment_method_types[1]", True)


def test_what_is_left_off_is_shown_so(shop: Shop) -> None:
    """As it was sent; what nobody spoke of is null."""
    names = ("adaptive_pricing", "allow_promotion_codes", "invoice_creation")
    plain = opened(shop)
    assert [plain[name] for name in names] == [None, None, None]
    off = {"enabled": False}
    session = opened(shop, adaptive_pricing=off, allow_promotion_codes=False, invoice_creation=off)
    shown = (session.adaptive_pricing.enabled, session.allow_promotion_codes)
    assert (*shown, session.invoice_creation.enabled) == (False, False, False)


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"mode": "subscription"}, "mode"),
        ({"mode": "setup"}, "mode"),
        ({"ui_mode": "embedded"}, "ui_mode"),
        ({"allow_promotion_codes": True}, "allow_promotion_codes"),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax[enabled]"),
        ({"customer_creation": "always"}, "customer_creation"),
        ({"discounts": [{"coupon": "c"}]}, "discounts"),
        ({"shipping_options": [{"shipping_rate": "r"}]}, "shipping_options"),
        ({"line_items": [{**SHIRTS, "tax_rates": ["t"]}]}, "line_items[0][tax_rates]"),
        (
            {"line_items": [mug(recurring={"interval": "month"})]},
            "line_items[0][price_data][recurring]",
        ),
        ({"line_items": [mug(unit_amount_decimal="0")]}, "line_items"),
    ],
)
def test_what_is_not_here_is_refused(shop: Shop, sent: dict[str, Any], param: str) -> None:
    """By an error that says so."""
    error = refused(shop, **sent)
    assert (error.code, error.param) == ("parameter_unsupported", param)


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"success_url": ""}, "success_url"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"cancel_url": "/cart"}, "cancel_url"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price]"),
        ({"line_items": [{**SHIRTS, "quantity": 0}]}, "line_items[0][quantity]"),
        ({"line_items": [SHIRTS, mug(currency="eur")]}, "line_items"),
        ({"line_items": [mug(currency="xxz")]}, "line_items[0][price_data][currency]"),
        ({"currency": "eur"}, "currency"),
        ({"locale": "tlh"}, "locale"),
        ({"customer": "cus_none"}, "customer"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_mistakes(shop: Shop, sent: dict[str, Any], param: str) -> None:
    """Each names the parameter at fault."""
    assert refused(shop, **sent).param == param
    assert shop.client.v1.checkout.sessions.list().data == []


def test_the_payers_address(shop: Shop) -> None:
    """Asked for if nobody knows it, still there after a decline, and told to the shop."""
    payer, known = Payer(), opened(shop, customer_email="li.wei@example.com")
    assert 'name="email"' not in payer.look(known.url).text
    session = opened(shop)
    page = payer.look(session.url)
    card = {"method": "card", "number": BROKE, "expiry": "12/30", "cvc": "123"}
    for wrong in ("", "nobody", "4242424242424242@example.com"):
        payer.post(page, session.url, **card, email=wrong)
    assert shop.control("GET", "/payments")["data"] == []
    payer.pay(session, BROKE)
    assert f'value="{EMAIL}"' in payer.look(session.url).text
    payer.pay(session)
    assert now(shop, session).customer_details.email == EMAIL


def test_a_declined_page_names_no_number(shop: Shop) -> None:
    """What the payer typed stands nowhere."""
    session = opened(shop)
    Payer().pay(session, BROKE)
    everything = str(now(shop, session)) + str(shop.client.v1.events.list())
    assert BROKE not in everything
