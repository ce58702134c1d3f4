"""Turns what is to be shown into a page: templates, amounts, moments, and headers that protect it.

A page's address is its key: whoever knows it may use it, and nobody else can guess it. There is no
cookie and no session, so a foreign site has nothing to ride on and forms need no further token.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from simulator.dialects.dialect import Headers, Reply
from simulator.hosted import assets
from simulator.hosted.bill import Bill
from simulator.hosted.texts import Texts
from simulator.hosted.visitor import LANGUAGES
from simulator.money import minor_digits

HTML: Final = "text/html; charset=utf-8"
_FORMS: Final = "form-action 'self'"
#: Only our own two files are loaded, forms go nowhere else, and no other site may frame a page.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    f"img-src 'self' data:; {_FORMS}; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", _POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Vary", "Accept, Accept-Language"),
)
_LOCALES: Final[Mapping[str, str]] = MappingProxyType({"en": "en", "zh": "zh_Hans_CN"})
#: The English of no one country: a dollar says whose it is (US$, A$), and so does a yen.
_AMOUNTS: Final[Mapping[str, str]] = MappingProxyType({**_LOCALES, "en": "en_001"})
_TAGS: Final[Mapping[str, str]] = MappingProxyType({"en": "en", "zh": "zh-Hans"})


def page(template: str, status: int, texts: Texts, **shown: Any) -> Reply:
    """A page in the language of `texts`, with the headers of all pages."""
    language = texts.language
    other = next(each for each in LANGUAGES if each != language)
    body = (
        _environment()
        .get_template(f"{template}.html.j2")
        .render(
            t=texts,
            tag=_TAGS[language],
            other=other,
            other_tag=_TAGS[other],
            files=assets.addresses(),
            money=lambda amount, currency: money(amount, currency, language),
            moment=lambda wall: moment(wall, language),
            **shown,
        )
    )
    bill = shown.get("bill")
    onward = bill.onward if isinstance(bill, Bill) else None
    return Reply(status, body.encode(), HTML, HEADERS if onward is None else _leading(onward))


def _leading(onward: str) -> Headers:
    """The headers of a page whose form may lead to another site: browsers ask for that as well."""
    policy = ("Content-Security-Policy", _POLICY.replace(_FORMS, f"{_FORMS} {onward}"))
    return tuple(policy if name == policy[0] else (name, value) for name, value in HEADERS)


def blank() -> Reply:
    """A page on which there is nothing."""
    return Reply(200, b"", HTML, HEADERS)


def see(address: str) -> Reply:
    """Sends a browser that posted a form to the page that shows what came of it (303)."""
    return Reply(303, b"", HTML, (*HEADERS, ("Location", address)))


def money(amount: int, currency: str, language: str) -> str:
    """An amount of minor units as it is written in a language; a sign stands for one currency."""
    from babel.numbers import format_currency  # noqa: PLC0415 - babel is slow to import

    value = Decimal(amount).scaleb(-minor_digits(currency))
    return format_currency(value, currency, locale=_AMOUNTS[language])


def moment(wall: float, language: str) -> str:
    """A moment, in UTC, as it is written in a language."""
    from babel.dates import format_date  # noqa: PLC0415 - the same

    when = datetime.fromtimestamp(wall, UTC)
    return f"{format_date(when, 'medium', locale=_LOCALES[language])} {when:%H:%M} UTC"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("simulator.hosted"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
