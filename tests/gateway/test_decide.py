"""What becomes of commands, row by row."""

from __future__ import annotations

from simulator.gateway.ledger import HOLD, MERCHANT, PAYER
from tests.gateway.table import run


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
