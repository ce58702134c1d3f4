"""Refunds, by Stripe's own library."""

from __future__ import annotations

import pytest

from tests.stripe.kit import Shop
from tests.stripe.paying import AMOUNT, Refusal, charge_of, news, pay, told, words


def test_all_of_a_payment_goes_back(shop: Shop) -> None:
    """A refund without an amount is of all that is left, and is done at once."""
    intent = pay(shop)
    refund = shop.client.v1.refunds.create(
        {"payment_intent": intent.id, "expand": ["balance_transaction", "charge"]}
    )
    assert (refund.status, refund.amount, refund.currency) == ("succeeded", AMOUNT, "usd")
    assert refund.payment_intent == intent.id
    assert refund.balance_transaction.net == -AMOUNT
    assert refund.charge.refunded
    charge = charge_of(shop, intent, "refunds")
    assert (charge.amount_refunded, charge.refunded, charge.status) == (AMOUNT, True, "succeeded")
    assert [each.id for each in charge.refunds.data] == [refund.id]
    assert told(shop)[-2:] == ["refund.created", "charge.refunded"]
    assert news(shop, "charge.refunded").amount_refunded == AMOUNT


def test_parts_go_back_until_nothing_is_left(shop: Shop) -> None:
    """More than is left is refused, and so is anything once all has gone back."""
    intent, refunds = pay(shop), shop.client.v1.refunds
    refunds.create({"payment_intent": intent.id, "amount": 500})
    refunds.create({"payment_intent": intent.id, "amount": 499})
    with Refusal() as refused:
        refunds.create({"payment_intent": intent.id, "amount": 1001})
    assert (refused.code, refused.param) == (None, "amount")
    assert "greater than unrefunded amount on charge" in str(refused.error)
    assert not charge_of(shop, intent).refunded
    rest = refunds.create({"payment_intent": intent.id})
    assert rest.amount == 1000
    with Refusal() as refused:
        refunds.create({"payment_intent": intent.id})
    assert refused.code == "charge_already_refunded"


def test_what_is_said_of_a_refund_is_kept(shop: Shop) -> None:
    """Reason and metadata stay with it; metadata can be changed later."""
    charge = charge_of(shop, pay(shop))
    refund = shop.client.v1.refunds.create(
        {"charge": charge.id, "reason": "requested_by_customer", "metadata": {"a": "1", "b": "2"}}
    )
    changed = shop.client.v1.refunds.update(refund.id, {"metadata": {"a": "", "c": "3"}})
    assert words(changed) == {"b": "2", "c": "3"}
    again = shop.client.v1.refunds.retrieve(refund.id)
    assert (again.reason, words(again)) == ("requested_by_customer", {"b": "2", "c": "3"})
    assert told(shop)[-1] == "refund.updated"
    assert words(news(shop, "refund.updated")) == {"b": "2", "c": "3"}


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({}, "parameter_missing", "charge"),
        ({"charge": "ch_none"}, "resource_missing", "charge"),
        ({"payment_intent": "pi_none"}, "resource_missing", "payment_intent"),
        ({"charge": "CHARGE", "amount": 0}, "parameter_invalid_integer", "amount"),
        ({"charge": "CHARGE", "reason": "bored"}, None, "reason"),
        ({"charge": "CHARGE", "refund_application_fee": "true"}, "parameter_unsupported", None),
        ({"charge": "CHARGE", "why": "so"}, "parameter_unknown", "why"),
        ({"charge": "CHARGE", "payment_intent": "OTHER"}, None, "charge"),
    ],
)
def test_a_refund_that_makes_no_sense_is_refused(
    shop: Shop, params: dict[str, object], code: str | None, param: str | None
) -> None:
    """Each says what was wrong, and where."""
    charge, other = charge_of(shop, pay(shop)), pay(shop, metadata={"order_id": "ord_2"})
    names = {"CHARGE": charge.id, "OTHER": other.id}
    sent = {name: names.get(str(each), each) for name, each in params.items()}
    with Refusal() as refused:
        shop.client.v1.refunds.create(sent)
    assert refused.code == code
    assert param is None or refused.param == param


