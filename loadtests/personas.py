"""Who comes to the shop, and what they want to pay with.

Names, phones and addresses come from Faker, which is slow, so a pool per locale is prepared before
the start. Everything about shopper n is picked by keyed draws on (seed, purpose, n): whatever the
order of arrivals and the number of workers, shopper n of a seed is the same person with the same
basket and the same card.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import msgspec
from babel.numbers import get_territory_currencies
from faker import Faker
from faker.config import AVAILABLE_LOCALES

from simulator.cards import BRANDS, contains_number
from simulator.draws import draw, threshold
from simulator.errors import UsageError
from simulator.profiles.catalogue import card_types, types

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

POOL: Final = 200  # people prepared per locale
#: Methods that are paid with a card.
BY_CARD: Final = card_types()

# Cards that are common in a country; elsewhere the two that are common everywhere.
_BRANDS: Final = {
    "CN": ("unionpay", "visa"),
    "JP": ("jcb", "visa", "mastercard"),
    "US": ("visa", "mastercard", "amex", "discover"),
}
_COMMON_BRANDS: Final = ("visa", "mastercard")
# What the shop sells: name, lowest and highest price in minor units.
_GOODS: Final = (
    ("socks", 599, 1_499),
    ("t-shirt", 1_299, 3_999),
    ("book", 899, 4_999),
    ("headphones", 2_999, 19_999),
    ("coat", 7_999, 39_999),
)
_LOCALE: Final = re.compile(r"[a-z]{2,3}_([A-Z]{2})")


class Persona(msgspec.Struct, frozen=True):
    """A person of a pool. The card comes from `country`, an ISO 3166 code."""

    name: str
    phone: str
    email: str
    address: str
    country: str
    currency: str

    def payer(self) -> dict[str, str]:
        """The `payer` of an order or a payment."""
        return {
            "country": self.country,
            "name": self.name,
            "phone": self.phone,
            "email": self.email,
        }


class Purchase(msgspec.Struct, frozen=True):
    """What shopper `n` does: `amount` is in minor units of the persona's currency."""

    n: int
    locale: str
    persona: Persona
    method: str
    token: str | None
    product: str
    amount: int

    def body(self, order: str) -> dict[str, Any]:
        """What an order at the shop and a payment at the gateway have in common."""
        method = {"type": self.method}
        if self.token is not None:
            method["token"] = self.token
        return {
            "order_id": order,
            "amount": self.amount,
            "currency": self.persona.currency,
            "method": method,
            "payer": self.persona.payer(),
            "product": self.product,
        }


class Wheel:
    """Names by share; a draw picks one. Shares need not add up to one, only their ratio counts."""

    def __init__(self, what: str, shares: Mapping[str, float]) -> None:
        exact = {name: Fraction(share) for name, share in shares.items() if share > 0}
        if not exact:
            raise UsageError(f"{what}: give at least one name with a share above zero")
        total = sum(exact.values())
        self.names = tuple(exact)
        self._bounds = [threshold(part / total) for part in accumulate(exact.values())]

    def pick(self, drawn: int) -> str:
        """The name on which a draw (0 to 2**64 - 1) falls."""
        return self.names[bisect_right(self._bounds, drawn)]


class Cast:
    """All who may come in one run: the pools are made when it is, and then only looked up.

    Args:
        seed: the run's seed.
        personas: Faker locales of the form language_COUNTRY, with their shares.
        methods: method types, with their shares.
        wallets: the method types that are paid from a wallet which the gateway keeps.

    Raises:
        UsageError: a locale or a method is not known.
    """

    def __init__(
        self,
        seed: int,
        personas: Mapping[str, float],
        methods: Mapping[str, float],
        wallets: Collection[str] = (),
    ) -> None:
        unknown = sorted(set(methods) - set(types()))
        if unknown:
            raise UsageError(f"no method is called {unknown[0]!r}; known: {', '.join(types())}")
        self._seed = seed
        self._wallets = frozenset(wallets)
        self._locales = Wheel("personas", personas)
        self._methods = Wheel("methods", methods)
        self._pools = {locale: _pool(seed, locale) for locale in self._locales.names}

    def purchase(self, n: int) -> Purchase:
        """What shopper `n` does; the same for a seed whenever it is asked."""
        key = str(n)
        locale = self._locales.pick(draw(self._seed, "locale", key))
        pool = self._pools[locale]
        persona = pool[draw(self._seed, "persona", key) % len(pool)]
        method = self._methods.pick(draw(self._seed, "method", key))
        product, low, high = _GOODS[draw(self._seed, "product", key) % len(_GOODS)]
        return Purchase(
            n=n,
            locale=locale,
            persona=persona,
            method=method,
            token=self._token(n, method, persona.country),
            product=product,
            amount=low + draw(self._seed, "amount", key) % (high - low + 1),
        )

    def _token(self, n: int, method: str, country: str) -> str | None:
        """What shopper `n` pays with, where the method knows tokens."""
        if method in self._wallets:
            return f"wal_{country}_{n:06d}"
        if method in BRANDS:  # a card of that brand and no other
            return f"tok_{method}_{country}_{n:06d}"
        return self.card(n, country) if method in BY_CARD else None

    def card(self, n: int, country: str, nth: int = 0) -> str:
        """The token of a card of shopper `n`: the first, or the `nth` other one; all distinct."""
        brands = _BRANDS.get(country, _COMMON_BRANDS)
        brand = brands[draw(self._seed, "brand", f"{n}/{nth}") % len(brands)]
        other = "" if nth == 0 else chr(ord("a") + nth)
        return f"tok_{brand}_{country}_{other}{n:06d}"


def _pool(seed: int, locale: str) -> tuple[Persona, ...]:
    country = _country(locale)
    currency = get_territory_currencies(country)[0]
    fake = Faker(locale)
    fake.seed_instance(draw(seed, "faker", locale))
    return tuple(
        Persona(
            name=fake.name(),
            phone=_phone(fake),
            email=fake.ascii_safe_email(),
            address=fake.address(),
            country=country,
            currency=currency,
        )
        for _ in range(POOL)
    )


def _country(locale: str) -> str:
    match = _LOCALE.fullmatch(locale)
    if not match or locale not in AVAILABLE_LOCALES:
        raise UsageError(
            f"personas: {locale!r} is not a locale that Faker has; write language_COUNTRY: "
            "zh_CN, en_IN, de_DE"
        )
    if not get_territory_currencies(match.group(1)):
        raise UsageError(f"personas: {locale!r} names no country with a currency")
    return match.group(1)


def _phone(fake: Faker) -> str:
    """A phone number that cannot be taken for a card number, which some long ones could."""
    while True:
        phone = fake.phone_number()
        if not contains_number(phone):
            return phone
