"""All faults, listed. A fault that does not stand here does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.errors import UsageError, did_you_mean
from simulator.faults.amount_mismatch import AmountMismatch
from simulator.faults.biometric import Biometric
from simulator.faults.decline import Decline
from simulator.faults.dispute import Dispute
from simulator.faults.drip import Drip
from simulator.faults.duplicate_charge import DuplicateCharge
from simulator.faults.error import Error
from simulator.faults.fault import Fault
from simulator.faults.garbage import Garbage
from simulator.faults.hang import Hang
from simulator.faults.hold_lingers import HoldLingers
from simulator.faults.late_success import LateSuccess
from simulator.faults.lost_reply import LostReply
from simulator.faults.notice_lost import NoticeLost
from simulator.faults.otp import Otp
from simulator.faults.outage import Outage
from simulator.faults.page import Page
from simulator.faults.partial_capture import PartialCapture
from simulator.faults.rate_limited import RateLimited
from simulator.faults.refund_fails import RefundFails
from simulator.faults.reset import Reset
from simulator.faults.retrying import Retrying
from simulator.faults.reversed_after_approval import ReversedAfterApproval
from simulator.faults.review import Review
from simulator.faults.saturation import Saturation
from simulator.faults.settlement_delayed import SettlementDelayed
from simulator.faults.slow import Slow
from simulator.faults.stale_read import StaleRead
from simulator.faults.statement_extra import StatementExtra
from simulator.faults.statement_missing import StatementMissing
from simulator.faults.statement_wrong_amount import StatementWrongAmount
from simulator.faults.three_ds import ThreeDs
from simulator.faults.truncate import Truncate
from simulator.faults.webhook_delay import WebhookDelay
from simulator.faults.webhook_drop import WebhookDrop
from simulator.faults.webhook_duplicate import WebhookDuplicate
from simulator.faults.webhook_forged import WebhookForged
from simulator.faults.webhook_reorder import WebhookReorder
from simulator.faults.webhook_stale import WebhookStale

FAULTS: Final[tuple[type[Fault], ...]] = (
    AmountMismatch,
    Biometric,
    Decline,
    Dispute,
    Drip,
    DuplicateCharge,
    Error,
    Garbage,
    Hang,
    HoldLingers,
    LateSuccess,
    LostReply,
    NoticeLost,
    Otp,
    Outage,
    Page,
    PartialCapture,
    RateLimited,
    RefundFails,
    Reset,
    Retrying,
    ReversedAfterApproval,
    Review,
    Saturation,
    SettlementDelayed,
    Slow,
    StaleRead,
    StatementExtra,
    StatementMissing,
    StatementWrongAmount,
    ThreeDs,
    Truncate,
    WebhookDelay,
    WebhookDrop,
    WebhookDuplicate,
    WebhookForged,
    WebhookReorder,
    WebhookStale,
)
BY_NAME: Final[Mapping[str, type[Fault]]] = MappingProxyType({each.name: each for each in FAULTS})


def build(name: str, value: object) -> Fault:
    """The fault `{name: value}` of a scenario.

    `value` is a mapping of parameters, nothing (`outage: {}` and `outage:` are the same), or, where
    the fault has a `scalar`, that one parameter alone: `decline: insufficient_funds`.

    Raises:
        UsageError: there is no such fault (with near names), or it takes no bare value.
        pydantic.ValidationError: parameters are missing, unknown or wrong.
    """
    fault = BY_NAME.get(name)
    if fault is None:
        raise UsageError(f"there is no fault '{name}'{did_you_mean(name, BY_NAME)}")
    return fault.model_validate(_parameters(fault, value))


def _parameters(fault: type[Fault], value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return dict(value)
    if fault.scalar is None or isinstance(value, (list, tuple)):
        known = [field.alias or name for name, field in fault.model_fields.items()]
        takes = f"parameters by name ({', '.join(known)})" if known else "no parameters; write {}"
        raise UsageError(f"{fault.name} takes {takes}; '{value}' is none")
    return {fault.scalar: value}