def test_refunds_are_listed(shop: Shop) -> None:
    """Newest first, by page, and those of a charge or an intent alone."""
    first, second = pay(shop), pay(shop, metadata={"order_id": "ord_2"})
    made = [
        shop.client.v1.refunds.create({"payment_intent": first.id, "amount": 100 + n}).id
        for n in range(3)
    ]
    other = shop.client.v1.refunds.create({"payment_intent": second.id})
    every = shop.client.v1.refunds.list({"limit": 2})
    assert [each.id for each in every.auto_paging_iter()] == [other.id, *reversed(made)]
    own = shop.client.v1.refunds.list({"payment_intent": first.id})
    assert [each.id for each in own] == made[::-1]
    assert [each.id for each in shop.client.v1.refunds.list({"charge": other.charge})] == [other.id]
    assert not shop.client.v1.refunds.list({"created": {"lt": first.created}}).data
    charge = charge_of(shop, first, "refunds")
    assert charge.refunds is not None
    assert [each.id for each in charge.refunds.auto_paging_iter()] == made[::-1]
    page = shop.client.v1.charges.list({"expand": ["data.refunds"]})
    assert [len(each.refunds.data) for each in page] == [1, 3]


def test_a_refund_that_is_not_there_is_told(shop: Shop) -> None:
    """404 for looking, changing and canceling."""
    refunds = shop.client.v1.refunds
    for ask in (refunds.retrieve, refunds.update, refunds.cancel):
        with Refusal() as refused:
            ask("re_none")
        assert (refused.code, refused.error.http_status) == ("resource_missing", 404)


def test_a_refund_cannot_be_canceled(shop: Shop) -> None:
    """Only one that waits for the payer could be, and no refund here does."""
    refund = shop.client.v1.refunds.create({"payment_intent": pay(shop).id})
    with Refusal() as refused:
        shop.client.v1.refunds.cancel(refund.id)
    assert "status of succeeded" in str(refused.error)


@pytest.mark.parametrize("capture", ["manual", "automatic"])
def test_what_was_not_taken_is_not_refunded(shop: Shop, capture: str) -> None:
    """An intent that only holds money is canceled instead; one that failed has nothing."""
    if capture == "manual":
        intent = pay(shop, capture_method="manual")
    else:
        intent = shop.client.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    with Refusal() as refused:
        shop.client.v1.refunds.create({"payment_intent": intent.id})
    assert "does not have a successful charge to refund" in str(refused.error)
    if capture == "manual":
        with Refusal():
            shop.client.v1.refunds.create({"charge": intent.latest_charge})


def test_a_hold_without_an_intent_is_released(shop: Shop) -> None:
    """That is how an integration lets go of a charge that it did not capture; in whole only."""
    charge = shop.client.v1.charges.create(
        {"amount": 900, "currency": "usd", "source": "tok_visa", "capture": False}
    )
    with Refusal() as refused:
        shop.client.v1.refunds.create({"charge": charge.id, "amount": 100})
    assert refused.param == "amount"
    refund = shop.client.v1.refunds.create({"charge": charge.id, "metadata": {"a": "1"}})
    assert (refund.status, refund.amount) == ("succeeded", 900)
    assert refund.balance_transaction is None
    now = shop.client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert (now.refunded, now.captured, now.amount_refunded) == (True, False, 900)
    assert [each.id for each in now.refunds.data] == [refund.id]
    changed = shop.client.v1.refunds.update(refund.id, {"metadata": {"b": "2"}})
    assert shop.client.v1.refunds.list().data == [changed]
    with Refusal() as refused:
        shop.client.v1.refunds.create({"charge": charge.id})
    assert refused.code == "charge_already_refunded"


