"""One-time codes. They are drawn anew whenever one is needed, and never kept."""

from __future__ import annotations

from hmac import compare_digest

from simulator.draws import draw
from simulator.gateway.authentication.record import Authentication, Send


def code_of(authentication: Authentication, send: Send) -> str:
    """The digits that stand in this message."""
    drawn = draw(authentication.seed, "otp", f"{authentication.id}/{send.n}")
    return str(drawn % 10**authentication.digits).zfill(authentication.digits)


def is_right(authentication: Authentication, typed: str) -> bool:
    """Whether this is the newest code; an older one is as wrong as any other."""
    last = authentication.last
    plain = _plain(typed).encode()
    return last is not None and compare_digest(plain, code_of(authentication, last).encode())


def is_whole(authentication: Authentication, typed: str) -> bool:
    """Whether this could be a code at all: as many digits as were sent, blanks or not."""
    plain = _plain(typed)
    return plain.isascii() and plain.isdigit() and len(plain) == authentication.digits


def _plain(typed: str) -> str:
    return typed.strip().replace(" ", "")
