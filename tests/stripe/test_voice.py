"""What is told of every change, by name and in order; each as things stood at that moment."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from simulator.dialects.stripe.views import view_of
from simulator.dialects.stripe.voice import voice
from simulator.gateway.commands import CreatePayment
from simulator.gateway.decide import decide
from simulator.gateway.directives import (
    Befall,
    ChargeTwice,
    Directive,
    FailRefund,
    Resend,
    Review,
    SettleLater,
    TakePart,
)
from simulator.gateway.model import Aftermath, Method, RefundStatus, Status
from tests.stripe.desk import Books

#: A card whose holder has to prove who pays.
ASKS = "pm_card_authenticationRequired"
MADE = ["payment_intent.created"]
PAID = ["charge.succeeded", "payment_intent.succeeded"]
HELD = ["charge.succeeded", "payment_intent.amount_capturable_updated"]
UNDER_WAY = ["charge.pending", "payment_intent.processing"]
FAILED = ["charge.failed", "payment_intent.payment_failed"]
GONE = ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
BACK = ["refund.created", "charge.refunded"]


def pay(books: Books, directive: Directive | None = None, **more: Any) -> dict[str, Any]:
    """An intent that is confirmed at once; what its charge is, for later."""
    sent = {
        "amount": 1999,
        "currency": "usd",
        "confirm": "true",
        "payment_method": "pm_card_visa",
        **more,
    }
    answer = books.ask("POST", "/v1/payment_intents", directive, **sent)
    return answer if "id" in answer else answer["error"]["payment_intent"]


@pytest.mark.parametrize(
    ("directive", "more", "names"),
    [
        (None, {}, PAID),
        (None, {"capture_method": "manual"}, HELD),
        (None, {"payment_method": "pm_card_chargeDeclined"}, FAILED),
        (
            None,
            {"payment_method": "pm_card_authenticationRequired"},
            ["payment_intent.requires_action"],
        ),
        (ChargeTwice(), {}, [*PAID, "charge.succeeded"]),
        (TakePart(Fraction(1), 500), {}, PAID),
        (
            SettleLater(5.0, Status.PROCESSING),
            {},
            [*UNDER_WAY, *PAID],
        ),
        (SettleLater(5.0, Status.FAILED), {}, [*FAILED, *PAID]),
        (SettleLater(5.0, None), {}, PAID),
        (Review(5.0, approves=True), {}, [*UNDER_WAY, *PAID]),
        (Review(5.0, approves=False), {}, [*UNDER_WAY, *FAILED]),
        (
            Resend("network", "captured", tries=2, every=1.0),
            {},
            [*UNDER_WAY, *PAID],
        ),
        (Befall(5.0, Aftermath("reversal")), {}, [*PAID, *FAILED]),
        (
            Befall(5.0, Aftermath("reversal")),
            {"capture_method": "manual"},
            [*HELD, "charge.expired", "payment_intent.canceled"],
        ),
        (Befall(5.0, Aftermath("dispute", "general", 60.0, "always")), {}, [*PAID, *GONE]),
        (Befall(5.0, Aftermath("inquiry", "general")), {}, [*PAID, "charge.dispute.created"]),
        (
            Befall(5.0, Aftermath("early_fraud_warning")),
            {},
            [*PAID, "radar.early_fraud_warning.created"],
        ),
    ],
)
def test_a_charge_and_what_befalls_it(
    directive: Directive | None, more: dict[str, Any], names: list[str]
) -> None:
    """From the first word to the last."""
    books = Books()
    pay(books, directive, **more)
    books.wait(30.0)
    told = [each for each in books.told() if each != "payment_intent.created"]
    assert [each for n, each in enumerate(told) if not n or told[n - 1] != each] == names
    for each in books.happenings():
        books.shown(each)


@pytest.mark.parametrize(
    ("directive", "names", "then"),
    [
        (None, BACK, []),
        (SettleLater(5.0), BACK, ["refund.updated", "charge.refund.updated"]),
        (
            FailRefund(5.0, "account_closed", RefundStatus.PENDING),
            BACK,
            ["refund.failed", "charge.refund.updated"],
        ),
        (
            FailRefund(5.0, "account_closed", RefundStatus.SUCCEEDED),
            BACK,
            ["refund.failed", "charge.refund.updated"],
        ),
    ],
)
def test_a_refund_and_what_becomes_of_it(
    directive: Directive | None, names: list[str], then: list[str]
) -> None:
    """At once, and later."""
    books = Books()
    intent = pay(books)
    refund = books.ask("POST", "/v1/refunds", directive, payment_intent=intent["id"])
    before = books.happenings()
    assert books.told() == [*MADE, *PAID, *names]
    books.wait(30.0)
    assert books.told() == [*MADE, *PAID, *names, *then]
    first = next(each for each in before if each.event.name == "refund.created")
    assert books.shown(first)["status"] == refund["status"]
    for each in books.happenings():
        books.shown(each)


def test_capture_and_cancel() -> None:
    """What is held is taken, or released; what is under way is called off."""
    books = Books()
    held = pay(books, capture_method="manual")
    books.ask("POST", f"/v1/payment_intents/{held['id']}/capture")
    assert books.told()[-2:] == ["charge.captured", "payment_intent.succeeded"]
    held = pay(books, capture_method="manual")
    books.ask("POST", f"/v1/payment_intents/{held['id']}/cancel")
    assert books.told()[-2:] == ["charge.refunded", "payment_intent.canceled"]
    slow = pay(books, SettleLater(60.0, Status.PROCESSING))
    books.ask("POST", f"/v1/payment_intents/{slow['id']}/cancel")
    assert books.told()[-2:] == ["charge.failed", "payment_intent.canceled"]
    asked = pay(books, payment_method=ASKS)
    books.ask("POST", f"/v1/payment_intents/{asked['id']}/cancel")
    assert books.told()[-2:] == ["payment_intent.requires_action", "payment_intent.canceled"]
    late = pay(books, capture_method="manual")
    books.ask(
        "POST", f"/v1/payment_intents/{late['id']}/capture", SettleLater(5.0, Status.PROCESSING)
    )
    assert books.told()[-1] == "payment_intent.processing"
    charge = books.ask("GET", f"/v1/charges/{late['latest_charge']}")
    assert (charge["status"], charge["captured"]) == ("succeeded", False)
    books.wait(10.0)
    assert books.told()[-2:] == ["charge.captured", "payment_intent.succeeded"]
    for each in books.happenings():
        books.shown(each)


@pytest.mark.parametrize(
    ("kind", "wins", "names"),
    [
        ("dispute", "always", ["charge.dispute.closed", "charge.dispute.funds_reinstated"]),
        ("dispute", "never", ["charge.dispute.closed"]),
        ("inquiry", "always", ["charge.dispute.closed"]),
        ("inquiry", "never", ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]),
    ],
)
def test_the_end_of_a_dispute(kind: str, wins: str, names: list[str]) -> None:
    """Won, lost, or gone on with."""
    books = Books()
    pay(books, Befall(5.0, Aftermath(kind, "general", 60.0, wins)))
    books.wait(10.0)
    count = len(books.told())
    books.wait(60.0)
    assert books.told()[count:][: len(names)] == names
    for each in books.happenings():
        books.shown(each)


def test_each_event_shows_the_moment() -> None:
    """However often things change afterwards."""
    books = Books()
    intent = pay(books, metadata="")
    name = intent["id"]
    books.ask("POST", "/v1/refunds", payment_intent=name, amount=500)
    books.ask("POST", "/v1/refunds", payment_intent=name, amount=700)
    shown = [books.shown(each) for each in books.happenings()]
    back = [each["amount_refunded"] for each in shown if each["object"] == "charge"]
    assert back == [0, 500, 1200]
    states = [each["status"] for each in shown if each["object"] == "payment_intent"]
    assert states == ["requires_confirmation", "succeeded"]


def test_further_events_have_ids_of_their_own() -> None:
    """One of the gateway's becomes several, and all can be found by their ids."""
    books = Books()
    pay(books, ChargeTwice())
    ids = [each.event.id for each in books.happenings()]
    assert len(set(ids)) == len(ids) == 4
    assert all(books.state.happening(each) is not None for each in ids)


