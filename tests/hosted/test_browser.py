"""The pages in a real browser, from the first to the last, as payers go through them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, async_playwright, expect

from tests.hosted.access import complaints
from tests.hosted.kit import BACK, BROKE, GOOD, SECURE, Payer, payer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1200, "height": 900}

# On a developer's machine without Chromium the rest of the suite still says something; a pipeline
# must not pass without it.
pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"
    ),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(name="browser", scope="module", loop_scope="module")
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


class Screen:
    """A payer's browser window, which remembers what the page complained of."""

    def __init__(self, shopper: Payer, page: Page) -> None:
        self.shopper = shopper
        self.page = page
        self.errors: list[str] = []
        self.posted: list[Request] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._asked)

    async def open(self, path: str) -> None:
        """Go to a page of the gateway."""
        await self.page.goto(self.shopper.desk.serving.primary + path)

    async def checkout(self, **fields: Any) -> str:
        """Go to a fresh checkout."""
        path = await self.shopper.checkout(**fields)
        await self.open(path)
        return path

    async def card(self, number: str = GOOD) -> None:
        """Fill the card form in and press the button."""
        await self.page.locator("#number").fill(number)
        await self.page.locator("#expiry").fill("12/30")
        await self.page.locator("#cvc").fill("123")
        await self.page.locator("form button.main").click()

    async def reads(self, title: str) -> None:
        """The page with this heading is there, and everybody can use it."""
        await expect(self.page.locator("h1")).to_have_text(title)
        assert await complaints(self.page) == []

    def _heard(self, line: Any) -> None:
        # Chromium reports every answer of 4xx so; those are meant.
        if line.type == "error" and "Failed to load resource" not in line.text:
            self.errors.append(line.text)

    def _asked(self, request: Request) -> None:
        if request.method == "POST":
            self.posted.append(request)


@asynccontextmanager
async def screen(
    browser: Browser, folder: Path, scenario: str | None = None, **context: Any
) -> AsyncIterator[Screen]:
    """A window at the pages of a gateway that plays these rules; nothing may complain."""
    settings = {"viewport": DESK, "locale": "en-GB"} | context
    async with payer(folder, scenario) as shopper:
        window = await browser.new_context(**settings)
        window.set_default_timeout(15_000)
        shown = Screen(shopper, await window.new_page())
        try:
            yield shown
        finally:
            await window.close()
        assert shown.errors == []


async def test_card_and_challenge(browser: Browser, tmp_path: Path) -> None:
    """Card form, the bank's question, the result, the receipt and the way back."""
    async with screen(browser, tmp_path) as shown:
        await shown.checkout(product="Visitor visa, 30 days")
        await shown.reads("Payment to shop")
        await shown.card(SECURE)
        await shown.reads("Confirm this payment with your bank")
        await shown.page.get_by_role("button", name="Yes, it is me").click()
        await shown.reads("Payment successful")
        back = shown.page.get_by_role("link", name="Back to shop")
        assert await back.get_attribute("href") == BACK
        await shown.page.get_by_role("link", name="Show the receipt").click()
        await shown.reads("Receipt")
        assert await shown.page.get_by_role("button", name="Print").is_visible()
        assert shown.shopper.taken() == 1
        assert all("4242" not in request.url for request in shown.posted)


async def test_a_code_wrong_then_right(browser: Browser, tmp_path: Path) -> None:
    """The field has the focus and says what is wrong; the countdown runs; the code pays."""
    async with screen(browser, tmp_path) as shown:
        await shown.page.clock.install()
        own = await shown.shopper.desk.pay(
            body={"method": {"type": "card", "token": "tok_otp_ok_DE_1"}, "return_url": BACK}
        )
        path = "/pay/" + own.body["next_action"]["url"].partition("/pay/")[2]
        await shown.open(path)
        await shown.reads("Enter the code that we sent you")
        count = shown.page.locator("[data-seconds]")
        await expect(count).to_contain_text("seconds")
        await shown.page.clock.run_for(60_000)
        await expect(count).to_have_text("You can ask for a new code now.")

        field = shown.page.get_by_label("Code", exact=True)
        good = shown.shopper.code(path)
        await field.fill("000000" if good != "000000" else "111111")
        await shown.page.get_by_role("button", name="Confirm").click()
        await expect(shown.page.locator("#code-wrong")).to_be_visible()
        await expect(field).to_be_focused()
        await expect(field).to_have_value("")
        assert await complaints(shown.page) == []
        await field.fill(good)
        await field.press("Enter")
        await shown.reads("Payment successful")


async def test_another_method_after_a_decline(browser: Browser, tmp_path: Path) -> None:
    """The card fields come and go with the choice; the second try pays."""
    async with screen(browser, tmp_path) as shown:
        await shown.checkout()
        await shown.card(BROKE)
        await expect(shown.page.get_by_role("alert")).to_contain_text("did not go through")
        await shown.reads("Payment to shop")
        await expect(shown.page.locator("#number")).to_have_value("")
        await shown.page.get_by_text("Bank transfer", exact=True).click()
        await expect(shown.page.locator("#number")).to_be_hidden()
        await shown.page.locator("form button.main").click()
        await shown.reads("Payment successful")
        assert shown.shopper.taken() == 1


