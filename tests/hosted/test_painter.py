"""How amounts and moments are written, and what protects a page."""

from __future__ import annotations

import pytest

from simulator.hosted import painter
from simulator.hosted.visitor import LANGUAGES
from simulator.money import currencies


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        (18500, "USD", "US$185.00", "US$185.00"),
        (18500, "AUD", "A$185.00", "AU$185.00"),
        (1999, "CNY", "CN¥19.99", "¥19.99"),
        (500, "JPY", "JP¥500", "JP¥500"),
        (1234567, "KWD", "KWD1,234.567", "KWD1,234.567"),
    ],
)
def test_money(amount: int, currency: str, english: str, chinese: str) -> None:
    """In the manner of the language, with as many digits as the currency has."""
    assert painter.money(amount, currency, "en").replace("\xa0", "") == english
    assert painter.money(amount, currency, "zh").replace("\xa0", "") == chinese


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_currencies_are_written_alike(language: str) -> None:
    """No dollar is taken for another, and none is bare."""
    written = {code: painter.money(100, code, language) for code in sorted(currencies())}
    signs = {code: text.rstrip("0123456789.") for code, text in written.items()}
    assert len(set(signs.values())) == len(signs)
    assert "$" not in {sign.strip("\xa0") for sign in signs.values()}


def test_moments() -> None:
    """In UTC, and it says so."""
    assert painter.moment(1_790_000_000.0, "en") == "Sep 21, 2026 14:13 UTC"
    assert painter.moment(1_790_000_000.0, "zh") == "2026年9月21日 14:13 UTC"


def test_headers() -> None:
    """Nothing is kept, nothing foreign is loaded or run, nobody frames it, nobody is told of it."""
    headers = dict(painter.HEADERS)
    policy = headers["Content-Security-Policy"]

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_elsewhere() -> None:
    """After a form the browser goes on with GET."""
    reply = painter.see("/pay/shop/chk_1?lang=zh")
    assert (reply.status, dict(reply.headers)["Location"]) == (303, "/pay/shop/chk_1?lang=zh")
