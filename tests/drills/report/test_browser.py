"""The page in a real browser: it draws, it complains of nothing, and it fits a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from simulator.drills.judge import judge
from simulator.drills.report import html
from tests.drills.stories import GOOD, history, scenario, without

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

# On a developer's machine without Chromium the rest of the suite still says something; a pipeline
# must not pass without it.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"
)


@pytest.fixture(name="browser")
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


async def _open(browser: Browser, folder: Path, width: int) -> tuple[Page, list[str]]:
    """The report of a failed drill on a screen of this width, and its complaints."""
    recorded = history(without(GOOD, "refund"))
    report = folder / "report.html"
    report.write_text(html.render(judge(recorded, scenario()), recorded), encoding="utf-8")
    page = await browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(report.as_uri())
    return page, complaints


@pytest.mark.parametrize("width", [1200, 390])
async def test_the_report_reads_on_any_screen(browser: Browser, tmp_path: Path, width: int) -> None:
    """Charts are drawn, an order's timeline unfolds, nothing is cut off and nothing complains."""
    page, complaints = await _open(browser, tmp_path, width)
    await page.wait_for_selector("svg.main-svg")
    assert await page.get_by_text("FAIL").first.is_visible()
    order = page.locator("details").first
    await order.locator("summary").click()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    assert complaints == []
