"""Metadata (docs.stripe.com/api/metadata): 50 keys of 40 characters, values of 500."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import UnsetType

from simulator.dialects.stripe.objection import invalid

#: Values of None are keys to remove; None in place of the whole removes all.
Metadata = dict[str, str | None] | None

_KEYS: Final = 50
_NAME: Final = 40
_VALUE: Final = 500
#: The key under which a shop's own order stands; docs/reference says so.
ORDER: Final = "order_id"
#: The key under which stands what is sold, where gateways and scenarios make a difference of it.
PRODUCT: Final = "product"


def merged(old: Mapping[str, str], new: Metadata | UnsetType) -> dict[str, str]:
    """The metadata after an update; raises Objection for what is too long or too many."""
    if isinstance(new, UnsetType):
        return dict(old)
    if new is None:
        return {}
    left = dict(old)
    for name, value in new.items():
        if len(name) > _NAME:
            raise invalid(
                f"Metadata keys can have up to {_NAME} characters, and one has {len(name)}",
                "metadata",
            )
        if value is None:
            left.pop(name, None)
            continue
        if len(value) > _VALUE:
            raise invalid(
                f"Metadata values can have up to {_VALUE} characters, and one has {len(value)}",
                f"metadata[{name}]",
            )
        left[name] = value
    if len(left) > _KEYS:
        raise invalid(f"Metadata can have up to {_KEYS} keys, and it has {len(left)}", "metadata")
    return left


def order_of(metadata: Metadata | UnsetType, otherwise: str) -> str:
    """The order that an object belongs to: the one that its metadata name, else itself."""
    if isinstance(metadata, UnsetType) or metadata is None:
        return otherwise
    return metadata.get(ORDER) or otherwise


def product_of(metadata: Metadata | UnsetType) -> str | None:
    """What is sold, where the metadata say so."""
    if isinstance(metadata, UnsetType) or metadata is None:
        return None
    return metadata.get(PRODUCT) or None
