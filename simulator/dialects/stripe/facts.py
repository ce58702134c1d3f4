"""The names that Stripe's API knows: parameters, fields to expand, types of events."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

_FILLED_IN: Final = re.compile(r"\{[^}]*\}")


@cache
def version() -> str:
    """The version of the API that Stripe's own libraries speak; answers have its shapes."""
    found: str = _read()["version"]
    return found


@lru_cache(maxsize=512)
def parameters(method: str, path: str) -> frozenset[str]:
    """The names that an endpoint takes at the top level, in this version or in an older one.

    Args:
        method: `GET`, `POST` or `DELETE`.
        path: Its path, with whatever name for what is filled in: `/v1/charges/{id}/capture`.

    Raises:
        KeyError: Stripe's API has no such endpoint, as far as is known here.
    """
    key = f"{method} {_FILLED_IN.sub('{}', path)}"
    now, former = _read()["parameters"], _read()["former"]
    if key not in now and key not in former:
        raise KeyError(key)
    return frozenset((*now.get(key, ()), *former.get(key, ())))


@cache
def within() -> frozenset[str]:
    """The names that stand within parameters, of whatever endpoint and however deep."""
    return frozenset(_read()["within"]["names"])


@lru_cache(maxsize=128)
def expandable(name: str) -> frozenset[str]:
    """The fields of a thing that can be expanded.

    A field of a part is named with a dot (`invoice_settings.default_payment_method`).

    Args:
        name: The value of its `object`: `payment_intent`.
    """
    return frozenset(_read()["expandable"].get(name, ()))


@cache
def places() -> frozenset[str]:
    """How paths begin, after `/v1/`, of which nothing else is known here: `invoices`."""
    return frozenset(_read()["elsewhere"]["places"])


@cache
def event_types() -> frozenset[str]:
    """Every type of event there is: what a webhook endpoint may ask for by name."""
    return frozenset(_read()["events"]["types"])


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("facts.toml").read_text(encoding="utf-8"))
