"""Disputes, by Stripe's own library: opened, answered, accepted, decided."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripe.kit import Shop
from tests.stripe.paying import AMOUNT, Refusal, charge_of, news, pay, told, words

TEXT: dict[str, Any] = {"evidence": {"product_description": "Shoes", "customer_name": "Jo Doe"}}


def disputed(shop: Shop, card: str = "pm_card_createDispute") -> stripe.Dispute:
    """The dispute of a payment by such a card."""
    pay(shop, card)
    shop.advance("10s")
    return shop.client.v1.disputes.list({"limit": 1}).data[0]


def decided(shop: Shop, name: str) -> stripe.Dispute:
    """The dispute after the bank has had its time for evidence of a test."""
    shop.advance("10s")
    return shop.client.v1.disputes.retrieve(name)


def test_a_dispute_takes_the_money_away(shop: Shop) -> None:
    """The payer's bank withdraws it, asks why not, and says until when."""
    dispute = disputed(shop)
    assert (dispute.status, dispute.reason, dispute.amount) == (
        "needs_response",
        "fraudulent",
        AMOUNT,
    )
    assert dispute.evidence_details.due_by is not None
    assert dispute.evidence_details.due_by > dispute.created
    assert (dispute.evidence_details.has_evidence, dispute.is_charge_refundable) == (False, False)
    assert dispute.payment_method_details is not None
    assert dispute.payment_method_details.card is not None
    assert dispute.payment_method_details.card.network_reason_code == "10.4"
    assert [each.net for each in dispute.balance_transactions] == [-AMOUNT]
    again = shop.client.v1.disputes.retrieve(dispute.id, {"expand": ["charge", "payment_intent"]})
    assert again.charge.disputed
    assert again.payment_intent.latest_charge == dispute.charge
    assert told(shop)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert news(shop, "charge.dispute.created").status == "needs_response"


def test_evidence_can_be_put_down_before_it_is_sent(shop: Shop) -> None:
    """Staged as long as it is not submitted; a text can be taken back, others are added."""
    disputes, name = shop.client.v1.disputes, disputed(shop).id
    staged = disputes.update(name, {**TEXT, "submit": False})
    assert staged.evidence.product_description == "Shoes"
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert staged.evidence_details.submission_count == 0
    changed = disputes.update(
        name, {"evidence": {"product_description": "", "service_date": "May 1"}, "submit": False}
    )
    assert changed.evidence.product_description is None
    sent = disputes.update(name, {"submit": True})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert (sent.evidence.customer_name, sent.evidence.service_date) == ("Jo Doe", "May 1")
    assert sent.evidence_details.submission_method == "manual"
    assert told(shop)[-3:] == ["charge.dispute.updated"] * 3
    with Refusal() as refused:
        disputes.update(name, TEXT)
    assert "under_review" in str(refused.error)


def test_metadata_can_always_be_changed(shop: Shop) -> None:
    """Without sending anything to the bank."""
    disputes, name = shop.client.v1.disputes, disputed(shop).id
    assert words(disputes.update(name, {"metadata": {"a": "1"}})) == {"a": "1"}
    closed = disputes.close(name)
    assert (closed.status, words(closed)) == ("lost", {"a": "1"})
    assert words(disputes.update(name, {"metadata": {"b": "2"}})) == {"a": "1", "b": "2"}


def test_winning_evidence_brings_the_money_back(shop: Shop) -> None:
    """The dispute is under review, then won, and two transactions tell of the money."""
    sent = shop.client.v1.disputes.update(
        disputed(shop).id, {"evidence": {"uncategorized_text": "winning_evidence"}}
    )
    assert sent.status == "under_review"
    won = decided(shop, sent.id)
    assert won.status == "won"
    assert [each.net for each in won.balance_transactions] == [-AMOUNT, AMOUNT]
    assert told(shop)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert [each.net for each in news(shop, "charge.dispute.closed").balance_transactions] == [
        -AMOUNT,
        AMOUNT,
    ]
    assert len(news(shop, "charge.dispute.created").balance_transactions) == 1
    assert shop.client.v1.refunds.create({"charge": str(won.charge)}).status == "succeeded"


def test_losing_evidence_does_not(shop: Shop) -> None:
    """Lost, and nothing comes back."""
    sent = shop.client.v1.disputes.update(
        disputed(shop).id, {"evidence": {"uncategorized_text": "losing_evidence"}}
    )
    lost = decided(shop, sent.id)
    assert (lost.status, len(lost.balance_transactions)) == ("lost", 1)
    assert told(shop)[-1] == "charge.dispute.closed"


def test_a_dispute_can_be_accepted(shop: Shop) -> None:
    """Once: it is lost then."""
    name = disputed(shop, "pm_card_createDisputeProductNotReceived").id
    closed = shop.client.v1.disputes.close(name)
    assert (closed.status, closed.reason) == ("lost", "product_not_received")
    assert news(shop, "charge.dispute.closed").status == "lost"
    with Refusal():
        shop.client.v1.disputes.close(name)


def test_an_inquiry_takes_nothing(shop: Shop) -> None:
    """It is a warning, can be refunded, and is over when it is answered well."""
    inquiry = disputed(shop, "pm_card_createDisputeInquiry")
    assert (inquiry.status, inquiry.is_charge_refundable) == ("warning_needs_response", True)
    assert not inquiry.balance_transactions
    assert told(shop)[-1] == "charge.dispute.created"
    text = {"uncategorized_text": "winning_evidence"}
    sent = shop.client.v1.disputes.update(inquiry.id, {"evidence": text})
    assert sent.status == "warning_under_review"
    assert decided(shop, inquiry.id).status == "warning_closed"
    assert told(shop)[-1] == "charge.dispute.closed"


