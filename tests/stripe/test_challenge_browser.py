"""A challenge in a real browser: from the shop to the bank's page, and back to the shop."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.stripe.browser import needs_chromium
from tests.stripe.kit import Shop
from tests.stripe.shopping import SECURE, now, page_of, pay

pytestmark = needs_chromium


@pytest.mark.parametrize(
    ("button", "said", "status"),
    [("approve", "succeeded", "succeeded"), ("reject", "failed", "requires_payment_method")],
)
def test_there_and_back(
    shop: Shop, page: Page, site: str, button: str, said: str, status: str
) -> None:
    """The payer answers the bank, the browser is back, and the shop asks how it went."""
    intent = pay(shop, SECURE, return_url=f"{site}/done?cart=7")
    page.goto(page_of(intent))
    page.locator(f'form:has(input[value="{button}"]) button').click()
    expect(page.locator("h1")).to_have_text("Thank you")
    assert parse_qs(urlsplit(page.url).query) == {
        "cart": ["7"],
        "payment_intent": [intent.id],
        "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": [said],
    }
    assert now(shop, intent).status == status
