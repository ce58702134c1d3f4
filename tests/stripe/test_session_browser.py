"""A session's page in a real browser, from the shop and back to it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.stripe.browser import needs_chromium
from tests.stripe.hooks import listening
from tests.stripe.kit import Shop
from tests.stripe.pages import BROKE, EMAIL, GOOD, SECURE, now, opened

pytestmark = needs_chromium


def fill(page: Page, number: str) -> None:
    """Fill the card form in and press the button."""
    if page.locator("#email").count():
        page.locator("#email").fill(EMAIL)
    page.locator("#number").fill(number)
    page.locator("#expiry").fill("12/30")
    page.locator("#cvc").fill("123")
    page.locator("form button.main").click()


def back_at_the_shop(page: Page, site: str, session: Any) -> None:
    """The browser is at success_url, with the id of the session in it."""
    expect(page.locator("h1")).to_have_text("Thank you")
    assert page.url == f"{site}/done?session={session.id}"


def test_from_the_shop_and_back(shop: Shop, page: Page, site: str) -> None:
    """A good card: the browser is back at once, the shop hears of it, and finds it paid."""
    with listening() as hooks:
        endpoint = shop.client.v1.webhook_endpoints.create(
            {"url": hooks.url, "enabled_events": ["checkout.session.completed"]}
        )
        session = opened(
            shop,
            success_url=site + "/done?session={CHECKOUT_SESSION_ID}",
            client_reference_id="ord_1",
        )
        page.goto(session.url)
        expect(page.locator("h1")).to_have_text(f"Payment to {shop.account}")
        fill(page, GOOD)
        back_at_the_shop(page, site, session)
        event = hooks.next().verified(str(endpoint.secret))
    assert (event.type, event.data.object["id"]) == ("checkout.session.completed", session.id)
    paid = now(shop, session)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.customer_details.email == EMAIL
    (listed,) = shop.client.v1.events.list({"type": "checkout.session.completed"}).data
    assert listed.id == event.id


def test_another_card_with_a_proof(shop: Shop, page: Page, site: str) -> None:
    """A decline is told at the page; the second card's bank asks, and leads back to the shop."""
    session = opened(
        shop, success_url=site + "/done?session={CHECKOUT_SESSION_ID}", cancel_url=site + "/cart"
    )
    page.goto(session.url)
    fill(page, BROKE)
    expect(page.get_by_role("alert")).to_contain_text("did not go through")
    back = page.get_by_role("link", name=f"Back to {shop.account}")
    assert back.get_attribute("href") == f"{site}/cart"
    fill(page, SECURE)
    page.get_by_role("button", name="Yes, it is me").click()
    back_at_the_shop(page, site, session)
    assert now(shop, session).payment_status == "paid"


def test_a_result_that_comes_later(shop: Shop, page: Page, site: str) -> None:
    """The page waits for what nobody knows yet, and goes on by itself when it is known."""
    shop.play("{when: {operation: authorize}, fault: {late_success: {after: 60s, told: unknown}}}")
    session = opened(shop, success_url=site + "/done?session={CHECKOUT_SESSION_ID}")
    page.goto(session.url)
    fill(page, GOOD)
    expect(page.locator("h1")).to_have_text("We are checking your payment")
    page.wait_for_timeout(1500)  # it has looked once, so that it sees a change
    shop.advance("61s")
    back_at_the_shop(page, site, session)
