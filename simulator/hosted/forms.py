"""What a payer typed into a form, and what is wrong with it.

The number and the security code are read and forgotten here: neither the command nor the page that
is shown again has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from simulator import cards
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.payments import METHOD_TYPES, method_of
from simulator.gateway.model import Method
from simulator.profiles.catalogue import card_types

FORM: Final = "application/x-www-form-urlencoded"
#: No form of ours has more fields.
_MAX_FIELDS: Final = 20
_EXPIRY: Final = re.compile(r"(0?[1-9]|1[0-2])\s*[/.\- ]\s*(\d{2}|\d{4})|(0[1-9]|1[0-2])(\d{2})")
_EMAIL: Final = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{1,180}\.[^\s@<>\"',;.]{2,60}")
_CODE: Final = re.compile(r"[0-9]{3,4}")

Problems = tuple[tuple[str, str], ...]


class CardForm(msgspec.Struct, frozen=True):
    """A filled-in payment form: method, expiry date and address, or what is wrong with it.

    `kept` is what the payer need not type again.
    """

    method: Method | None
    expiry: tuple[int, int] | None
    problems: Problems
    kept: Mapping[str, str]
    email: str | None = None


def is_form(request: Request) -> bool:
    """Whether a browser's form was sent."""
    return request.content_type.partition(";")[0].strip().lower() == FORM


def fields(request: Request) -> dict[str, str]:
    """The fields of a form, blanks around their values cut off; raises Misread."""
    try:
        text = request.body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise Misread(Trouble.MALFORMED, "the form cannot be read") from error
    return {name: value.strip() for name, value in pairs}


def payment(form: Mapping[str, str]) -> CardForm:
    """The method that was chosen in a form, with its card if it needs one.

    An address is asked for where the form has a field for it.
    """
    chosen = form.get("method", "")
    email, unreadable = _email(form.get("email"))
    kept = {"method": chosen, "expiry": _kept(form.get("expiry", ""))}
    if email is not None:
        kept["email"] = email
    if chosen not in METHOD_TYPES:
        return CardForm(None, None, (*unreadable, ("method", "missing")), kept)
    if chosen not in card_types():
        other = None if unreadable else method_of(bodies.MethodBody(chosen))
        return CardForm(other, None, unreadable, kept, email)
    method, wrong = _number(chosen, form.get("number", ""))
    expiry, late = _expiry(form.get("expiry", ""))
    problems = (*unreadable, *wrong, *late, *_code(form.get("cvc", "")))
    return CardForm(None if problems else method, expiry, problems, kept, email)


def _email(typed: str | None) -> tuple[str | None, Problems]:
    if typed is None:
        return None, ()
    if not typed:
        return None, (("email", "missing"),)
    if not _EMAIL.fullmatch(typed) or cards.mask(typed) != typed:
        return None, (("email", "malformed"),)
    return typed, ()


def _number(chosen: str, typed: str) -> tuple[Method | None, Problems]:
    if not typed:
        return None, (("number", "missing"),)
    card = bodies.CardBody(typed, 12, 2100)
    try:
        return method_of(bodies.MethodBody(chosen, card=card)), ()
    except Misread:
        return None, (("number", "unknown"),)


def _expiry(typed: str) -> tuple[tuple[int, int] | None, Problems]:
    """Year and month; `12/30`, `12 / 2030` and `1230` are the same."""
    if not typed:
        return None, (("expiry", "missing"),)
    match = _EXPIRY.fullmatch(typed)
    if match is None:
        return None, (("expiry", "malformed"),)
    month, year = match.group(1) or match.group(3), int(match.group(2) or match.group(4))
    return (year if year > 99 else 2000 + year, int(month)), ()


def _kept(expiry: str) -> str:
    """Only what is a date: a number that was typed into the wrong field is not shown again."""
    return expiry if _EXPIRY.fullmatch(expiry) else ""


def _code(typed: str) -> Problems:
    if not typed:
        return (("cvc", "missing"),)
    return () if _CODE.fullmatch(typed) else (("cvc", "malformed"),)
