"""Checkouts: one payment at a time, and none after one that took money."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.gateway.commands import (
    CancelOrder,
    CancelPayment,
    CreateCheckout,
    PayCheckout,
    RetrieveCheckout,
    ShowCheckout,
)
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import ChargeTwice, Decline, Directive, Mar, SettleLater
from simulator.gateway.model import Method, Payer, Payment, Status
from simulator.gateway.outcomes import (
    CheckoutShown,
    Flaw,
    Marred,
    PaymentOutcome,
    Reason,
    Refused,
    ThingOutcome,
    Unknown,
)
from simulator.gateway.things import Checkout
from tests.gateway.table import CARD, DIRECTIVES, Desk

DECLINE = DIRECTIVES["decline"]


class Page:
    """A payer's page on a desk."""

    def __init__(self, lasts: float = 600.0, capture: str = "automatic") -> None:
        self.desk = Desk()
        wanted = CreateCheckout(
            order="o1",
            amount=1000,
            currency="USD",
            payer=Payer(country="DE"),
            capture=capture,
            lasts=lasts,
        )
        made = self.desk.do(wanted).outcome
        assert isinstance(made, ThingOutcome)
        self.id = made.thing.id

    def pay(self, directive: Directive | None = None, **fields: object) -> Decision:
        """Press the button."""
        command = PayCheckout(self.id, CARD, **fields)  # type: ignore[arg-type]
        return self.desk.do(command, directive)

    def look(self, directive: Directive | None = None) -> CheckoutShown:
        """Load the page."""
        shown = self.desk.do(ShowCheckout(self.id), directive).outcome
        assert isinstance(shown, CheckoutShown)
        return shown

    def captured(self) -> list[Payment]:
        """What took money."""
        payments = self.desk.channel.payments_of("o1")
        return [each for each in payments if each.status is Status.CAPTURED]


def reason(decision: Decision) -> Reason:
    """Why it was refused; nothing was changed then."""
    assert isinstance(decision.outcome, Refused)
    assert not decision.changes
    return decision.outcome.reason


def test_a_fresh_page_is_open() -> None:
    """It offers what the profile takes, and no payment has been tried."""
    shown = Page().look()

    assert (shown.checkout.status, shown.checkout.turn, shown.payment) == ("open", 1, None)
    assert [offer.rule.type for offer in shown.offers] == ["card", "wallet", "bank_transfer"]


def test_paying_completes_it() -> None:
    """The payment is that of the order, and names its page."""
    page = Page()
    outcome = page.pay().outcome

    assert isinstance(outcome, PaymentOutcome)
    paid = outcome.payment
    assert (paid.status, paid.order, paid.amount) == (Status.CAPTURED, "o1", 1000)
    assert (paid.checkout, paid.payer) == (page.id, Payer(country="DE"))
    assert page.look().checkout.status == "complete"


def test_the_address_lies_under_the_accounts_pages() -> None:
    """Whoever makes a decision says where pages lie."""
    desk = Desk()
    command = CreateCheckout(order="o1", amount=1, currency="USD")
    context = Context(desk.channel, None, desk.wall, desk.ids, pages="http://here/pay/shop")
    from simulator.gateway.decide import decide  # noqa: PLC0415 - the desk has no address

    made = decide(command, context).outcome
    assert isinstance(made, ThingOutcome)
    assert isinstance(made.thing, Checkout)
    assert made.thing.url == f"http://here/pay/shop/{made.thing.id}"


@pytest.mark.parametrize("turn", [None, 1, 2])
def test_a_paid_page_never_pays_again(turn: int | None) -> None:
    """A reload, a second tab, a page from the cache: the payment that stands is in the way."""
    page = Page()
    page.pay(turn=1)

    assert reason(page.pay(turn=turn)) is Reason.STATE_FORBIDS
    assert len(page.captured()) == 1


@pytest.mark.parametrize("told", ["later", "later-processing"])
def test_a_payment_under_way_blocks_a_second_one(told: str) -> None:
    """Whatever the payer was told; when the money has come, the page is complete."""
    page = Page()
    page.pay(DIRECTIVES[told])

    assert reason(page.pay()) is Reason.STATE_FORBIDS
    assert page.look().checkout.status == "open"
    payment = page.look().payment
    assert payment is not None
    page.desk.names["p"] = payment.id
    page.desk.settle("p")
    assert page.look().checkout.status == "complete"
    assert reason(page.pay()) is Reason.STATE_FORBIDS
    assert len(page.captured()) == 1


