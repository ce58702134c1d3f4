"""Money: integer minor units and an ISO 4217 currency. No floats anywhere."""

from __future__ import annotations

from functools import lru_cache

import msgspec


class Money(msgspec.Struct, frozen=True, array_like=True):
    """An amount in minor units (cents, fen, yen) of one currency."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other.amount

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        sign, amount = ("-", -self.amount) if self.amount < 0 else ("", self.amount)
        if digits == 0:
            return f"{sign}{amount:,} {self.currency}"
        whole, rest = divmod(amount, 10**digits)
        return f"{sign}{whole:,}.{rest:0{digits}d} {self.currency}"


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """All ISO 4217 codes that Unicode's CLDR (through babel) knows."""
    from babel.numbers import list_currencies  # noqa: PLC0415 - babel is slow to import

    return frozenset(list_currencies())


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """Decimal digits of a currency's minor unit, by CLDR: USD 2, JPY 0, KWD 3."""
    from babel.numbers import get_currency_precision  # noqa: PLC0415 - the same

    return get_currency_precision(currency)
