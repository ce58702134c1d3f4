"""Who looks at a page."""

from __future__ import annotations

import pytest

from simulator.hosted.visitor import Visitor


@pytest.mark.parametrize(
    ("chosen", "locale", "languages", "spoken"),
    [
        (None, None, "", "en"),
        (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "en;q=0.3, zh;q=0.7", "zh"),
        (None, None, "fr-FR,fr;q=0.9,zh;q=0.2", "zh"),
        (None, None, "zh;q=0, en;q=0.1", "en"),
        (None, None, "zh;q=often, *;q=0.1", "en"),
        (None, None, "de", "en"),
        (None, "zh_CN", "en", "zh"),
        (None, "zh-Hant-TW", "en", "zh"),
        (None, "de_DE", "zh", "zh"),
        ("en", "zh_CN", "zh", "en"),
        ("zh", "en_US", "en", "zh"),
        ("xx", "zh_CN", "en", "zh"),
        ("ZH", None, "en", "zh"),
    ],
)
def test_language(chosen: str | None, locale: str | None, languages: str, spoken: str) -> None:
    """As chosen, else as the merchant says, else as the browser asks, else English."""
    assert Visitor(chosen=chosen, languages=languages).language(locale) == spoken


@pytest.mark.parametrize(
    ("accept", "is_browser"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_programs_get_no_html(accept: str, is_browser: bool) -> None:
    """Only who asks for it."""
    assert Visitor(accept=accept).reads_html is is_browser


@pytest.mark.parametrize(
    ("agent", "outdated"),
    [
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", True),
        ("Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko", True),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36", False),
        ("", False),
    ],
)
def test_outdated_browsers(agent: str, outdated: bool) -> None:
    """Internet Explorer, whatever it calls itself."""
    assert Visitor(agent=agent).is_outdated is outdated
