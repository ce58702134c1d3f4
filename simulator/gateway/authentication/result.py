"""What is known of an authentication: shown with its payment."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class AuthStatus(StrEnum):
    """How far it is. All but `pending` are final."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    ATTEMPTED = "attempted"  # the issuer takes no part; the attempt counts as proof
    UNAVAILABLE = "unavailable"  # it could not be done, and the payment went on without it
    FAILED = "failed"
    CANCELED = "canceled"  # its payment was canceled first


class Flow(StrEnum):
    """What is asked of the payer."""

    FRICTIONLESS = "frictionless"  # nothing: the issuer decides by itself
    CHALLENGE = "challenge"  # to do something at the gateway's page
    DECOUPLED = "decoupled"  # to approve elsewhere, when the issuer asks


class AuthResult(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """How the payer proved, or did not prove, who pays.

    `type` is three_ds, otp, biometric or redirect. `id` and `url` are those of the challenge and
    its page, None if there was none; it ends at `expires` (wall seconds). The rest is of 3-D Secure
    2 alone: `trans_status` (Y N U A C R D I), `reason` (transStatusReason), `eci` (by brand),
    `version` of the protocol, and `cancel` (challengeCancel), all as EMVCo numbers them.
    """

    type: str
    status: AuthStatus
    flow: Flow = Flow.CHALLENGE
    id: str | None = None
    url: str | None = None
    expires: float | None = None
    trans_status: str | None = None
    reason: str | None = None
    eci: str | None = None
    liability_shift: bool = False
    version: str | None = None
    cancel: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the payment may go on."""
        return self.status in _PASSED


_PASSED: Final = frozenset({AuthStatus.SUCCEEDED, AuthStatus.ATTEMPTED, AuthStatus.UNAVAILABLE})


#: challengeCancel: by the requestor, which is the shop.
BY_REQUESTOR: Final = "02"


def called_off(result: AuthResult | None) -> AuthResult | None:
    """What a cancel of the payment makes of it: one that is over stays as it is."""
    if result is None or result.status is not AuthStatus.PENDING:
        return result
    is_secure = result.trans_status is not None
    return msgspec.structs.replace(
        result,
        status=AuthStatus.CANCELED,
        trans_status="N" if is_secure else None,
        cancel=BY_REQUESTOR if is_secure else None,
    )
