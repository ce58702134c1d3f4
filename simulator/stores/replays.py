"""How the outcome of a request with an idempotency key is kept, so that it can be replayed."""

from __future__ import annotations

from typing import Final

import msgspec

from simulator.errors import JournalError
from simulator.gateway.idempotency import Slot
from simulator.gateway.outcomes import (
    Answered,
    Declined,
    OrderClosed,
    Outcome,
    PaymentOutcome,
    RefundOutcome,
    ThingOutcome,
    Unknown,
)
from simulator.journal.entry import Commit, KeyRecord

#: Outcomes that are kept for replays, beside answers.
_KEPT: Final = (PaymentOutcome, Declined, Unknown, RefundOutcome, OrderClosed, ThingOutcome)


def is_kept(outcome: Outcome) -> bool:
    """Whether a further request with the same idempotency key is answered with this outcome."""
    return outcome.kept if isinstance(outcome, Answered) else isinstance(outcome, _KEPT)


def key_record(slot: Slot, fingerprint: str, outcome: Outcome) -> KeyRecord | None:
    """How an outcome is kept for replays; None for one that is not kept."""
    match outcome:
        case PaymentOutcome(_, created):
            return KeyRecord(slot.path, slot.key, fingerprint, "payment", created=created)
        case Declined(_, failure):
            return KeyRecord(slot.path, slot.key, fingerprint, "declined", failure)
        case Unknown():
            return KeyRecord(slot.path, slot.key, fingerprint, "unknown")
        case RefundOutcome(_, created):
            return KeyRecord(slot.path, slot.key, fingerprint, "refund", created=created)
        case OrderClosed():
            return KeyRecord(slot.path, slot.key, fingerprint, "order_closed")
        case ThingOutcome(_, created):
            return KeyRecord(slot.path, slot.key, fingerprint, "thing", created=created)
        case Answered(_, _, _, True):
            return _answer_record(slot, fingerprint, outcome)
        case _:
            return None


def _answer_record(slot: Slot, fingerprint: str, answer: Answered) -> KeyRecord:
    """An answer, and what it tells: of one that was unheard, what is heard from now on."""
    tells = answer.tells
    if isinstance(tells, Unknown):
        tells = PaymentOutcome(tells.payment)
    told = key_record(slot, fingerprint, tells) if tells is not None else None
    return KeyRecord(
        slot.path,
        slot.key,
        fingerprint,
        "answered",
        failure=told.failure if told else None,
        created=told.created if told else False,
        status=answer.status,
        body=answer.body.decode(),
        tells=told.outcome if told else "",
    )


def stored_outcome(commit: Commit, record: KeyRecord) -> Outcome:
    """The outcome that a key record stands for; JournalError for a word of another version."""
    match record.outcome:
        case "payment":
            return PaymentOutcome(commit.payments[0], record.created)
        case "declined":
            return Declined(commit.payments[0], record.failure or "generic_decline")
        case "unknown":
            return Unknown(commit.payments[0])
        case "refund":
            return RefundOutcome(commit.refunds[0], record.created)
        case "order_closed":
            return OrderClosed(commit.order, commit.payments)
        case "thing":
            return ThingOutcome(commit.things[0], record.created)
        case "answered":
            told = msgspec.structs.replace(record, outcome=record.tells) if record.tells else None
            tells = stored_outcome(commit, told) if told else None
            return Answered(record.status, record.body.encode(), tells)
        case other:
            raise JournalError(f"commit {commit.seq} keeps an outcome '{other}' that is not known")
