"""What may happen in the life of an account: methods, payers, directives, profiles."""

from __future__ import annotations

from fractions import Fraction

from simulator.gateway.directives import (
    Befall,
    Challenge,
    ChargeTwice,
    Decline,
    Directive,
    FailRefund,
    Linger,
    Resend,
    Review,
    SettleLater,
    Stale,
    TakeOther,
    TakePart,
)
from simulator.gateway.model import (
    Aftermath,
    Booking,
    Method,
    Payer,
    RefundStatus,
    Status,
)
from simulator.profiles.method import Proof

CHANNELS = ("primary", "backup")
ORDERS = ("o1", "o2", "o3", "o4", "o5", "o6")
#: Only these are ever closed, for nothing more happens to them then.
CLOSED = ORDERS[:2]
CURRENCY = "CNY"
METHODS = (
    Method("card", "tok_visa_CN_1", "visa", "CN", "0001"),
    Method("card", "tok_mastercard_US_2", "mastercard", "US", "0002", proof="three_ds:challenge"),
    Method("card", "tok_visa_CN_3", "visa", "CN", "0003", failure="authentication_required"),
    Method("card", "tok_visa_CN_4", "visa", "CN", "0004", proof="otp:ok"),
    Method("card", "tok_visa_CN_5", "visa", "CN", "0005", proof="biometric:ok"),
    Method("wallet", "wal_CN_a"),
    Method("wallet", "wal_empty_CN_b"),
)
TOKENS = tuple(method.token or "" for method in METHODS if method.type == "wallet")
PAYERS = (None, Payer(country="CN", phone="+86*****78", id="p1"), Payer(country="US", id="p2"))
DIRECTIVES: tuple[Directive | None, ...] = (
    None,
    None,
    Decline("insufficient_funds"),
    Decline("risk_blocked"),
    Decline("authentication_required"),
    ChargeTwice(),
    SettleLater(6.0),
    SettleLater(6.0, Status.FAILED),
    SettleLater(6.0, Status.PROCESSING),
    Stale(),
    TakePart(Fraction(1, 2)),
    TakeOther(Fraction(4, 5)),
    TakeOther(Fraction(6, 5)),
    Befall(4.0, Aftermath("reversal")),
    Befall(4.0, Aftermath("dispute", "fraudulent", 20.0)),
    Befall(40.0, Aftermath("dispute", "fraudulent", 20.0, "always")),
    Linger(6.0),
    FailRefund(6.0, "account_closed", RefundStatus.PENDING),
    FailRefund(6.0, "account_closed", RefundStatus.SUCCEEDED),
    Review(8.0, approves=True),
    Review(8.0, approves=False),
    Resend("network", "captured", 2, 1.0),
    Resend("network", "failed", 2, 1.0),
    Resend("merchant", None, 3, 1.0),
    Resend("network", None, lasting=True),
    Challenge(Proof.THREE_DS),
    Challenge(Proof.THREE_DS, "challenge"),
    Challenge(Proof.THREE_DS, "decoupled", after=5.0),
    Challenge(Proof.THREE_DS, "abandoned", after=5.0),
    Challenge(Proof.THREE_DS, "rejected"),
    Challenge(Proof.OTP),
    Challenge(Proof.OTP, "never", by=("sms",)),
    Challenge(Proof.OTP, code="refused"),
    Challenge(Proof.BIOMETRIC, "fails"),
)
#: What is worth ordering for an operation; all else is unheeded there.
FITTING: dict[str, tuple[Directive | None, ...]] = {
    "capture": (
        None,
        SettleLater(6.0),
        SettleLater(6.0, Status.FAILED),
        TakePart(Fraction(1, 2)),
        Befall(4.0, Aftermath("reversal")),
    ),
    "cancel": (None, Linger(6.0)),
    "refund": (
        None,
        SettleLater(6.0),
        FailRefund(6.0, "account_closed", RefundStatus.PENDING),
        FailRefund(6.0, "account_closed", RefundStatus.SUCCEEDED),
    ),
    "query": (None, Stale()),
    "document": (None,),
    "receipt": (None,),
}
#: What takes money, and what befalls it then.
TAKING: tuple[Directive | None, ...] = (
    None,
    ChargeTwice(),
    SettleLater(6.0),
    TakePart(Fraction(1, 2)),
    TakeOther(Fraction(6, 5)),
    Befall(4.0, Aftermath("reversal")),
    Befall(4.0, Aftermath("dispute", "fraudulent", 20.0)),
    Befall(4.0, Aftermath("dispute", "fraudulent", 20.0, "always")),
    Linger(6.0),
)
BOOKINGS = (None, None, Booking("missing"), Booking("late", days=1), Booking("wrong_amount", 5))
PROFILES = ("default", "global", "gopay", "oule-pay", "evisa")
#: The states out of which a payment must come by itself, sooner or later.
MOVING = frozenset({Status.PROCESSING, Status.RETRYING, Status.REQUIRES_ACTION})
