"""What befalls payments by themselves: reversals, and holds that show longer than they last."""

from __future__ import annotations

import pytest

from simulator.gateway.ledger import HOLD, MERCHANT
from tests.gateway.table import run


def test_a_capture_is_reversed() -> None:
    """What is left of it goes, and the event says so; the status stays what it was."""
    desk = run("""
        authorize  a  o 1000 USD +reversed  -> captured 1000 0
        refund     a  300                   -> succeeded 300
        wait       7                        -> done
        money      a                        -> captured 1000 300 700 0
    """)
    paid = desk.payment("a")
    assert (paid.failure, paid.reversed_at) == ("reversed_after_approval", 1_006.0)
    assert desk.store.ledger.balance(MERCHANT, "USD") == 0


def test_an_authorization_is_taken_back() -> None:
    """It is canceled, without a lingering trace; a capture of it comes too late."""
    desk = run("""
        hold       a  o 1000 USD +reversed  -> authorized 0 0
        wait       7                        -> done
        capture    a                        -> !state_forbids
        get        a                        -> canceled 0 0
    """)
    assert desk.store.ledger.balance(HOLD, "USD") == 0


def test_a_capture_does_not_escape() -> None:
    """What was in store for the authorization strikes the captured money."""
    run("""
        hold       a  o 1000 USD +reversed  -> authorized 0 0
        capture    a  600                   -> captured 600 0
        wait       7                        -> done
        money      a                        -> captured 600 0 600 0
    """)


@pytest.mark.parametrize("fate", ["reversed", "disputed"])
def test_a_late_capture_of_a_doomed_hold(fate: str) -> None:
    """The money is taken when its time has come, and what was in store befalls it then."""
    taken = "captured 1000 0 1000 0" if fate == "reversed" else "captured 1000 0 0 1000"
    desk = run(f"""
        hold       a  o 1000 USD +{fate}  -> authorized 0 0
        wait       3                      -> done
        capture    a  1000 +later         -> unknown
        wait       7                      -> done
        money      a                      -> {taken}
    """)
    assert desk.payment("a").told is None
    assert desk.store.ledger.balance(HOLD, "USD") == 0


def test_a_capture_that_is_reversed_itself() -> None:
    """The fault may strike the capture as well."""
    run("""
        hold       a  o 1000 USD            -> authorized 0 0
        capture    a  1000 +reversed        -> captured 1000 0
        wait       7                        -> done
        money      a                        -> captured 1000 0 1000 0
    """)


def test_a_void_ends_what_was_in_store() -> None:
    """Nothing is left that could be taken back."""
    run("""
        hold       a  o 1000 USD +reversed  -> authorized 0 0
        cancel     a                        -> canceled 0 0
        wait       7                        -> done
        money      a                        -> canceled 0 0 0 0
    """)


def test_a_hold_lingers() -> None:
    """A charge fails, an authorization is voided, and the payer's bank shows both for a while."""
    desk = run("""
        authorize  a  o 1000 USD +lingers   -> declined reversed_after_approval
        hold       b  o 500 USD             -> authorized 0 0
        cancel     b  +lingers              -> canceled 0 0
    """)
    assert [desk.payment(name).lingers for name in ("a", "b")] == [1000, 500]
    assert desk.store.ledger.balance(HOLD, "USD") == 1500
    desk.ring(7)
    assert [desk.payment(name).lingers for name in ("a", "b")] == [0, 0]
    assert desk.store.ledger.balance(HOLD, "USD") == 0


def test_an_order_that_is_closed_lingers_too() -> None:
    """Closing an order voids its holds in the same way."""
    desk = run("""
        hold       b  o 500 USD             -> authorized 0 0
        close      o  +lingers              -> canceled
    """)
    assert desk.payment("b").lingers == 500


def test_another_amount_than_was_asked() -> None:
    """As if that had been asked; a refund gives all of it back."""
    run("""
        authorize  a  o 1000 USD +other     -> captured 800 0
        refund     a                        -> succeeded 800
        money      a                        -> captured 800 800 0 0
    """)
