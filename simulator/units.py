"""Durations, rates, shares and money as people write them: `200ms`, `40/s`, `4%`, `50.00 EUR`.

Each parser takes the text of one scalar and raises ValueError with what was meant.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from simulator.errors import did_you_mean
from simulator.money import Money, currencies, minor_digits

_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
#: Ten years: longer than anybody waits, and short enough for every clock and calendar.
_LONGEST_S: Final = 3650 * 86400.0
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(us|ms|s|m|h|d)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(s|m|h)")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_MONEY = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,4}))?\s*([A-Za-z]{3})")


def duration(value: object) -> float:
    """Seconds from `200ms`, `1.5s`, `2m`, `1h`, or parts in a row: `1m30s`."""
    text = str(value).strip()
    parts = list(_DURATION.finditer(text))
    if not parts or "".join(part.group(0) for part in parts) != text:
        raise ValueError(f"'{value}' is not a duration; write a number and a unit: 200ms, 1.5s, 2m")
    seconds = sum(float(part.group(1)) * _SECONDS[part.group(2)] for part in parts)
    if seconds > _LONGEST_S:
        raise ValueError(f"'{text[:40]}' is longer than ten years; write 3650d at most")
    return seconds


def rate(value: object) -> float:
    """Events per second from `40/s`, `600/m`, `3600/h`."""
    match = _RATE.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"'{value}' is not a rate; write events per time: 40/s, 600/m")
    return float(match.group(1)) / _SECONDS[match.group(2)]


def share(value: object) -> Fraction:
    """An exact fraction from `4%` or `0.5%`; over 100 % is an error."""
    match = _SHARE.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"'{value}' is not a share; write a percentage: 4%, 0.5%")
    fraction = Fraction(match.group(1)) / 100
    if fraction > 1:
        raise ValueError(f"'{value}' is more than the whole; a share is at most 100%")
    return fraction


def money(value: object) -> Money:
    """Minor units of a currency from `50 EUR`, `1,500.00 EUR`, `300000 JPY`."""
    match = _MONEY.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"'{value}' is not money; write an amount and a currency: 50.00 EUR")
    whole, rest, code = match.group(1).replace(",", ""), match.group(2) or "", currency(match[3])
    digits = minor_digits(code)
    if len(rest) > digits:
        raise ValueError(f"'{value}' has too many decimals; {code} has {digits}")
    return Money(int(whole + rest.ljust(digits, "0")), code)


def currency(value: object) -> str:
    """A currency's ISO 4217 code."""
    text = str(value)
    if text in currencies():
        return text
    upper = text.upper()
    near = f" (did you mean '{upper}'?)" if upper in currencies() else ""
    raise ValueError(
        f"'{text}' is not a currency of ISO 4217{near or did_you_mean(text, currencies())}"
    )


def country(value: object) -> str:
    """A country's ISO 3166-1 code of two letters."""
    text = str(value)
    if text in countries():
        return text
    near = f" (did you mean '{text.upper()}'?)" if text.upper() in countries() else ""
    raise ValueError(
        f"'{text}' is not a country; write two letters of ISO 3166-1, such as DE{near}"
    )


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """ISO 3166-1 codes of two letters, as Unicode's CLDR (through babel) knows them."""
    from babel import Locale  # noqa: PLC0415 - babel is slow to import

    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha())


@lru_cache(maxsize=256)
def is_locale(text: str) -> bool:
    """Whether `de`, `de_DE` or `zh-Hant-TW` is a locale that CLDR (through babel) knows.

    Of English and Chinese all are, with whatever comes after the language.
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - babel is slow to import

    whole = text.replace("-", "_")
    if whole.partition("_")[0].lower() in ("en", "zh"):
        return True
    try:
        return Locale.parse(whole) is not None
    except (ValueError, UnknownLocaleError):
        return False


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


Duration = Annotated[
    float, BeforeValidator(duration), _schema(r"^(\d+(\.\d+)?\s*(us|ms|s|m|h|d))+$", "200ms")
]
Rate = Annotated[float, BeforeValidator(rate), _schema(r"^\d+(\.\d+)?\s*/\s*(s|m|h)$", "40/s")]
Share = Annotated[Fraction, BeforeValidator(share), _schema(r"^\d+(\.\d+)?\s*%$", "4%")]
Cash = Annotated[Money, PlainValidator(money), _schema(r"^[\d,]+(\.\d+)?\s*[A-Z]{3}$", "50.00 EUR")]
Currency = Annotated[str, BeforeValidator(currency), _schema(r"^[A-Z]{3}$", "EUR")]
Country = Annotated[str, BeforeValidator(country), _schema(r"^[A-Z]{2}$", "DE")]
