"""A way of paying, as one gateway offers it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from simulator.profiles.times import Window


class Kind(StrEnum):
    """What sort of method it is: what the payer does, and what the page shows."""

    CARD = "card"
    WALLET = "wallet"
    BANK_TRANSFER = "bank_transfer"  # the payer sends the money from the bank
    BANK_REDIRECT = "bank_redirect"  # the payer approves at the bank's own page
    BANK_DEBIT = "bank_debit"  # the merchant collects; the bank may return it weeks later
    REAL_TIME = "real_time"  # a code or number that the banking app pays at once
    VOUCHER = "voucher"  # a slip that is paid at a shop, in cash
    PAY_LATER = "pay_later"
    MOBILE_MONEY = "mobile_money"  # money kept with the payer's phone number


class Proof(StrEnum):
    """How the payer proves who pays."""

    NONE = "none"
    THREE_DS = "three_ds"
    OTP = "otp"
    BIOMETRIC = "biometric"
    REDIRECT = "redirect"  # at the page or in the app of whoever runs the method


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest and largest payment in one currency, both included, in minor units.

    `countries` are those of the payer for whom these hold; empty means everybody. `max` of None is
    no bound.
    """

    currency: str
    min: int = 0
    max: int | None = None
    countries: frozenset[str] = frozenset()

    def fits(self, currency: str, country: str | None) -> bool:
        """Whether these are the bounds of such a payer; one of unknown country has the general."""
        return currency == self.currency and (not self.countries or country in self.countries)


class RefundRule(msgspec.Struct, frozen=True, kw_only=True):
    """What can be given back: all or `partial` too, `within` seconds of the payment (None: always).

    `arrives_after` is how many seconds the payer waits for the money; 0 is at once.
    """

    partial: bool = True
    within: float | None = None
    arrives_after: float = 0.0


class MethodRule(msgspec.Struct, frozen=True, kw_only=True):
    """A method type that the gateway takes, and for whom.

    `countries` are those of the payer (ISO 3166-1, two letters), `currencies` those of the payment
    (ISO 4217), `brands` the card brands; an empty set takes them all. `amounts` are looked through
    in order, and the first that fits holds. `card` tells whether the method is paid with a card
    number or card token. `disabled` switches it off for good, `disabled_during` at times.
    `time_limit` is how many seconds the payer has (None: no end). `refunds` of None means that
    nothing can be given back through the method. `source` says where the figures are from.
    """

    type: str
    title: str = ""
    title_zh: str = ""
    kind: Kind = Kind.WALLET
    card: bool = False
    brands: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    amounts: tuple[Amounts, ...] = ()
    disabled: bool = False
    disabled_during: tuple[Window, ...] = ()
    time_limit: float | None = None
    refunds: RefundRule | None = RefundRule()
    authentication: Proof = Proof.NONE
    source: str = ""
    note: str = ""

    def serves(self, country: str | None) -> bool:
        """Whether payers of this country may use it; None (not known) may use whatever any may."""
        return country is None or not self.countries or country in self.countries

    def pays_in(self, currency: str) -> bool:
        """Whether it can pay in this currency."""
        return not self.currencies or currency in self.currencies

    def bounds(self, currency: str, country: str | None) -> Amounts | None:
        """The smallest and largest payment of such a payer; None if there is no bound."""
        for each in self.amounts:
            if each.fits(currency, country):
                return each
        return None

    def is_off(self, wall: float, utc_offset: float, country: str | None = None) -> bool:
        """Whether it is switched off for such a payer, for good or at this wall time."""
        return self.disabled or any(
            each.holds(wall, utc_offset)
            for each in self.disabled_during
            if not each.countries or country in each.countries
        )

    @property
    def is_free(self) -> bool:
        """Whether it is open to everybody for everything at all times."""
        asked = (self.brands, self.countries, self.currencies, self.amounts, self.disabled_during)
        return not self.disabled and not any(asked)