def test_a_refund_can_take_its_time(shop: Shop) -> None:
    """To one card money arrives later: pending, then succeeded, and both are told."""
    intent = pay(shop, "pm_card_pendingRefund")
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert charge_of(shop, intent).amount_refunded == AMOUNT
    shop.advance("1m")
    assert shop.client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert told(shop)[-4:] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]
    assert news(shop, "refund.created").status == "pending"
    assert news(shop, "refund.updated").status == "succeeded"


def test_a_refund_can_come_back(shop: Shop) -> None:
    """To another card it was done, and failed later: the money is owed again."""
    intent = pay(shop, "pm_card_refundFail")
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    shop.advance("1m")
    failed = shop.client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.net == AMOUNT
    charge = charge_of(shop, intent)
    assert (charge.refunded, charge.amount_refunded) == (False, 0)
    assert told(shop)[-2:] == ["refund.failed", "charge.refund.updated"]
    assert news(shop, "refund.failed").failure_reason == "expired_or_canceled_card"
    again = shop.client.v1.refunds.create({"payment_intent": intent.id})
    assert again.id != refund.id
    renamed = shop.client.v1.refunds.update(refund.id, {"metadata": {"a": "1"}})
    assert renamed.status == "failed"


def test_a_scenario_makes_refunds_fail(shop: Shop) -> None:
    """As in every dialect: accepted, and back after a while."""
    intent = pay(shop)
    shop.play("{when: {operation: refund}, fault: {refund_fails: {after: 5s}}}")
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    shop.advance("1m")
    assert shop.client.v1.refunds.retrieve(refund.id).status == "failed"


def test_a_retry_after_a_lost_answer_gives_back_once(shop: Shop) -> None:
    """The library retries with its key, and gets the refund that was made."""
    intent = pay(shop)
    shop.retries = 2
    shop.play("{when: {operation: refund}, first: 1, fault: {lost_reply: {after: 10ms}}}")
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    assert shop.http.headers["Idempotent-Replayed"] == "true"
    assert [each.id for each in shop.client.v1.refunds.list()] == [refund.id]
    assert charge_of(shop, intent).amount_refunded == 700


def test_the_same_key_gives_back_once_and_another_twice(shop: Shop) -> None:
    """Nothing but the key tells one refund from the next."""
    intent, refunds = pay(shop), shop.client.v1.refunds
    sent = {"payment_intent": intent.id, "amount": 500, "metadata": {"reference": "r1"}}
    first = refunds.create(sent, {"idempotency_key": "k1"})
    assert refunds.create(sent, {"idempotency_key": "k1"}).id == first.id
    assert refunds.create(sent, {"idempotency_key": "k2"}).id != first.id


def test_what_was_charged_back_is_not_refunded(shop: Shop) -> None:
    """The bank has taken it already; an inquiry has taken nothing."""
    disputed, asked = pay(shop, "pm_card_createDispute"), pay(shop, "pm_card_createDisputeInquiry")
    shop.advance("10s")
    with Refusal() as refused:
        shop.client.v1.refunds.create({"payment_intent": disputed.id})
    assert refused.code == "charge_disputed"
    assert shop.client.v1.refunds.create({"payment_intent": asked.id}).status == "succeeded"


def test_a_key_of_another_account_finds_nothing(shop: Shop) -> None:
    """The other channel is another account."""
    refund = shop.client.v1.refunds.create({"payment_intent": pay(shop).id})
    other = Shop(shop.gateway, f"{shop.account}other", shop.http)
    with Refusal() as refused:
        other.client.v1.refunds.retrieve(refund.id)
    assert refused.code == "resource_missing"


def test_a_refund_that_did_not_fail_has_no_transaction_of_that(shop: Shop) -> None:
    """Asking for it whole changes nothing."""
    sent = {"payment_intent": pay(shop).id, "expand": ["failure_balance_transaction"]}
    refund = shop.client.v1.refunds.create(sent)
    assert "failure_balance_transaction" not in refund.to_dict()