def test_an_inquiry_can_become_a_dispute(shop: Shop) -> None:
    """Then the money is withdrawn, and evidence is taken anew."""
    name = disputed(shop, "pm_card_createDisputeInquiry").id
    text = {"uncategorized_text": "escalate_inquiry_evidence"}
    real = shop.client.v1.disputes.update(name, {"evidence": text})
    assert (real.status, real.is_charge_refundable) == ("needs_response", False)
    assert [each.net for each in real.balance_transactions] == [-AMOUNT]
    assert real.evidence_details.submission_count == 0
    assert told(shop)[-2:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]
    again = shop.client.v1.disputes.update(name, TEXT)
    assert again.status == "under_review"


def test_losing_evidence_ends_an_inquiry_too(shop: Shop) -> None:
    """Nothing had been withdrawn."""
    name = disputed(shop, "pm_card_createDisputeInquiry").id
    shop.client.v1.disputes.update(name, {"evidence": {"uncategorized_text": "losing_evidence"}})
    assert decided(shop, name).status == "warning_closed"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"evidence": {"colour": "red"}}, "parameter_unknown", "evidence[colour]"),
        ({"evidence": {"receipt": "file_1"}}, "parameter_unsupported", "evidence[receipt]"),
        ({"evidence": {"service_date": "x" * 20_001}}, None, "evidence[service_date]"),
        ({"submit": True}, "parameter_missing", "evidence"),
        ({"intended_submission_method": "manual"}, "parameter_unsupported", None),
        ({"shout": "loud"}, "parameter_unknown", "shout"),
    ],
)
def test_evidence_that_is_none_is_refused(
    shop: Shop, params: dict[str, Any], code: str | None, param: str | None
) -> None:
    """Each says what was wrong, and where."""
    name = disputed(shop).id
    with Refusal() as refused:
        shop.client.v1.disputes.update(name, params)
    assert refused.code == code
    assert param is None or refused.param == param
    assert shop.client.v1.disputes.retrieve(name).status == "needs_response"


def test_disputes_are_listed(shop: Shop) -> None:
    """Newest first; of a charge or an intent, of a time."""
    first, second = disputed(shop), disputed(shop)
    disputes = shop.client.v1.disputes
    assert [each.id for each in disputes.list({"limit": 1}).auto_paging_iter()] == [
        second.id,
        first.id,
    ]
    assert [each.id for each in disputes.list({"charge": str(first.charge)})] == [first.id]
    own = disputes.list({"payment_intent": str(second.payment_intent)})
    assert [each.id for each in own] == [second.id]
    assert not disputes.list({"created": {"lt": first.created}}).data


def test_a_dispute_that_is_not_there_is_told(shop: Shop) -> None:
    """404, to whatever is asked of it."""
    disputes = shop.client.v1.disputes
    asks: tuple[Any, ...] = (disputes.retrieve, disputes.update, disputes.close)
    for ask in asks:
        with Refusal() as refused:
            ask("dp_none")
        assert (refused.code, refused.error.http_status) == ("resource_missing", 404)


def test_a_dispute_can_be_opened_and_closed_by_hand(shop: Shop) -> None:
    """The control API speaks for the payer and the bank."""
    charge = charge_of(shop, pay(shop))
    made = shop.control(
        "POST",
        "/disputes",
        json={"payment": charge.id.replace("ch_", "pay_"), "reason": "duplicate"},
    )
    dispute = shop.client.v1.disputes.retrieve(made["id"])
    assert (dispute.reason, dispute.charge) == ("duplicate", charge.id)
    shop.control("POST", f"/disputes/{dispute.id}/close", json={"won": True})
    assert shop.client.v1.disputes.retrieve(dispute.id).status == "won"


def test_a_scenario_opens_disputes(shop: Shop) -> None:
    """And decides them by its own rule, if the words of a test do not."""
    shop.play(
        "{when: {operation: authorize}, fault: {dispute: {after: 5s, decided_after: 1m, "
        "reason: unrecognized}}}"
    )
    dispute = disputed(shop, "pm_card_visa")
    assert dispute.reason == "unrecognized"
    shop.client.v1.disputes.update(dispute.id, TEXT)
    shop.advance("2m")
    assert shop.client.v1.disputes.retrieve(dispute.id).status == "won"


def test_the_bank_may_warn_of_fraud_first(shop: Shop) -> None:
    """An early fraud warning is no dispute; a refund makes it pointless."""
    intent = pay(shop, "pm_card_createIssuerFraudRecord")
    shop.advance("10s")
    warnings = shop.client.v1.radar.early_fraud_warnings
    (warning,) = warnings.list({"payment_intent": intent.id}).data
    assert (warning.charge, warning.payment_intent) == (intent.latest_charge, intent.id)
    assert warning.actionable
    assert told(shop)[-1] == "radar.early_fraud_warning.created"
    shop.client.v1.refunds.create({"payment_intent": intent.id})
    assert not warnings.retrieve(warning.id).actionable
    assert told(shop)[-1] == "radar.early_fraud_warning.updated"
    with Refusal() as refused:
        warnings.retrieve("issfr_none")
    assert refused.code == "resource_missing"
