"""API keys as Stripe's callers send them, and what is said to those that open nothing."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

from simulator import cards
from simulator.dialects.dialect import Misread, Reply, Trouble
from simulator.dialects.stripe.objection import Objection, error_body

_SECRET: Final = "sk_test_"  # noqa: S105 - what keys begin with, and no key
_PUBLIC: Final = "pk_test_"
_LIVE: Final = ("sk_live_", "pk_live_", "rk_live_")
#: So much of the end of a key that opens nothing is shown.
_SHOWN: Final = 4
_HOW: Final = "Send it as Authorization: Bearer sk_test_<account>, or as the user of Basic."


def key_in(headers: Mapping[str, str]) -> str:
    """The key as it was sent, as `Bearer` or as the user of `Basic`; empty if there is none."""
    scheme, _, text = headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer":  # nearly always
        return text.strip()
    match scheme.lower():
        case "bearer":
            return text.strip()
        case "basic":
            try:
                return b64decode(text).decode().partition(":")[0]
            except ValueError:  # not in base 64, or no text in it
                return ""
        case _:
            return ""


def is_public(key: str) -> bool:
    """Whether it is a publishable key, which anybody may have."""
    return key.startswith(_PUBLIC)


def secret_of(key: str) -> str:
    """The secret key of the same account."""
    return _SECRET + key.removeprefix(_PUBLIC) if is_public(key) else key


def no_key() -> Misread:
    """A request without a key."""
    return _refused(Trouble.NO_KEY, f"You did not provide an API key. {_HOW}")


def refused(key: str) -> Misread:
    """A key that opens no account; of it no more is told than its end."""
    if key.startswith(_LIVE):
        return _refused(
            Trouble.LIVE_KEY,
            f"This is a live key: {_veiled(key)}. paydrill takes sk_test_<account> only.",
        )
    return _refused(Trouble.NO_KEY, f"Invalid API Key provided: {_veiled(key)}. {_HOW}")


def needs_secret() -> Objection:
    """A publishable key where only a secret one may ask (403)."""
    error = {
        "type": "invalid_request_error",
        "code": "secret_key_required",
        "message": "This API call cannot be made with a publishable API key; use the secret key.",
    }
    return Objection(403, error, reason="secret_key_required")


def _refused(trouble: Trouble, message: str) -> Misread:
    error: dict[str, Any] = {"type": "invalid_request_error", "message": cards.mask(message)}
    return Misread(trouble, message, Reply(401, error_body(error)))


def _veiled(key: str) -> str:
    """Its beginning where that is one of Stripe's, stars, and its end."""
    kind = next((each for each in (*_LIVE, _SECRET, "rk_test_") if key.startswith(each)), "")
    rest = key[len(kind) :]
    end = rest[-_SHOWN:] if len(rest) > 2 * _SHOWN else ""
    return f"{kind}{'*' * min(len(rest) - len(end), 24)}{end}"
