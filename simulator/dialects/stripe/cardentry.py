"""A card as it is typed in: what can be wrong with it before anybody is asked for money.

Only documented test numbers are cards here. Any other number that could be one is declined, as
Stripe does in test mode, and neither quoted nor kept.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from simulator import cards
from simulator.dialects import paying
from simulator.dialects.stripe import declines
from simulator.dialects.stripe.methodparams import CardData
from simulator.dialects.stripe.methodview import EXPIRES
from simulator.dialects.stripe.objection import Objection, absent, invalid
from simulator.errors import NotATestCard
from simulator.gateway.model import Method
from simulator.gateway.testcards import method_of

#: No card is good for longer than so many years.
_LONGEST: Final = 50
#: Digits of a card number (ISO/IEC 7812-1); Stripe takes none with fewer than 12.
_LENGTHS: Final = range(12, 20)


class Entry(msgspec.Struct, frozen=True):
    """A card that was typed in: how it pays, until when (month, year) it is good.

    `cvc` says whether a security code came with it, `billing` who its holder is, if a token does.
    """

    how: Method
    expires: tuple[int, int]
    cvc: bool
    billing: dict[str, Any] | None = None


def card_in(data: CardData, now: float, place: str, type: str = "card") -> Entry:  # noqa: A002 - its word
    """The card in a request; raises Objection. `place` is where it stands, `now` Unix time."""
    if data.token is not None:
        card = _by_token(data.token, f"{place}[token]")
        how = method_of(card, type)
        return Entry(how, EXPIRES, cvc=True)
    if data.number is None:
        raise absent(f"{place}[number]")
    card = _by_number(data.number)
    for name in ("exp_month", "exp_year"):
        if getattr(data, name) is None:
            raise absent(f"{place}[{name}]")
    expires = expiry(data.exp_month or 0, data.exp_year or 0, now)
    if data.cvc is not None and not (data.cvc.isdecimal() and 3 <= len(data.cvc) <= 4):
        raise card_error("invalid_cvc", "Your card's security code is not valid.", "cvc")
    return Entry(method_of(card, type, cvc=data.cvc is not None), expires, data.cvc is not None)


def expiry(month: int, year: int, now: float) -> tuple[int, int]:
    """Month and year (of four digits) until which a card is good; raises Objection."""
    if not 1 <= month <= 12:
        raise _bad_month()
    whole = 2000 + year if 0 <= year < 100 else year
    today = datetime.fromtimestamp(now, UTC)
    if not today.year <= whole <= today.year + _LONGEST:
        raise card_error(
            "invalid_expiry_year", "Your card's expiration year is not valid.", "exp_year"
        )
    if is_over((month, whole), now):
        raise _bad_month()
    return month, whole


def is_over(expires: tuple[int, int], now: float) -> bool:
    """Whether a card is past its last month, in Unix time."""
    month, year = expires
    today = datetime.fromtimestamp(now, UTC)
    return (year, month) < (today.year, today.month)


def declined(failure: str) -> Objection:
    """A card is refused with a failure of the catalogue, though no charge was made."""
    told = declines.of(failure)
    error = {
        "type": told.type,
        "code": told.code,
        "decline_code": told.decline_code,
        "message": told.message,
        "param": told.param,
        "advice_code": told.advice_code,
        "network_decline_code": told.network_decline_code,
    }
    return Objection(told.status, error, kept=True, reason=failure)


def card_error(
    code: str, message: str, param: str | None = None, decline_code: str | None = None
) -> Objection:
    """Something is wrong with the card itself: 402, which libraries raise as a CardError."""
    error = {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": message,
        "param": param,
    }
    return Objection(402, error, kept=True, reason=code)


def _by_number(number: str) -> cards.Card:
    digits = number.replace(" ", "").replace("-", "")
    try:
        card = cards.from_number(digits)
    except NotATestCard:
        raise _no_test_card(digits) from None
    if card.failure == "incorrect_number":
        raise declined(card.failure)
    return card


def _no_test_card(digits: str) -> Objection:
    """Why a number is no card; the number itself is not in it."""
    if not (digits.isascii() and digits.isdecimal() and len(digits) in _LENGTHS):
        return card_error("invalid_number", "This is not the number of a card.", "number")
    if not cards.luhn(digits):
        return declined("incorrect_number")
    message = (
        "Your card was declined. Only documented test cards can be used here, such as the one that "
        "ends in 4242."
    )
    return card_error("card_declined", message, None, "test_mode_live_card")


def _by_token(token: str, place: str) -> cards.Card:
    try:
        return paying.card(token)
    except NotATestCard as error:
        raise invalid(str(error), place, "resource_missing") from error


def _bad_month() -> Objection:
    return card_error(
        "invalid_expiry_month", "Your card's expiration month is not valid.", "exp_month"
    )
