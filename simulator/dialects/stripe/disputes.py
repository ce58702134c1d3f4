"""Disputes (docs.stripe.com/api/disputes): looked up, answered with evidence, or accepted.

What stands in `uncategorized_text` can decide a dispute of a test: `winning_evidence`,
`losing_evidence`, `escalate_inquiry_evidence` (docs.stripe.com/testing#evidence). Without any of
these words it ends as the scenario or the card has it.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from simulator import cards
from simulator.dialects.stripe import filters
from simulator.dialects.stripe.changes import previous
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.disputeview import (
    FILES,
    OBJECT,
    TEXTS,
    dispute_view,
    evidence_of,
    status_of,
)
from simulator.dialects.stripe.endpoint import About, Endpoint
from simulator.dialects.stripe.listing import PageOfPayment, page
from simulator.dialects.stripe.listsubjects import of_filtered
from simulator.dialects.stripe.metadata import Metadata, merged
from simulator.dialects.stripe.names import charge_of
from simulator.dialects.stripe.objection import Objection, invalid, missing, unsupported
from simulator.dialects.stripe.params import Params
from simulator.gateway import disputes
from simulator.gateway.commands import AcceptDispute, Call, SubmitEvidence
from simulator.gateway.decide import decide
from simulator.gateway.decision import Decision
from simulator.gateway.outcomes import Refused, ThingOutcome
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject
from simulator.gateway.testcards import SOON
from simulator.gateway.things import Dispute, DisputeStatus

_URL: Final = "/v1/disputes"
_WINS: Final = "winning_evidence"
_LOSES: Final = "losing_evidence"
_ESCALATES: Final = "escalate_inquiry_evidence"
#: Characters of all evidence together, and of one piece of it.
_MOST: Final = 150_000
_LONGEST: Final = 20_000
_MORE: Final = frozenset({"appeal", "enhanced_evidence"})
#: So much of a name is shown in an error.
_SHOWN: Final = 100


class UpdateParams(Params):
    """Evidence, sent to the bank at once unless `submit` is false, and what is said of it."""

    evidence: dict[str, Any] | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET
    submit: bool | UnsetType = UNSET


def dispute_of(desk: Desk, name: str) -> dict[str, Any] | None:
    """The dispute of this name as callers see it."""
    dispute = desk.thing(name)
    if not isinstance(dispute, Dispute) or dispute.channel != desk.context.snapshot.channel:
        return None
    payment = desk.context.snapshot.payment(dispute.payment)
    if payment is None:
        return None
    return dispute_view(dispute, payment, desk, desk.context.wall)


def _find(desk: Desk) -> Dispute:
    """The dispute of the path; raises Objection (404) if there is none."""
    name = desk.call.ids[0]
    dispute = desk.thing(name)
    if not isinstance(dispute, Dispute) or dispute.channel != desk.context.snapshot.channel:
        raise missing(OBJECT, name)
    return dispute


def _shown(desk: Desk, name: str) -> dict[str, Any]:
    view = dispute_of(desk, name)
    if view is None:
        raise missing(OBJECT, name)
    return view


def _retrieve(desk: Desk, _: Params) -> Answer:
    desk.tell_truth()
    return Answer(_shown(desk, _find(desk).id))


def _update(desk: Desk, params: UpdateParams) -> Answer:
    dispute = _find(desk)
    sent = _evidence_in(params)
    evidence = {name: text for name, text in {**evidence_of(dispute), **sent}.items() if text}
    if sum(map(len, evidence.values())) > _MOST:
        raise invalid(f"All evidence together can have up to {_MOST} characters.", "evidence")
    if sent and dispute.status is not DisputeStatus.OPENED:
        raise _too_late(dispute)
    words = {
        "metadata": merged(dispute.words.get("metadata", {}), params.metadata),
        "evidence": evidence,
    }
    before = _shown(desk, dispute.id)
    changed = replace(dispute, words=words, updated=desk.context.wall)
    submits = params.submit is True or (bool(sent) and params.submit is not False)
    if submits:
        changed = _submitted(desk, changed, evidence)
    desk.work(Decision(ThingOutcome(changed), things=(changed,)))
    payment = desk.payment(dispute.payment)
    if payment is not None:
        was = previous(before, _shown(desk, dispute.id))
        desk.tell_of("charge.dispute.updated", payment, thing=dispute.id, was=was)
    escalates = evidence.get("uncategorized_text") == _ESCALATES
    if submits and escalates and dispute.inquiry:
        _escalate(desk, changed)
    return Answer(_shown(desk, dispute.id))


def _submitted(desk: Desk, dispute: Dispute, evidence: dict[str, str]) -> Dispute:
    """The dispute with its evidence at the bank; raises Objection if it takes none."""
    if not evidence:
        raise invalid("There is no evidence to submit.", "evidence", "parameter_missing")
    if dispute.status is not DisputeStatus.OPENED:
        raise _too_late(dispute)
    pieces = tuple(sorted(evidence.items()))
    decision = disputes.submit(SubmitEvidence(dispute.id, pieces), desk.context)
    sent = decision.things[0] if decision.things else None
    if not isinstance(sent, Dispute):
        raise _too_late(dispute)
    text = evidence.get("uncategorized_text")
    wins = {_WINS: "always", _LOSES: "always" if dispute.inquiry else "never"}.get(text or "")
    sent = replace(sent, words=dispute.words)
    if wins is None:
        return sent
    return replace(sent, wins=wins, settles_at=desk.context.wall + SOON)


def _escalate(desk: Desk, inquiry: Dispute) -> None:
    """The bank goes on with an inquiry; the dispute that it becomes takes evidence anew."""
    decision = disputes.escalate(inquiry, desk.context)
    outcome = decision.outcome
    if isinstance(outcome, Refused):
        raise invalid(outcome.message, kept=True)
    fresh = tuple(
        replace(each, wins="with_evidence", submitted=0.0, evidence=(), words=_bare(each))
        if isinstance(each, Dispute)
        else each
        for each in decision.things
    )
    desk.work(replace(decision, things=fresh))


def _bare(dispute: Dispute) -> dict[str, Any]:
    return {name: each for name, each in dispute.words.items() if name != "evidence"}


def _evidence_in(params: UpdateParams) -> dict[str, str]:
    """The evidence in a request; a text that is empty takes one back."""
    if isinstance(params.evidence, UnsetType):
        return {}
    for name, each in params.evidence.items():
        _check(name, each)
    return {name: each or "" for name, each in params.evidence.items()}


def _check(name: str, sent: Any) -> None:
    """Raise Objection for evidence that is none."""
    place = f"evidence[{cards.mask(name)[:_SHOWN]}]"
    if name in FILES or name in _MORE:
        raise unsupported(place, "Nobody keeps files here; say it in uncategorized_text.")
    if name not in TEXTS:
        raise invalid(f"Received unknown parameter: {place}", place, "parameter_unknown")
    if sent is not None and not isinstance(sent, str):
        raise invalid(f"Invalid string: {place} is a text", place)
    if sent is not None and len(sent) > _LONGEST:
        raise invalid(f"A piece of evidence can have up to {_LONGEST} characters.", place)


def _too_late(dispute: Dispute) -> Objection:
    return invalid(
        f"This dispute takes no evidence: its status is {status_of(dispute)}.", kept=True
    )


def _close(desk: Desk, _: Params) -> Answer:
    dispute = _find(desk)
    outcome = desk.work(decide(AcceptDispute(dispute.id), desk.context))
    if isinstance(outcome, Refused):
        raise invalid(
            f"This dispute cannot be closed: its status is {status_of(dispute)}.", kept=True
        )
    return Answer(_shown(desk, dispute.id))


def _list(desk: Desk, params: PageOfPayment) -> Answer:
    filters.check(desk, params)
    desk.tell_truth()
    wanted = (
        _shown(desk, each.id)
        for each in reversed(desk.context.snapshot.disputes())
        if params.dated(int(each.created)) and params.charge in (None, charge_of(each.payment))
    )
    seen = (each for each in wanted if params.payment_intent in (None, each["payment_intent"]))
    return Answer(page(seen, params, _URL, OBJECT))


def _of(operation: str) -> About:
    def about(call: Call, snapshot: Snapshot) -> Subject:
        dispute = snapshot.thing(call.ids[0])
        payment = snapshot.payment(dispute.payment) if isinstance(dispute, Dispute) else None
        return Subject(operation, payment.order if payment else "", payment)

    return about


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path=_URL,
        handle=_list,
        params=PageOfPayment,
        operation="query",
        about=of_filtered,
    ),
    Endpoint(
        method="GET",
        path=f"{_URL}/{{}}",
        handle=_retrieve,
        operation="query",
        about=_of("query"),
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}",
        handle=_update,
        params=UpdateParams,
        operation="dispute",
        about=_of("dispute"),
        note="evidence is texts; files are refused",
    ),
    Endpoint(
        method="POST",
        path=f"{_URL}/{{}}/close",
        handle=_close,
        operation="dispute",
        about=_of("dispute"),
    ),
)