def test_what_was_not_paid_in_stripes_words_is_told_as_it_was() -> None:
    """A payment of the native API has no names of Stripe's."""
    books = Books()
    command = CreatePayment(order="o", amount=5, currency="USD", method=Method("card"))
    decision = decide(command, books.account.context("primary", None, books.ids))
    assert voice(decision, books.state, "ex_1", None).events == decision.events


def test_what_has_changed_is_told_as_it_was() -> None:
    """`previous_attributes` of what was updated, and of a charge that went back."""
    books = Books()
    intent = pay(books)
    charge = intent["latest_charge"]
    books.ask("POST", f"/v1/charges/{charge}", description="Hats", receipt_email="")
    refund = books.ask("POST", "/v1/refunds", SettleLater(5.0), charge=charge, amount=500)
    books.ask("POST", f"/v1/refunds/{refund['id']}", **{"metadata[a]": "1"})
    books.ask("POST", "/v1/refunds", charge=charge)
    books.wait(9.0)
    was = [
        (each.event.name, view_of(each, books.state).get("previous_attributes"))
        for each in books.happenings()[3:]
    ]
    assert was == [
        ("charge.updated", {"description": None}),
        ("refund.created", None),
        ("charge.refunded", {"amount_refunded": 0}),
        ("refund.updated", {"metadata": {}}),
        ("refund.created", None),
        ("charge.refunded", {"amount_refunded": 500, "refunded": False}),
        ("refund.updated", {"status": "pending"}),
        ("charge.refund.updated", {"status": "pending"}),
    ]
