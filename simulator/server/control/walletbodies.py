"""What the payer's side of the control API is asked with, and what it answers."""

from __future__ import annotations

from typing import Annotated, TypeVar

from msgspec import Meta

from simulator.dialects.native.views import RefundRequestView
from simulator.gateway.wallets import TOKEN
from simulator.server.control.answers import Answer
from simulator.server.control.bodies import Asked, Duration

#: Minor units of a currency; as many digits as a payment may have.
Amount = Annotated[int, Meta(ge=1, le=999_999_999_999)]
Balance = Annotated[int, Meta(ge=0, le=999_999_999_999)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Level = Annotated[int, Meta(ge=0, le=9)]
Version = Annotated[str, Meta(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,3}$", examples=["8.2.0"])]
Month = Annotated[str, Meta(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2030-12"])]
Token = Annotated[str, Meta(pattern=f"^{TOKEN.pattern}$", examples=["wal_CN_000123"])]
Body = TypeVar("Body")


class WalletCard(Asked, frozen=True):
    """A bank card behind a wallet: the last month in which it is valid."""

    expires: Month


class NewWallet(Asked, frozen=True):
    """A wallet to be made; what is left out is as the token and the profile say."""

    token: Token | None = None
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] = "CN"
    balances: dict[Currency, Balance] | None = None
    level: Level | None = None
    app: Version | None = None
    card: WalletCard | None = None


class WalletMoney(Asked, frozen=True):
    """An amount in minor units of a currency."""

    amount: Amount
    currency: Currency


class WalletGift(Asked, frozen=True):
    """An amount, and the wallet that gets it."""

    to: Token
    amount: Amount
    currency: Currency


class WalletIdentity(Asked, frozen=True):
    """How well the owner is known; 0 is not at all."""

    level: Level


class WalletApp(Asked, frozen=True):
    """The version of the payer's app."""

    version: Version


class RefundWish(Asked, frozen=True):
    """What a payer wants back, and why; all that is left by default."""

    payment: Annotated[str, Meta(min_length=1, max_length=120)]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    amount: Amount | None = None
    within: Annotated[Duration, Meta(description="when it expires; 72h by default")] | None = None


class WalletCardView(Answer, frozen=True, kw_only=True):
    """The bank card behind a wallet."""

    expires: str
    valid: bool


class WalletView(Answer, frozen=True, kw_only=True):
    """A wallet as its owner sees it. Balances are minor units by currency; no merchant sees this.

    In a currency that does not stand here it has nothing, or, where the profile keeps no wallets,
    the opening money that it gets when it first pays in it.
    """

    token: str
    status: Annotated[str, Meta(extra_json_schema={"enum": ["active", "frozen", "closed"]})]
    level: int
    app: str | None
    card: WalletCardView | None
    balances: dict[str, int]
    created: str


class Wallets(Answer, frozen=True, kw_only=True):
    """The wallets that have been used."""

    data: list[WalletView]


class RefundWishes(Answer, frozen=True, kw_only=True):
    """What payers have asked back."""

    data: list[RefundRequestView]
