"""Who pays and by what, as merchants tell it in whatever dialect.

Nobody can be named by what is kept of a payer.
"""

from __future__ import annotations

from typing import Final

import msgspec

from simulator import cards, people
from simulator.errors import NotATestCard, did_you_mean
from simulator.failures.catalogue import FAILURES
from simulator.gateway.model import Payer
from simulator.gateway.wallets import TROUBLES, is_wallet

#: The failures that a card's token may name: those that a gateway answers a charge with.
_DECLINES: Final = frozenset(row.name for row in FAILURES if row.declines)


class Person(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a merchant says of a payer. Countries are ISO 3166-1; None is not told.

    `device` is a fingerprint of the payer's device. `where` is the network address, else the text
    of the billing address, and `billing` the country of that.
    """

    country: str | None = None
    email: str | None = None
    phone: str | None = None
    device: str | None = None
    where: str | None = None
    billing: str | None = None


def payer(person: Person) -> Payer:
    """The payer as the gateway keeps one: masks, and traces by which it knows a payer again."""
    email, phone, whom = person.email, person.phone, person.email or person.phone
    return Payer(
        person.country,
        cards.mask(people.mask_email(email)) if email else None,
        people.mask_phone(phone) if phone else None,
        people.trace("payer", whom) if whom else None,
        people.trace("device", person.device) if person.device else None,
        people.trace("address", person.where) if person.where else None,
        person.billing,
    )


def card(token: str) -> cards.Card:
    """The card behind a token; NotATestCard if there is none, or none that can fail so."""
    found = cards.from_token(token)
    if found.failure is not None and found.failure not in _DECLINES:
        hint = did_you_mean(found.failure, _DECLINES)
        raise NotATestCard(f"no failure of that name declines{hint}")
    return found


def wallet_trouble(token: str) -> str | None:
    """What is wrong with a token that begins like that of a wallet: then it has to be one."""
    if not token.startswith("wal_") or is_wallet(token):
        return None
    troubles = ", ".join(f"wal_{trouble}_…" for trouble in TROUBLES)
    return (
        "a wallet is wal_<COUNTRY>_<serial>, such as wal_CN_000123; with a trouble of its own: "
        f"{troubles}"
    )
