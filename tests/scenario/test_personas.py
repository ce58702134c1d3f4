"""Locales of shoppers."""

from __future__ import annotations

import pytest

from simulator.scenario.personas import locale, locales


def test_locales_are_those_of_faker() -> None:
    """Found without importing Faker; all of them are ones that it offers."""
    from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415 - slow to import, used only here

    assert {"zh_CN", "en_IN", "de_DE", "en_US"} <= locales() <= set(AVAILABLE_LOCALES)


def test_an_unknown_locale_gets_a_near_one() -> None:
    """Or the form that locales have."""
    assert locale("zh_CN") == "zh_CN"
    with pytest.raises(ValueError, match=r"did you mean .*'de_DE'"):
        locale("de_DD")
    with pytest.raises(ValueError, match="write a language and a country"):
        locale("klingon")