def test_an_unknown_end_is_no_end() -> None:
    """Told unknown, the payer is not to pay again."""
    page = Page()

    assert isinstance(page.pay(DIRECTIVES["later"]).outcome, Unknown)
    assert reason(page.pay(turn=2)) is Reason.STATE_FORBIDS


def test_told_failed_and_charged_later_is_the_faults_own_doing() -> None:
    """Here the gateway lies, the payer pays again, and two payments take money."""
    page = Page()
    page.pay(SettleLater(6.0, Status.FAILED))
    page.pay()
    first = page.desk.channel.payments_of("o1")[0]
    page.desk.names["p"] = first.id
    page.desk.settle("p")

    assert len(page.captured()) == 2


def test_after_a_failure_another_method_may_be_tried() -> None:
    """Each try is a payment of its own, and takes the page's next turn."""
    page = Page()
    page.pay(DECLINE, turn=1)
    assert page.look().checkout.turn == 2
    page.desk.do(PayCheckout(page.id, Method("wallet"), turn=2))

    statuses = [each.status for each in page.desk.channel.payments_of("o1")]
    assert statuses == [Status.FAILED, Status.CAPTURED]


def test_a_page_of_before_the_last_try_pays_nothing() -> None:
    """The payer who sends it sees first what has become of that try."""
    page = Page()
    page.pay(DECLINE, turn=1)

    stale = page.pay(Decline("lost_card"), turn=1)
    assert reason(stale) is Reason.PAGE_OUT_OF_DATE
    assert stale.unheeded


def test_a_void_authorization_does_not_open_it_again() -> None:
    """The merchant took the order off; the payer has nothing left to pay."""
    page = Page(capture="manual")
    held = page.pay().outcome
    assert isinstance(held, PaymentOutcome)
    assert held.payment.status is Status.AUTHORIZED
    assert page.look().checkout.status == "complete"
    page.desk.do(CancelPayment(held.payment.id))

    assert page.look().checkout.status == "complete"
    assert reason(page.pay()) is Reason.STATE_FORBIDS


def test_a_payment_canceled_before_it_took_money_leaves_it_open() -> None:
    """The merchant gave up this one payment, not the checkout."""
    page = Page()
    page.pay(DIRECTIVES["later-processing"])
    payment = page.look().payment
    assert payment is not None
    page.desk.do(CancelPayment(payment.id))

    assert page.look().checkout.status == "open"
    assert isinstance(page.pay().outcome, PaymentOutcome)


def test_it_expires_by_the_accounts_clock() -> None:
    """From that second on nothing can be paid."""
    page = Page(lasts=600.0)
    page.desk.wall += 599.0
    assert page.look().checkout.status == "open"
    page.desk.wall += 1.0

    assert page.look().checkout.status == "expired"
    assert reason(page.pay()) is Reason.CHECKOUT_EXPIRED


def test_what_is_under_way_when_time_is_up_is_not_lost() -> None:
    """It may still complete the checkout, so it does not say expired."""
    page = Page(lasts=600.0)
    page.pay(DIRECTIVES["later-processing"])
    page.desk.wall += 1000.0

    assert page.look().checkout.status == "open"


def test_a_closed_order_takes_nothing() -> None:
    """Neither on a page that is open, nor by a new one; the page says so."""
    page = Page()
    page.desk.do(CancelOrder("o1"))

    assert reason(page.pay()) is Reason.ORDER_CLOSED
    assert reason(page.desk.do(ShowCheckout(page.id))) is Reason.ORDER_CLOSED
    seen = page.desk.do(RetrieveCheckout(page.id)).outcome
    assert isinstance(seen, ThingOutcome)
    assert isinstance(seen.thing, Checkout)
    assert seen.thing.status == "expired"
    again = CreateCheckout(order="o1", amount=1, currency="USD")
    assert reason(page.desk.do(again)) is Reason.ORDER_CLOSED


