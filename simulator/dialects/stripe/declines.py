"""How Stripe tells each failure: status, type and codes of the error, outcome of the charge."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.dialects.stripe.objection import doc_url
from simulator.errors import UsageError, did_you_mean

#: Radar's score that goes with a level; there is none where nothing was assessed.
_SCORES: Final[Mapping[str, int]] = MappingProxyType({"normal": 20, "elevated": 68, "highest": 92})
_STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "issuer_declined": "declined_by_network",
        "blocked": "not_sent_to_network",
        "invalid": "not_sent_to_network",
    }
)
_SELLER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "issuer_declined": "The bank declined this payment and gave the code {reason}.",
        "blocked": "This payment was blocked before the bank was asked, because of {reason}.",
        "invalid": "This payment could not be sent to the bank: {reason}.",
    }
)
#: Merchant advice codes of Mastercard; other networks have words that come to the same.
_NETWORK_ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {"confirm_card_data": "01", "try_again_later": "02", "do_not_try_again": "03"}
)


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of declines.toml."""

    message: str
    status: int = 402
    type: str = "card_error"
    code: str = "card_declined"
    decline_code: str | None = None
    param: str | None = None
    advice: str | None = None
    network: str | None = None
    network_advice: str | None = None
    outcome: str = "issuer_declined"
    network_status: str | None = None
    reason: str | None = None
    risk: str = "normal"
    seller: str | None = None
    event: str | None = None
    refund: str = "unknown"


class Decline(msgspec.Struct, frozen=True, kw_only=True):
    """How a failure is told.

    `status`, `type`, `code`, `decline_code`, `param`, `message`, `advice_code` and
    `network_decline_code` are those of the error; `code` and `message` are the charge's
    `failure_code` and `failure_message`, too. `outcome` is that of the charge, with all its fields.
    A failure that is no answer to a request has no type and no code, status 200, and is told by the
    `event` of this type. `refund_reason` is the `failure_reason` of a refund that failed so.
    """

    failure: str
    message: str
    status: int
    type: str | None
    code: str | None
    decline_code: str | None
    param: str | None
    advice_code: str | None
    network_decline_code: str | None
    network_advice_code: str | None
    outcome: Mapping[str, Any]
    event: str | None
    refund_reason: str

    @property
    def doc_url(self) -> str | None:
        """The page of its code."""
        return doc_url(self.code) if self.code else None


def of(failure: str) -> Decline:
    """How a failure of the catalogue is told; an unknown name raises UsageError."""
    table = _table()
    try:
        return table[failure]
    except KeyError:
        raise UsageError(f"there is no failure '{failure}'{did_you_mean(failure, table)}") from None


@cache
def approved(risk: str = "normal") -> Mapping[str, Any]:
    """The outcome of a charge that went through; `risk` is the level: see simulator.cards."""
    return _outcome("authorized", "approved_by_network", risk, "The payment was approved.")


def at_risk(outcome: Mapping[str, Any], risk: str) -> Mapping[str, Any]:
    """The same outcome, where the card was riskier than what it tells."""
    if _SCORES.get(risk, 0) <= _SCORES.get(outcome["risk_level"], 100):
        return outcome
    return MappingProxyType({**outcome, "risk_level": risk, "risk_score": _SCORES[risk]})


@cache
def in_review() -> Mapping[str, Any]:
    """The outcome of a charge that went through, and that people look at."""
    told = "The payment was approved, and waits for a review."
    return _outcome(
        "manual_review", "approved_by_network", "elevated", told, reason="elevated_risk_level"
    )


@cache
def _table() -> Mapping[str, Decline]:
    text = files(__package__).joinpath("declines.toml").read_text(encoding="utf-8")
    rows = msgspec.convert(tomllib.loads(text), dict[str, _Row])
    return MappingProxyType({name: _decline(name, row) for name, row in rows.items()})


def _decline(name: str, row: _Row) -> Decline:
    told = row.event is None
    code = (row.code or None) if told else None
    advice = row.network_advice or _NETWORK_ADVICE.get(row.advice or "")
    asked = row.network is not None
    return Decline(
        failure=name,
        message=row.message,
        status=row.status if told else 200,
        type=row.type if told else None,
        code=code,
        decline_code=row.decline_code,
        param=row.param,
        advice_code=row.advice,
        network_decline_code=row.network,
        network_advice_code=advice if asked else None,
        outcome=_refusal(row, code, advice if asked else None),
        event=row.event,
        refund_reason=row.refund,
    )


def _refusal(row: _Row, code: str | None, advice: str | None) -> Mapping[str, Any]:
    """The outcome of a charge that failed so."""
    reason = row.reason or row.decline_code or code
    seller = row.seller or _SELLER[row.outcome].format(reason=reason or "an error of the API")
    return _outcome(
        row.outcome,
        row.network_status or _STATUSES[row.outcome],
        row.risk,
        seller,
        reason=reason,
        advice_code=row.advice,
        network_advice_code=advice,
        network_decline_code=row.network,
    )


def _outcome(
    kind: str, network_status: str, risk: str, seller_message: str, **more: str | None
) -> Mapping[str, Any]:
    score = {"risk_score": _SCORES[risk]} if risk in _SCORES else {}
    nothing = dict.fromkeys(("advice_code", "network_advice_code", "network_decline_code"))
    return MappingProxyType(
        {
            **nothing,
            "network_status": network_status,
            "reason": None,
            "risk_level": risk,
            **score,
            "seller_message": seller_message,
            "type": kind,
            **more,
        }
    )
