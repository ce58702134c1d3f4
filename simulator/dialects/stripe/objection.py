"""What is wrong with a request, in the shape of Stripe's errors (docs.stripe.com/api/errors)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from simulator import cards
from simulator.gateway.outcomes import Reason

_DOCS: Final = "https://stripe.com/docs/error-codes/"
#: A code of our own, of which Stripe has no page.
_UNSUPPORTED: Final = "parameter_unsupported"
_encode: Final = msgspec.json.Encoder().encode


class Objection(Exception):
    """A request that is refused; nothing has been changed.

    `kept` says that a further request with the same idempotency key gets the same answer: so it is
    from the moment on at which the request was understood. `reason` is what the journal calls it.
    """

    def __init__(
        self, status: int, error: Mapping[str, Any], *, kept: bool = False, reason: str = "refused"
    ) -> None:
        super().__init__(error.get("message"))
        self.status = status
        self.error = error
        self.kept = kept
        self.reason = reason

    def body(self) -> bytes:
        """The answer."""
        return error_body(self.error)


def error_body(error: Mapping[str, Any]) -> bytes:
    """The body of an error: fields that are None are left out, and a code has its page."""
    shown = {name: _legible(value) for name, value in error.items() if value is not None}
    if shown.get("code") not in (None, _UNSUPPORTED) and "doc_url" not in shown:
        shown["doc_url"] = doc_url(shown["code"])
    return _encode({"error": shown})


def _legible(value: Any) -> Any:
    """The same, with marks in place of bytes that are no text."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    return value


def doc_url(code: str) -> str:
    """The page of an error code."""
    return _DOCS + code.replace("_", "-")


def invalid(
    message: str,
    param: str | None = None,
    code: str | None = None,
    *,
    kept: bool = False,
    **more: Any,
) -> Objection:
    """A request that makes no sense: `invalid_request_error`, with the parameter at fault.

    `more` are further fields of the error.
    """
    error = {
        "type": "invalid_request_error",
        "code": code,
        "message": cards.mask(message),
        "param": param,
        **more,
    }
    return Objection(400, error, kept=kept, reason=code or "malformed")


def missing(kind: str, name: str, param: str = "id") -> Objection:
    """There is no such object: `resource_missing`, 404."""
    message = f"No such {kind.replace('.', ' ').replace('_', ' ')}: '{cards.mask(name)}'"
    error = {
        "type": "invalid_request_error",
        "code": "resource_missing",
        "message": message,
        "param": param,
    }
    return Objection(404, error, kept=True, reason=Reason.NOT_FOUND.value)


def absent(param: str) -> Objection:
    """A parameter without which nothing can be done: `parameter_missing`."""
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def unsupported(param: str, why: str = "") -> Objection:
    """A parameter that Stripe has and this gateway does not act on: better said than ignored."""
    tail = f" {why}" if why else ""
    return invalid(
        f"paydrill does not support the parameter {param} here.{tail} Nothing was done.",
        param,
        _UNSUPPORTED,
    )