def test_closing_an_order_that_is_paid_changes_nothing_on_its_page() -> None:
    """The payer reads that it was paid."""
    page = Page()
    page.pay()
    page.desk.do(CancelOrder("o1"))

    assert page.look().checkout.status == "complete"


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    """The account's clock says which month it is: here January 1970. Nothing is tried."""
    page = Page()
    decision = page.pay(expiry=(1969, 12))

    assert isinstance(decision.outcome, CheckoutShown)
    assert decision.outcome.problems == (("expiry", "past"),)
    assert not decision.changes
    assert isinstance(page.pay(expiry=(1970, 1)).outcome, PaymentOutcome)


def test_a_fault_may_still_charge_twice() -> None:
    """The page asks once; a gateway that takes it twice is what is rehearsed."""
    page = Page()
    page.pay(ChargeTwice())

    assert len(page.captured()) == 2


@pytest.mark.parametrize(
    "command", [ShowCheckout("chk_0"), RetrieveCheckout("chk_0"), PayCheckout("chk_0", CARD)]
)
def test_an_unknown_checkout(command: ShowCheckout | RetrieveCheckout | PayCheckout) -> None:
    """Nothing is found, nothing happens."""
    assert reason(Desk().do(command)) is Reason.NOT_FOUND


def test_a_checkout_belongs_to_one_channel() -> None:
    """As with two gateways, the other one does not know it."""
    page = Page()
    desk = page.desk
    desk.channel = desk.store.channel("backup")

    assert reason(desk.do(ShowCheckout(page.id))) is Reason.NOT_FOUND


def test_the_merchant_sees_how_it_stands() -> None:
    """With the last payment, whether or not that took money."""
    page = Page()
    page.pay(DECLINE)
    seen = page.desk.do(RetrieveCheckout(page.id)).outcome

    assert isinstance(seen, ThingOutcome)
    assert isinstance(seen.thing, Checkout)
    assert (seen.thing.status, seen.created) == ("open", False)
    assert seen.thing.payment == page.desk.channel.payments_of("o1")[0].id


@pytest.mark.parametrize("flaw", Flaw)
def test_a_page_may_be_shown_with_a_flaw(flaw: Flaw) -> None:
    """What is shown stands behind it, and nothing else changes."""
    page = Page()
    decision = page.desk.do(ShowCheckout(page.id), Mar(str(flaw)))

    assert isinstance(decision.outcome, Marred)
    assert decision.outcome.flaw is flaw
    assert isinstance(decision.outcome.outcome, CheckoutShown)
    assert not decision.changes
    assert not decision.unheeded


def test_other_orders_do_not_strike_a_page() -> None:
    """Nothing can be declined by looking."""
    page = Page()

    assert page.desk.do(ShowCheckout(page.id), DECLINE).unheeded


#: What may happen to a page; `told` is never a lie here.
_HAPPENS = st.sampled_from(
    [
        "pay",
        "stale",
        "turnless",
        "declined",
        "waits",
        "unknown",
        "settle",
        "cancel",
        "later",
        "look",
    ]
)


@given(steps=st.lists(_HAPPENS, max_size=25))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_a_page_takes_money_once(steps: list[str]) -> None:
    """In any order of presses, tabs, declines, waits, settlements, cancels and time."""
    page = Page(lasts=500.0)
    for step in steps:
        _happen(page, step)
        assert len(page.captured()) <= 1
        complete = page.look().checkout.status == "complete"
        assert complete == bool(page.captured())


def _happen(page: Page, step: str) -> None:
    shown = page.look()
    turn, payment = shown.checkout.turn, shown.payment
    match step:
        case "pay":
            page.pay(turn=turn)
        case "stale":
            page.pay(turn=max(1, turn - 1))
        case "turnless":
            page.pay()
        case "declined":
            page.pay(DECLINE, turn=turn)
        case "waits":
            page.pay(DIRECTIVES["later-processing"], turn=turn)
        case "unknown":
            page.pay(DIRECTIVES["later"], turn=turn)
        case "settle" if payment is not None and payment.status is Status.PROCESSING:
            page.desk.names["p"] = payment.id
            page.desk.settle("p")
        case "cancel" if payment is not None:
            page.desk.do(CancelPayment(payment.id))
        case "later":
            page.desk.wall += 100.0
