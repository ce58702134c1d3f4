"""Personal data of payers: masked, or turned into a trace that tells one from another.

A gateway must know a payer again without keeping who it is. Whatever is stored, journaled or shown
is a mask, of which a person can recognise the own address but nobody can read it, or a trace: a
keyed hash. The key separates kinds (the same text as a device and as an e-mail address leaves two
traces); it is no secret, so a trace can be held against an address that is known already, and a
seed gives the same fates on every gateway.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from simulator import cards

_DIGITS: Final = 8  # 64 bits: among a million payers two share a trace once in 37 million tries
_NO_DIGIT: Final = re.compile(r"\D")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Eight to fifteen digits in groups, as E.164 numbers have; a date and a reference are none.
_PHONE: Final = re.compile(
    r"(?<![\w.-])(?!\d{4}-\d\d-\d\d(?!\d))\+?\d(?:[ ()-]{0,2}\d){7,14}(?![\w-])"
)


def trace(kind: str, text: str) -> str:
    """What is kept of `text`: 16 hexadecimal digits that are the same for the same text.

    Case and blanks around it do not count. `kind` is what it is: `payer`, `device`, `address`.
    """
    plain = text.strip().casefold().encode()
    key = kind.encode()
    return blake2b(plain, digest_size=_DIGITS, key=key, person=b"paydrill").hexdigest()


def mask_email(email: str) -> str:
    """`a***@example.com`: the first letter and the domain. What is no address is hidden whole."""
    name, at, domain = email.strip().rpartition("@")
    if not at or not name or not domain:
        return "***"
    return f"{name[0]}***@{domain}"


def mask_phone(phone: str) -> str:
    """`+86*****78`: the first two digits of an international number, and the last two of any."""
    digits = _NO_DIGIT.sub("", phone)
    if len(digits) < 6:
        return "***"
    head = f"+{digits[:2]}" if phone.strip().startswith("+") else ""
    return f"{head}*****{digits[-2:]}"


def mask_text(text: str) -> str:
    """Free text in which card numbers, e-mail addresses and telephone numbers are masked."""
    text = _EMAIL.sub(lambda found: mask_email(found.group(0)), cards.mask(text))
    return _PHONE.sub(lambda found: mask_phone(found.group(0)), text)
