"""Style and script: small, ours alone, and named by their content."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.hosted import assets
from tests.hosted.kit import payer


def test_addresses_name_the_content() -> None:
    """So that a browser may keep them for ever."""
    assert set(assets.addresses()) == {"page.css", "page.js"}
    for address in assets.addresses().values():
        assert re.fullmatch(r"/pay/_/page-[0-9a-f]{12}\.(css|js)", address)
        assert "immutable" in dict(assets.replies()[address].headers)["Cache-Control"]


def test_they_are_small_and_load_nothing_else() -> None:
    """No library, no font, no picture from elsewhere."""
    for reply in assets.replies().values():
        assert len(reply.body) < 16_000
        assert not re.search(rb"https?:|//[a-z]+\.|@import|url\(", reply.body)


async def test_they_are_served_and_not_journaled(tmp_path: Path) -> None:
    """They are no pages; anything else in their folder is not there."""
    async with payer(tmp_path) as shopper:
        style = await shopper.look(assets.addresses()["page.css"])
        missing = await shopper.look("/pay/_/page-000000000000.css")
        posted = await shopper.send(assets.addresses()["page.js"], {})

        assert (style.status, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
        assert (missing.status, posted.status) == (404, 405)
        assert shopper.desk.exchanges() == []
