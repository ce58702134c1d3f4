"""What the gateway's objects are called here: a payment is a charge, under the same number."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CHARGE: Final = "ch_"
_PAYMENT: Final = "pay_"
_INTENT: Final = "pi_"
_SESSION: Final = "cs_test_"
_WARNING: Final = "issfr_"
_TRANSACTION: Final = "txn_"
#: What a balance transaction is called, by what moved (see gateway.statements): a letter for that,
#: then the number of the payment, refund or dispute.
_LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "charge": "c",
        "refund": "r",
        "refund_failure": "f",
        "reversal": "v",
        "dispute": "d",
        "dispute_won": "w",
    }
)
_OWNERS: Final[Mapping[str, str]] = MappingProxyType(
    {"c": "pay", "r": "re", "f": "re", "v": "pay", "d": "dp", "w": "dp"}
)


def charge_of(payment: str) -> str:
    """The id of the charge that a payment (its id) is."""
    return _CHARGE + payment.removeprefix(_PAYMENT)


def payment_of(charge: str) -> str:
    """The id of the payment that a charge (its id) is."""
    return _PAYMENT + charge.removeprefix(_CHARGE)


def warning_of(payment: str) -> str:
    """The id of the early fraud warning about a payment (its id)."""
    return _WARNING + payment.removeprefix(_PAYMENT)


def warned_of(warning: str) -> str:
    """The id of the payment that an early fraud warning (its id) is about."""
    return _PAYMENT + warning.removeprefix(_WARNING)


def request_of(exchange: str) -> str:
    """The id of a request, from that of its exchange."""
    return "req_" + exchange.removeprefix("ex_")


def transaction_of(kind: str, name: str) -> str:
    """The id of the balance transaction of this movement of a payment, refund or dispute."""
    return f"{_TRANSACTION}{_LETTERS[kind]}{name.partition('_')[2]}"


def mover_of(transaction: str) -> str | None:
    """The id of the payment, refund or dispute that a balance transaction is about."""
    letter, number = transaction[len(_TRANSACTION) :][:1], transaction[len(_TRANSACTION) + 1 :]
    owner = _OWNERS.get(letter)
    known = transaction.startswith(_TRANSACTION) and owner is not None
    return f"{owner}_{number}" if known else None


def session_of(intent: str) -> str:
    """The id of the checkout session that a payment intent (its id) would come from."""
    return _SESSION + intent.removeprefix(_INTENT)


def intent_of(session: str) -> str:
    """The id of the payment intent to which a checkout session (its id) leads."""
    return _INTENT + session.removeprefix(_SESSION)


def method_of_try(payment: str) -> str:
    """The id of the payment method that a payment (its id) at a page came with."""
    return "pm_" + payment.removeprefix(_PAYMENT)


def first_event_of(payment: str) -> str:
    """The id of the event that goes before all others of a payment (its id) at a page."""
    return "evt_" + payment.removeprefix(_PAYMENT)
