"""What follows from what is known."""

from __future__ import annotations

from itertools import permutations

import msgspec
import pytest

from simulator.merchants.careful.records import Order, Payment, Refund, conclude, without_card


def order() -> Order:
    """An order with one attempt that was sent and is in doubt."""
    made = Order("ord-1", 500, "EUR", {"type": "wallet"})
    attempt = made.begin("primary")
    attempt.sent = attempt.doubts = 1
    return made


def seen(status: str, name: str = "pay_1", captured: int = 500) -> Payment:
    """A payment as a reply, a query or a webhook shows it."""
    return Payment(name, "primary", status, captured if status == "captured" else 0)


@pytest.mark.parametrize("news", list(permutations(["processing", "failed", "captured"])))
def test_news_may_come_in_any_order(news: tuple[str, ...]) -> None:
    """Whatever comes first, captured is what stays."""
    made = order()
    for status in news:
        made.learn(seen(status))
    assert made.payments["pay_1"].status == "captured"
    assert made.payments["pay_1"].captured == 500


def test_a_capture_pays_and_fulfils_once() -> None:
    """However often the same is concluded, the order is shipped once."""
    made = order()
    made.learn(seen("captured"))
    for _ in range(3):
        conclude(made)
    assert (made.status, made.fulfilled, made.paid_by) == ("paid", 1, "pay_1")
    assert made.current is None
    assert made.refunds == {}


def test_a_second_capture_is_owed_back_once() -> None:
    """One of two payments pays, the other has one refund with a name of its own."""
    made = order()
    made.learn(seen("captured"))
    made.learn(seen("captured", "pay_2"))
    conclude(made)
    conclude(made)
    assert list(made.refunds) == ["pay_2"]
    assert made.refunds["pay_2"].reference == "refund-pay_2"
    assert made.amount_refunded == 0


def test_a_late_capture_of_a_failed_order_is_owed_back() -> None:
    """The payer was told no and may have left; the order is not revived."""
    made = order()
    made.learn(seen("failed"))
    conclude(made)
    assert made.status == "failed"
    made.learn(seen("captured"))
    conclude(made)
    assert (made.status, made.fulfilled) == ("failed", 0)
    assert list(made.refunds) == ["pay_1"]


def test_a_part_of_the_amount_pays_for_nothing() -> None:
    """It goes back, and the order fails."""
    made = order()
    made.learn(seen("captured", captured=499))
    conclude(made)
    assert (made.status, made.fulfilled) == ("failed", 0)
    assert made.refunds["pay_1"].amount == 499


def test_a_payment_under_way_ends_nothing() -> None:
    """Processing is no answer."""
    made = order()
    made.learn(seen("processing"))
    conclude(made)
    assert made.status == "pending"
    assert made.current is made.attempts[0]


def test_a_canceled_payment_ends_the_attempt_but_not_the_order() -> None:
    """What the shop stopped itself may be tried elsewhere."""
    made = order()
    made.learn(seen("canceled"))
    conclude(made)
    assert made.status == "pending"
    assert made.attempts[0].outcome == "stopped"


def test_only_accepted_refunds_count() -> None:
    """A refund that is due is not yet given back; one that is pending is."""
    made = order()
    made.refunds = {
        "a": Refund("a", "primary", 5),
        "b": Refund("b", "primary", 7, status="pending"),
        "c": Refund("c", "primary", 11, status="succeeded"),
    }
    assert made.amount_refunded == 18


def test_a_card_number_is_never_written_down() -> None:
    """The part of an order that is kept has no place for it."""
    method = {"type": "card", "card": {"number": "4242424242424242", "cvc": "123"}}
    made = Order("ord-1", 500, "EUR", without_card(method))
    made.begin("primary")
    assert b"4242" not in msgspec.json.encode(made)


@pytest.mark.parametrize(
    ("failure", "proves"), [("authentication_required", True), ("insufficient_funds", False)]
)
def test_an_issuer_that_wants_a_proof_gets_it_at_the_next_try(failure: str, proves: bool) -> None:
    """The refused attempt stays as it is, so that it can be repeated; the next one asks."""
    made = order()
    refused = seen("failed")
    refused.failure, refused.attempt = failure, 1
    made.learn(refused)
    conclude(made)
    again = made.begin("primary")
    assert made.must_prove(again) is proves
    assert not made.must_prove(made.attempts[0])


def test_a_second_charge_for_what_is_paid_is_a_payment_of_its_own() -> None:
    """Whatever the gateway calls both: it is money twice, and one of them goes back."""
    made = order()
    for charge in ("ch_1", "ch_2", "ch_1"):
        paid = seen("captured", "pi_1")
        paid.charge = charge
        made.learn(paid)
    conclude(made)
    assert {name: each.charge for name, each in made.payments.items()} == {
        "pi_1": "ch_1",
        "ch_2": "ch_2",
    }
    assert (made.paid_by, list(made.refunds)) == ("pi_1", ["ch_2"])


def test_a_payment_is_found_by_its_name_and_by_that_of_its_charge() -> None:
    """Statements and events name either."""
    made = order()
    paid = seen("captured", "pi_1")
    paid.charge = "ch_1"
    made.learn(paid)
    assert made.called("pi_1") is made.called("ch_1") is made.payments["pi_1"]
    assert made.called("ch_2") is None


def test_the_channel_of_what_the_gateway_calls_by_a_name_of_its_own() -> None:
    """It is that of the attempt."""
    made = order()
    made.attempts[0].handle = "pi_1"
    assert (made.channel_of("pi_1"), made.channel_of("pi_2")) == ("primary", "")
