"""Disputes in the native dialect: requests under /v1/disputes, and how they are shown."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from simulator import people
from simulator.dialects.dialect import Misread, Request, Trouble
from simulator.dialects.native import bodies
from simulator.dialects.native.reading import Unrouted, read, read_query, reference
from simulator.dialects.native.views import DisputeView, stamp
from simulator.gateway.commands import (
    AcceptDispute,
    Command,
    FindDisputes,
    RetrieveDispute,
    SubmitEvidence,
)
from simulator.gateway.things import Dispute

Evidence = Annotated[str, Meta(max_length=2000)]


class EvidenceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/disputes/{id}/evidence: at least one text. Card numbers and addresses are masked."""

    product: Evidence | None = None
    fulfilled_at: Evidence | None = None
    receipt: Evidence | None = None
    shipping: Evidence | None = None
    communication: Evidence | None = None
    refund_policy: Evidence | None = None
    notes: Evidence | None = None


class DisputesQuery(msgspec.Struct, frozen=True):
    """Whose disputes are wanted; all of the channel if nothing is said."""

    order_id: bodies.Reference | None = None
    payment: bodies.Reference | None = None


class DisputeListView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Disputes of one channel, oldest first."""

    object: Literal["list"] = "list"
    data: list[DisputeView]
    next: None = None


_EVIDENCE: Final = msgspec.json.Decoder(EvidenceBody)
_EMPTY: Final = msgspec.json.Decoder(bodies.EmptyBody)


def parse(request: Request, rest: list[str]) -> Command:
    """The command in a request under /v1/disputes; raises Misread or Unrouted."""
    match request.method, rest:
        case "GET", []:
            query = read_query(DisputesQuery, request)
            return FindDisputes(
                query.order_id and reference(query.order_id, "order_id"), query.payment
            )
        case "GET", [dispute] if dispute:
            return RetrieveDispute(dispute)
        case "POST", [dispute, "evidence"]:
            return SubmitEvidence(dispute, _evidence(read(_EVIDENCE, request)))
        case "POST", [dispute, "accept"]:
            read(_EMPTY, request)
            return AcceptDispute(dispute)
        case _:
            raise Unrouted


def dispute_view(dispute: Dispute) -> DisputeView:
    """A dispute as callers see it."""
    return DisputeView(
        id=dispute.id,
        payment=dispute.payment,
        order_id=dispute.order,
        channel=dispute.channel,
        status=dispute.status,
        inquiry=dispute.inquiry,
        reason=dispute.reason,
        amount=dispute.amount,
        fee=dispute.fee,
        currency=dispute.currency,
        evidence=[name for name, _ in dispute.evidence],
        evidence_due=stamp(dispute.evidence_due),
        created=stamp(dispute.created),
    )


def _evidence(body: EvidenceBody) -> tuple[tuple[str, str], ...]:
    """Names and texts, in the order of the alphabet, without what nobody needs to know."""
    texts = {name: text for name, text in msgspec.structs.asdict(body).items() if text}
    if not texts:
        known = ", ".join(field.name for field in msgspec.structs.fields(EvidenceBody))
        raise Misread(Trouble.MALFORMED, f"evidence: there is none; one or more of {known}")
    return tuple((name, people.mask_text(text)) for name, text in sorted(texts.items()))
