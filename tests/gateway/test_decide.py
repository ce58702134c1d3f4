"""What becomes of commands, row by row."""

from __future__ import annotations

from fractions import Fraction

from simulator.gateway.commands import CreatePayment
from simulator.gateway.directives import TakePart
from simulator.gateway.ledger import HOLD, MERCHANT, PAYER
from tests.gateway.table import CARD, Desk, run


def test_a_sale_takes_the_money_at_once() -> None:
    """A create with confirm captures the whole amount and posts it from payer to merchant."""
    desk = run("authorize a ord_1 1000 USD -> captured 1000 0")
    assert desk.store.ledger.balance(MERCHANT, "USD") == 1000
    assert desk.store.ledger.balance(PAYER, "USD") == -1000


def test_create_then_confirm_takes_it_once() -> None:
    """A payment made without confirm takes nothing until it is confirmed, and only once."""
    run("""
        create    a ord_1 1000 USD  -> created 0 0
        confirm   a                 -> captured 1000 0
        confirm   a                 -> !state_forbids
    """)


def test_capture_of_a_part_releases_the_rest() -> None:
    """A partial capture takes its part and gives the rest of the hold back to the payer."""
    desk = run("""
        hold      a ord_1 1000 USD  -> authorized 0 0
        capture   a 1001            -> !amount_too_large
        capture   a 600             -> captured 600 0
        capture   a 400             -> !state_forbids
    """)
    assert desk.store.ledger.balance(HOLD, "USD") == 0
    assert desk.store.ledger.balance(MERCHANT, "USD") == 600


def test_cancel_voids_a_hold_and_is_idempotent() -> None:
    """A canceled authorization releases its hold; a second cancel changes nothing."""
    desk = run("""
        hold      a ord_1 1000 USD  -> authorized 0 0
        cancel    a                 -> canceled 0 0
        cancel    a                 -> canceled 0 0
        capture   a                 -> !state_forbids
    """)
    assert desk.store.ledger.balance(HOLD, "USD") == 0


def test_a_captured_payment_cannot_be_canceled() -> None:
    """Money that was taken goes back by refund only."""
    run("""
        authorize a ord_1 1000 USD  -> captured 1000 0
        cancel    a                 -> !state_forbids
    """)


def test_a_tombstone_voids_what_lives_and_refuses_what_comes() -> None:
    """Cancel by order closes the order on this channel: a later charge is refused."""
    run("""
        hold      a ord_1 1000 USD  -> authorized 0 0
        close     ord_1             -> canceled
        authorize b ord_1 1000 USD  -> !order_closed
        authorize c ord_2 1000 USD  -> captured 1000 0
        close     ord_2             -> captured
        close     ord_3             -> none
        authorize d ord_3 1000 USD  -> !order_closed
    """)


def test_a_tombstone_stops_a_late_success() -> None:
    """A payment that would have captured later is canceled by closing its order."""
    run("""
        authorize a ord_1 1000 USD +later  -> unknown
        close     ord_1                    -> canceled
        get       a                        -> canceled 0 0
    """)


def test_refunds_stay_within_what_was_captured() -> None:
    """Refunds add up to the captured amount at most; one reference is one refund."""
    desk = run("""
        authorize a ord_1 1000 USD  -> captured 1000 0
        refund    a 400 r1          -> succeeded 400
        refund    a 400 r1          -> succeeded 400
        refund    a 500 r1          -> !state_forbids
        refund    a 601             -> !amount_too_large
        refund    a                 -> succeeded 600
        refund    a                 -> !amount_too_large
        get       a                 -> captured 1000 1000
    """)
    assert desk.store.ledger.balance(MERCHANT, "USD") == 0


def test_a_decline_is_stored_and_moves_nothing() -> None:
    """A declined payment is stored as failed, without a posting."""
    desk = run("""
        authorize a ord_1 1000 USD +decline  -> declined insufficient_funds
        find      ord_1                      -> failed
        refund    a                          -> !state_forbids
    """)
    assert desk.store.ledger.totals() == {}


def test_charged_twice_makes_two_payments_of_one_order() -> None:
    """A duplicate charge has its own id and is listed under the order; each can be refunded."""
    desk = run("""
        authorize a ord_1 1000 USD +twice  -> captured 1000 0
        find      ord_1                    -> captured captured
    """)
    assert desk.store.ledger.balance(MERCHANT, "USD") == 2000


def test_a_late_success_says_what_it_was_told_to_say() -> None:
    """Until it captures, a query shows what was told; afterwards, the truth."""
    run("""
        authorize a ord_1 1000 USD +later             -> unknown
        get       a                                   -> processing 0 0
        settle    a                                   -> captured 1000 0
        authorize b ord_2 1000 USD +later-failed      -> declined processing_error
        get       b                                   -> failed 0 0
        refund    b                                   -> !state_forbids
        settle    b                                   -> captured 1000 0
        authorize c ord_3 1000 USD +later-processing  -> processing 0 0
        settle    c                                   -> captured 1000 0
    """)


