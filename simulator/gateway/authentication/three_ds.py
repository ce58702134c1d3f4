"""3-D Secure 2: what the issuer's answer means for the payment.

Figures and words are those of EMV 3-D Secure 2.2 as gateways publish them: transStatus,
transStatusReason and challengeCancel by Checkout.com and Cybersource, ECI by Checkout.com.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from simulator.gateway.authentication.result import AuthResult, AuthStatus, Flow
from simulator.profiles.method import Proof

VERSION: Final = "2.2.0"


class Verdict(msgspec.Struct, frozen=True):
    """The issuer's last word: what follows from it for the payment.

    `rank` is the column of the ECI table. `failure` is what the payment is refused with, None if it
    goes on.
    """

    status: AuthStatus
    trans_status: str
    rank: str = "none"
    liability_shift: bool = False
    failure: str | None = None
    reason: str | None = None
    cancel: str | None = None


_AUTHENTICATED: Final = Verdict(AuthStatus.SUCCEEDED, "Y", "full", liability_shift=True)

VERDICTS: Final[Mapping[str, Verdict]] = MappingProxyType(
    {
        "frictionless": _AUTHENTICATED,
        "challenge": _AUTHENTICATED,
        "decoupled": _AUTHENTICATED,
        "attempted": Verdict(AuthStatus.ATTEMPTED, "A", "attempt", liability_shift=True),
        "informational": Verdict(AuthStatus.SUCCEEDED, "I", "exempt"),
        "proceeded": Verdict(AuthStatus.UNAVAILABLE, "U", reason="22"),
        "unsupported": Verdict(AuthStatus.UNAVAILABLE, "U", reason="08"),  # no such card there
        "failed": Verdict(AuthStatus.FAILED, "N", failure="authentication_failed", reason="01"),
        "rejected": Verdict(AuthStatus.FAILED, "R", failure="authentication_rejected", reason="11"),
        "unavailable": Verdict(
            AuthStatus.FAILED, "U", failure="authentication_unavailable", reason="22"
        ),
        "timeout": Verdict(
            AuthStatus.FAILED, "N", failure="authentication_timeout", reason="14", cancel="04"
        ),
        "abandoned": Verdict(
            AuthStatus.FAILED, "N", failure="authentication_abandoned", reason="26", cancel="01"
        ),
        "decoupled_timeout": Verdict(
            AuthStatus.FAILED, "N", failure="authentication_timeout", reason="24", cancel="03"
        ),
    }
)

#: ECI by rank; Mastercard has numbers of its own, all others share Visa's.
_ECI: Final = MappingProxyType({"full": "05", "attempt": "06", "none": "07", "exempt": "07"})
_MASTERCARD: Final = MappingProxyType({"full": "02", "attempt": "01", "none": "00", "exempt": "06"})


def eci(brand: str | None, rank: str) -> str | None:
    """The electronic commerce indicator; None for what is no card."""
    if brand is None:
        return None
    return (_MASTERCARD if brand == "mastercard" else _ECI)[rank]


def opened(flow: Flow) -> AuthResult:
    """A challenge that has just begun."""
    status = "D" if flow is Flow.DECOUPLED else "C"
    return AuthResult(
        type=Proof.THREE_DS,
        status=AuthStatus.PENDING,
        flow=flow,
        trans_status=status,
        version=VERSION,
    )


def silent(brand: str | None, result: str, reason: str | None = None) -> AuthResult:
    """An answer of the issuer of which the payer notices nothing."""
    nothing_yet = msgspec.structs.replace(opened(Flow.FRICTIONLESS), trans_status=None)
    return closed(nothing_yet, brand, result, reason)


def closed(
    result: AuthResult, brand: str | None, word: str, reason: str | None = None
) -> AuthResult:
    """The result after the issuer's last word, which `word` names; see VERDICTS.

    What was not authenticated, and is not authorized, gets no ECI: issuers send none with it.
    """
    verdict = VERDICTS[word]
    return msgspec.structs.replace(
        result,
        status=verdict.status,
        trans_status=verdict.trans_status,
        reason=(reason or verdict.reason) if verdict.trans_status not in "YAI" else reason,
        eci=None if verdict.failure else eci(brand, verdict.rank),
        liability_shift=verdict.liability_shift,
        cancel=verdict.cancel,
    )
