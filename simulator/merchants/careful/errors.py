"""What can be wrong with what the shop is given."""

from __future__ import annotations


class ShopError(Exception):
    """Base of the shop's own exceptions."""


class ConfigError(ShopError):
    """The environment does not say what the shop must know."""


class BadOrder(ShopError):
    """A shopper's request cannot be used; the message says what was meant."""


class OrderConflict(ShopError):
    """An order with this id exists and is another one."""


class NoSuchOrder(ShopError):
    """No order has this id."""


class BadSignature(ShopError):
    """A webhook that this shop's gateway did not sign, or signed too long ago."""


class LostOrder(ShopError):
    """Another instance has taken the order over, or changed it: what is known here is old."""