def test_a_part_of_a_sale_is_all_that_is_taken() -> None:
    """The payment keeps the amount that was asked, and only the part moves and can go back."""
    desk = run("""
        authorize a ord_1 1001 USD +half         -> captured 500 0
        refund    a 501                          -> !amount_too_large
        authorize b ord_2 1000 USD +at-most-300  -> captured 300 0
        create    c ord_3 1000 USD               -> created 0 0
        confirm   c +half                        -> captured 500 0
    """)
    assert desk.payment("a").amount == 1001
    assert desk.payment("a").amount_authorized == 500
    assert desk.store.ledger.balance(MERCHANT, "USD") == 1300
    assert desk.store.ledger.balance(PAYER, "USD") == -1300


def test_a_part_of_a_capture_releases_the_rest() -> None:
    """Part of what was asked for is captured; the whole rest of the hold goes back."""
    desk = run("""
        hold      a ord_1 1000 USD      -> authorized 0 0
        capture   a 800 +half           -> captured 400 0
        hold      b ord_2 1000 USD      -> authorized 0 0
        capture   b +at-most-300        -> captured 300 0
    """)
    assert desk.store.ledger.balance(HOLD, "USD") == 0
    assert desk.store.ledger.balance(MERCHANT, "USD") == 700


def test_what_has_no_part_is_taken_whole_and_said_to_be() -> None:
    """A hold, one minor unit, or less than the limit: nothing was divided, so nothing was done."""
    desk = Desk()
    for command, directive, unheeded in (
        (_sale(1000, capture="manual"), TakePart(Fraction(1, 2)), True),
        (_sale(1), TakePart(Fraction(1, 2)), True),
        (_sale(300), TakePart(Fraction(1, 2), 300), True),
        (_sale(2), TakePart(Fraction(1, 100)), False),
        (_sale(1000), None, False),
    ):
        decision = desk.do(command, directive)
        (payment,) = decision.payments
        assert decision.unheeded is unheeded
        assert payment.amount_authorized == (1 if command.amount == 2 else command.amount)


def test_a_late_capture_keeps_its_hold_until_then() -> None:
    """Told as for a late charge; it takes what was asked, later, and can still be stopped."""
    desk = run("""
        hold      a ord_1 1000 USD             -> authorized 0 0
        capture   a 600 +later                 -> unknown
        get       a                            -> processing 0 0
        capture   a 600                        -> !state_forbids
        settle    a                            -> captured 600 0
        hold      b ord_2 1000 USD             -> authorized 0 0
        capture   b +later-failed              -> declined processing_error
        get       b                            -> failed 0 0
        settle    b                            -> captured 1000 0
        hold      c ord_3 1000 USD             -> authorized 0 0
        capture   c +later-processing          -> processing 0 0
        cancel    c                            -> canceled 0 0
    """)
    assert desk.store.ledger.balance(HOLD, "USD") == 0
    assert desk.store.ledger.balance(MERCHANT, "USD") == 1600
    assert desk.payment("c").settles_at is None


def test_a_late_refund_is_owed_at_once_and_arrives_later() -> None:
    """Pending counts as given back, so that nothing is refunded twice; arriving moves nothing."""
    desk = run("""
        authorize a ord_1 1000 USD               -> captured 1000 0
        refund    a 400 ref-1 +later-processing  -> pending 400
        refund    a 400 ref-1                    -> pending 400
        refund    a 601                          -> !amount_too_large
        get       a                              -> captured 1000 400
    """)
    (refund,) = [desk.channel.refund_by_reference(desk.payment("a").id, "ref-1")]
    assert refund is not None
    decision = desk.arrive(refund.id)
    assert [event.type for event in decision.events] == ["refund.succeeded"]
    assert decision.postings == ()
    assert desk.payment("a").amount_refunded == 400
    assert desk.store.ledger.balance(MERCHANT, "USD") == 600


def _sale(amount: int, *, capture: str = "automatic") -> CreatePayment:
    return CreatePayment(order="o", amount=amount, currency="USD", method=CARD, capture=capture)


def test_a_stale_read_shows_the_state_but_one() -> None:
    """A stale query answers with the last state but one, or as if nothing were there yet."""
    run("""
        hold      a ord_1 1000 USD  -> authorized 0 0
        get       a +stale          -> !not_found
        find      ord_1 +stale      -> none
        capture   a                 -> captured 1000 0
        get       a +stale          -> authorized 0 0
        get       a                 -> captured 1000 0
    """)


def test_what_does_not_exist_is_said_to_be_so() -> None:
    """Each verb on an unknown payment answers not found and changes nothing."""
    run("""
        get      pay_x  -> !not_found
        confirm  pay_x  -> !not_found
        capture  pay_x  -> !not_found
        cancel   pay_x  -> !not_found
        refund   pay_x  -> !not_found
        find     ord_x  -> none
    """)
