"""What a page says that is to be paid, of a checkout or of a payment alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.gateway.model import Method, Payment
from simulator.gateway.things import Checkout
from simulator.hosted.texts import Texts
from simulator.profiles.method import MethodRule

BRANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "visa": "Visa",
        "mastercard": "Mastercard",
        "amex": "American Express",
        "unionpay": "UnionPay",
        "jcb": "JCB",
        "diners": "Diners Club",
        "discover": "Discover",
    }
)
_SITE: Final = re.compile(r"https?://([a-zA-Z0-9.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(?=[/?#]|$)")
_WEB: Final = re.compile(r"https?://[^\s<>\"\\]+")


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts are minor units of `currency`; `expires` is wall seconds, None if it does not matter.

    `back` is the shop's own page, as the merchant gave it; `onward` the site to which a form may
    lead in the end, because whoever has paid is sent there at once.
    """

    amount: int
    currency: str
    order: str
    product: str | None = None
    expires: float | None = None
    back: str | None = None
    onward: str | None = None


def of_checkout(checkout: Checkout, *, payable: bool) -> Bill:
    """The bill of a checkout; until when it can be paid counts only if it is `payable` now."""
    done = checkout.status == "complete" or not checkout.returns
    back = checkout.return_url if done else checkout.cancel_url
    return Bill(
        amount=checkout.amount,
        currency=checkout.currency,
        order=checkout.order,
        product=checkout.product,
        expires=checkout.expires if payable else None,
        back=_web(back),
        onward=site_of(checkout.return_url) if checkout.returns else None,
    )


def of_payment(payment: Payment) -> Bill:
    """The bill of a payment that a merchant made by itself."""
    return Bill(
        amount=payment.amount,
        currency=payment.currency,
        order=payment.order,
        product=payment.product,
        back=_web(payment.return_url),
        onward=site_of(payment.return_url) if payment.resource else None,
    )


def title_of(rule: MethodRule | None, texts: Texts, otherwise: str) -> str:
    """What a method is called in the language of the page."""
    if rule is None:
        return otherwise
    return (rule.title_zh if texts.language == "zh" else rule.title) or otherwise


def named(method: Method, rule: MethodRule | None, texts: Texts) -> str:
    """A method as a receipt names it; of a card never more than the last four digits."""
    title = title_of(rule, texts, method.type)
    if method.last4 is None:
        return title
    return texts("ending_in", method=BRANDS.get(method.brand or "", title), last4=method.last4)


def site_of(address: str | None) -> str | None:
    """The site of an address, as a header may name it: `https://shop.example:8443`."""
    match = _SITE.match(address or "")
    return None if match is None else match.group(0)


def _web(address: str | None) -> str | None:
    """An address to which a link may lead: nothing that a browser would run."""
    return address if address is not None and _WEB.fullmatch(address) else None
