"""The balance and its transactions, by Stripe's own library, against the gateway's own books."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime

import pytest
import requests

from tests.stripe.kit import Shop
from tests.stripe.paying import AMOUNT, Refusal, charge_of, pay

FEES = """
scenario: 1
name: in-a-test
profile:
  base: default
  name: dear
  disputes: {fee: [15 USD]}
rules: []
"""


def balance(shop: Shop) -> tuple[dict[str, int], dict[str, int]]:
    """What is available and what is pending, by currency, without what is nothing."""
    found = shop.client.v1.balance.retrieve()
    return (
        {each.currency: each.amount for each in found.available if each.amount},
        {each.currency: each.amount for each in found.pending if each.amount},
    )


def statement(shop: Shop, since: int) -> dict[str, int]:
    """What the gateway's own statements add up to, by currency in small letters."""
    until = shop.client.v1.customers.create({}).created
    days = {datetime.fromtimestamp(each, UTC).date().isoformat() for each in (since, until)}
    sums: Counter[str] = Counter()
    for day in days:
        answer = requests.get(
            f"{shop.gateway.primary}/v1/statements/{day}",
            headers={"Authorization": f"Bearer {shop.key}"},
            timeout=10,
        )
        for row in csv.DictReader(answer.text.splitlines()):
            if row["type"] != "total":
                sums[row["currency"].lower()] += int(row["amount"])
    return dict(sums)


def test_an_account_begins_with_nothing(shop: Shop) -> None:
    """Nothing in its currency, and no transactions."""
    found = shop.client.v1.balance.retrieve()
    assert [(each.currency, each.amount) for each in found.available] == [("usd", 0)]
    assert not shop.client.v1.balance_transactions.list().data


def test_what_was_charged_is_available_after_days(shop: Shop) -> None:
    """Pending at first; the money of one card is available at once."""
    pay(shop)
    pay(shop, "pm_card_bypassPending", currency="eur")
    assert balance(shop) == ({"eur": AMOUNT}, {"usd": AMOUNT})
    shop.advance("3d")
    assert balance(shop) == ({"eur": AMOUNT, "usd": AMOUNT}, {})


def test_each_movement_is_a_transaction(shop: Shop) -> None:
    """Of its type, with what it is about; and the latest comes first."""
    intent = pay(shop, description="Shoes")
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    back, charge = shop.client.v1.balance_transactions.list({"expand": ["data.source"]}).data
    assert (charge.type, charge.reporting_category, charge.amount) == ("charge", "charge", AMOUNT)
    assert (back.type, back.reporting_category, back.net) == ("refund", "refund", -500)
    assert charge.source.id == intent.latest_charge
    assert back.source.id == refund.id
    assert (charge.fee, charge.fee_details, charge.status) == (0, [], "pending")
    assert charge.available_on > charge.created
    again = shop.client.v1.balance_transactions.retrieve(charge.id)
    assert again.amount == AMOUNT
    assert charge_of(shop, intent).balance_transaction == charge.id


def test_transactions_are_listed_as_asked(shop: Shop) -> None:
    """By type, by what they are about, by currency and time; and by page."""
    intent = pay(shop)
    pay(shop, currency="eur")
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id})
    find = shop.client.v1.balance_transactions.list
    assert [each.type for each in find({"limit": 1}).auto_paging_iter()] == [
        "refund",
        "charge",
        "charge",
    ]
    assert [each.source for each in find({"type": "refund"})] == [refund.id]
    assert [each.source for each in find({"source": refund.id})] == [refund.id]
    assert [each.currency for each in find({"currency": "EUR"})] == ["eur"]
    assert not find({"created": {"gt": refund.created + 60}}).data
    for wrong in ({"type": "payout_of_dreams"}, {"payout": "po_1"}):
        if "payout" in wrong:
            with Refusal() as refused:
                find(wrong)
            assert refused.code == "parameter_unsupported"
        else:
            assert not find(wrong).data