async def test_on_a_phone_in_chinese(browser: Browser, tmp_path: Path) -> None:
    """Every page of the way fits 390 pixels and speaks the payer's language."""
    phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "locale": "zh-CN"}
    async with screen(browser, tmp_path, **phone) as shown:
        await shown.checkout(product="旅游签证 30 天")
        await shown.reads("向 shop 付款")
        await shown.page.locator("form button.main").tap()
        await shown.reads("向 shop 付款")
        await expect(shown.page.get_by_role("alert")).to_contain_text("您没有被扣款")
        await shown.card(BROKE)
        await expect(shown.page.get_by_role("alert")).to_contain_text("余额不足")
        await shown.card(SECURE)
        await shown.reads("请通过银行确认付款")
        await shown.page.get_by_role("button", name=re.compile("^是我本人")).tap()
        await shown.reads("付款成功")
        await shown.page.get_by_role("link", name="查看收据").tap()
        await shown.reads("付款收据")
        await shown.page.get_by_role("link", name="English").tap()
        await shown.reads("Receipt")


async def test_a_session_that_ended(browser: Browser, tmp_path: Path) -> None:
    """The form was open for too long: nothing is charged, and the shop is one link away."""
    async with screen(browser, tmp_path) as shown:
        await shown.checkout(expires_in=60)
        await shown.shopper.desk.control("POST", "/accounts/shop/clock/advance", {"by": "2m"})
        await shown.card()
        await shown.reads("This session has ended")
        assert await shown.page.get_by_role("link", name="Back to shop").is_visible()
        assert shown.shopper.taken() == 0


async def test_a_button_that_does_nothing(browser: Browser, tmp_path: Path) -> None:
    """No press reaches the gateway; the help says to load the page again, and that helps."""
    dead = (
        "rules:\n  - {name: dead, first: 1, when: {operation: page}, fault: {page: dead_button}}\n"
    )
    async with screen(browser, tmp_path, dead) as shown:
        await shown.checkout()
        await shown.card()
        await shown.card()
        assert shown.posted == []
        await shown.reads("Payment to shop")
        await shown.page.get_by_text("Trouble with this page?").click()
        await expect(shown.page.get_by_text("Load the page again")).to_be_visible()
        assert await complaints(shown.page) == []
        await shown.page.reload()
        await shown.card()
        await shown.reads("Payment successful")


async def test_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    """Skip link, language, choice by arrows, fields in order, the button; the focus can be seen."""
    async with screen(browser, tmp_path) as shown:
        await shown.checkout()
        keys = shown.page.keyboard
        await keys.press("Tab")
        await expect(shown.page.locator(".skip")).to_be_focused()
        await keys.press("Enter")
        await keys.press("Tab")
        await expect(shown.page.get_by_label("Card", exact=True)).to_be_focused()
        await keys.press("ArrowDown")
        await expect(shown.page.get_by_label("Wallet")).to_be_checked()
        await keys.press("ArrowUp")
        for name, typed in (("number", GOOD), ("expiry", "12/30"), ("cvc", "123")):
            await keys.press("Tab")
            field = shown.page.locator(f"#{name}")
            await expect(field).to_be_focused()
            style = await field.evaluate("(each) => getComputedStyle(each).outlineStyle")
            assert style == "solid"
            await keys.type(typed)
        await keys.press("Tab")
        await expect(shown.page.locator("form button.main")).to_be_focused()
        await keys.press("Enter")
        await shown.reads("Payment successful")


async def test_a_stale_page_and_a_second_tab(browser: Browser, tmp_path: Path) -> None:
    """Back, a reload and another tab: one charge, and each page says so."""
    async with screen(browser, tmp_path) as shown:
        path = await shown.checkout()
        tab = await shown.page.context.new_page()
        await tab.goto(shown.shopper.desk.serving.primary + path)
        await shown.card()
        await shown.reads("Payment successful")
        await shown.page.reload()
        await shown.reads("Payment successful")
        await shown.page.go_back()
        await shown.reads("Payment successful")

        second = Screen(shown.shopper, tab)
        await second.card("5555555555554444")
        await second.reads("Payment successful")
        await expect(tab.get_by_text("You have not been charged again")).to_be_visible()
        assert shown.shopper.taken() == 1


async def test_a_result_that_comes_later(browser: Browser, tmp_path: Path) -> None:
    """The page looks again by itself, and the payer sees the truth without a click."""
    late = (
        "rules:\n  - {when: {operation: authorize}, "
        "fault: {late_success: {after: 60s, told: unknown}}}\n"
    )
    async with screen(browser, tmp_path, late) as shown:
        await shown.checkout()
        await shown.card()
        await shown.reads("We are checking your payment")
        await shown.page.wait_for_timeout(1500)  # it has looked once, so that it sees a change
        await shown.shopper.desk.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        await shown.reads("Payment successful")


async def test_without_any_script(browser: Browser, tmp_path: Path) -> None:
    """The script spares a click and no more."""
    async with screen(browser, tmp_path, java_script_enabled=False) as shown:
        await shown.checkout()
        await shown.card(SECURE)
        await expect(shown.page.locator("h1")).to_have_text("Confirm this payment with your bank")
        await shown.page.get_by_role("button", name="Yes, it is me").click()
        await expect(shown.page.locator("h1")).to_have_text("Payment successful")
