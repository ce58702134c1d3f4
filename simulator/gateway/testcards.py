"""Test cards: what of them a payment keeps, and what befalls their money.

A scenario beats a test card: what it orders for a charge or a refund comes in place of the card's
own fate. Moments are those of Stripe's published cards, which say "right after" and "some time
later"; how long that is nobody says, so it is seconds here, and a rehearsal need not wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.cards import Card
from simulator.gateway.directives import Befall, FailRefund, SettleLater
from simulator.gateway.model import Aftermath, Method, RefundStatus

#: Seconds from a charge to what befalls it.
SOON: Final = 1.0
#: Seconds until a refund that was pending arrives, or one that was called done comes back.
LATER: Final = 5.0
#: What a bank says of a refund to a card that was closed meanwhile.
CLOSED: Final = "account_closed"
_BEFALLS_CHARGES: Final = frozenset({"dispute", "inquiry", "early_fraud_warning"})
_REFUNDS: Final[Mapping[str, SettleLater | FailRefund]] = MappingProxyType(
    {
        "refund:pending": SettleLater(LATER),
        "refund:fails": FailRefund(LATER, CLOSED, RefundStatus.SUCCEEDED),
    }
)


def method_of(card: Card, type: str = "card", *, cvc: bool = True) -> Method:  # noqa: A002 - its word
    """How a payer pays by this card, who is there to prove who pays.

    Without `cvc` no security code was given, and none can be wrong.
    """
    failure = None if card.failure == "incorrect_cvc" and not cvc else card.failure
    return Method(
        type,
        card.token,
        card.brand,
        card.country,
        card.last4,
        failure,
        card.proof,
        card.proof_if_asked,
        card.after,
    )


def method_without_payer(card: Card, type: str = "card", *, set_up: bool = False) -> Method:  # noqa: A002 - its word
    """How a merchant charges this card while its holder is away, as for a subscription.

    A card that wants a proof is refused with `authentication_required`, unless it is one that asks
    for none then, or was `set_up`, which is kept with a proof, and remembers that.
    """
    method = method_of(card, type)
    if card.proof is None:
        return method
    free = card.off_session == "free" or (set_up and card.off_session == "once_set_up")
    failure = method.failure if free else "authentication_required"
    return msgspec.structs.replace(method, proof=None, failure=failure)


@lru_cache(maxsize=32)
def of_charge(after: str) -> Befall | None:
    """What befalls money that was taken from a card with this fate; None if nothing does."""
    kind, _, reason = after.partition(":")
    if kind not in _BEFALLS_CHARGES:
        return None
    return Befall(SOON, Aftermath(kind, reason))


def of_refund(method: Method) -> SettleLater | FailRefund | None:
    """What befalls money that is given back to this card; None if it simply arrives."""
    return None if method.after is None else _REFUNDS.get(method.after)
