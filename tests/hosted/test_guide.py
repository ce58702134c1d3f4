"""The how-to: its code runs, against a gateway and its pages."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from tests.hosted.kit import payer

GUIDE = Path(__file__).resolve().parents[2] / "docs/how-to/use-the-hosted-page.md"


def _blocks() -> list[str]:
    text = GUIDE.read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _run(code: str, names: dict[str, Any], gateway: str) -> None:
    exec(code.replace("http://127.0.0.1:4242", gateway), names)  # noqa: S102 - our own document


async def test_the_shops_code_works(tmp_path: Path) -> None:
    """Make a checkout, let the payer pay, ask the gateway: not paid before, paid after."""
    make, ask = _blocks()
    names: dict[str, Any] = {}
    async with payer(tmp_path) as shopper:
        gateway = shopper.desk.serving.primary
        await asyncio.to_thread(_run, make, names, gateway)
        path = names["send_the_payer_to"].removeprefix(gateway)
        await asyncio.to_thread(_run, ask, names, gateway)
        assert (names["checkout"]["status"], names["is_paid"]) == ("open", False)

        page = await shopper.look(path)
        assert page.title == "向 shop 付款"
        await shopper.pay(path)
        await asyncio.to_thread(_run, ask, names, gateway)
        assert (names["checkout"]["status"], names["is_paid"]) == ("complete", True)