@pytest.mark.parametrize("name", ["txn_none", "txn_", "x", "txn_cnone", "txn_rnone", "txn_dnone"])
def test_a_transaction_that_is_not_there_is_told(shop: Shop, name: str) -> None:
    """404."""
    with Refusal() as refused:
        shop.client.v1.balance_transactions.retrieve(name)
    assert (refused.code, refused.error.http_status) == ("resource_missing", 404)


def test_a_dispute_costs_its_fee(shop: Shop) -> None:
    """With the amount that is withdrawn; what is won comes back without it."""
    shop.control("PUT", "/scenario", data=FEES.encode())
    pay(shop, "pm_card_createDispute")
    shop.advance("10s")
    (dispute,) = shop.client.v1.disputes.list().data
    (taken,) = dispute.balance_transactions
    assert (taken.amount, taken.fee, taken.net) == (-AMOUNT, 1500, -AMOUNT - 1500)
    assert [each.description for each in taken.fee_details] == ["Dispute fee"]
    shop.client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}}
    )
    shop.advance("10s")
    kinds = [each.reporting_category for each in shop.client.v1.balance_transactions.list()]
    assert kinds == ["dispute_reversal", "dispute", "charge"]
    available, pending = balance(shop)
    assert available["usd"] + pending["usd"] == AMOUNT - 1500


@pytest.mark.parametrize(
    ("fault", "amounts", "booked"),
    [
        ("statement_missing", [], False),
        ("statement_extra", [AMOUNT, AMOUNT], True),
        ("{statement_wrong_amount: {by: 1}}", [AMOUNT + 1], True),
        ("{settlement_delayed: {days: 1}}", [], False),
    ],
)
def test_faults_of_the_statement_befall_transactions(
    shop: Shop, fault: str, amounts: list[int], booked: bool
) -> None:
    """One is missing, is there twice, is wrong by a cent, or comes a day late."""
    shop.play(f"{{when: {{operation: authorize}}, fault: {fault}}}")
    intent = pay(shop)
    found = shop.client.v1.balance_transactions.list().data
    assert [each.amount for each in found] == amounts
    assert (charge_of(shop, intent).balance_transaction is not None) is booked
    shop.advance("1d")
    later = [each.amount for each in shop.client.v1.balance_transactions.list()]
    assert later == ([AMOUNT] if "delayed" in fault else amounts)
    if "extra" in fault:
        sources = {each.source for each in found}
        assert intent.latest_charge in sources
        (other,) = sources - {intent.latest_charge}
        with Refusal():
            shop.client.v1.charges.retrieve(str(other))


def test_balance_and_statement_agree(shop: Shop) -> None:
    """Charges, refunds, what came back, reversals and disputes: both add up to the same."""
    pay(shop)
    first = pay(shop, "pm_card_refundFail", currency="eur")
    shop.client.v1.refunds.create({"payment_intent": first.id, "amount": 300})
    second = pay(shop, capture_method="manual")
    shop.client.v1.payment_intents.capture(second.id, {"amount_to_capture": 700})
    shop.client.v1.refunds.create({"payment_intent": second.id, "amount": 100})
    pay(shop, "pm_card_createDispute")
    shop.advance("10s")
    sums: Counter[str] = Counter()
    for each in shop.client.v1.balance_transactions.list({"limit": 2}).auto_paging_iter():
        sums[each.currency] += each.net
    assert sums == statement(shop, first.created) == {"usd": AMOUNT + 600, "eur": AMOUNT}
    available, pending = balance(shop)
    whole = {name: available.get(name, 0) + pending.get(name, 0) for name in sums}
    assert whole == sums


def test_a_read_of_what_has_no_past_tells_the_truth(shop: Shop) -> None:
    """A stale read is of payments; of the balance, refunds and disputes it does nothing."""
    intent = pay(shop, "pm_card_createDispute")
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    shop.advance("10s")
    shop.play("{name: lag, when: {operation: query}, fault: {stale_read: {}}}")
    v1 = shop.client.v1
    assert v1.refunds.retrieve(refund.id).amount == 100
    (dispute,) = v1.disputes.list().data
    assert len(v1.disputes.retrieve(dispute.id).balance_transactions) == 1
    assert len(v1.balance_transactions.list().data) == 3
    assert not shop.control("GET", "")["hits"]
