"""What reversals and disputes take back is a loss, not guilt; what comes back is owed again."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

#: One shopper, one order of 19.99.
CAME = "0.0 arrive o-1 1999\n"
PAID = "0.1 charge o-1 p1 primary captured\n0.2 tell o-1 paid\n50.0 row o-1 paid 1999\n"
TWICE = PAID + "0.3 charge o-1 p2 backup captured key=k2\n"
FAILED = "0.1 charge o-1 p1 primary captured reply=none\n50.0 row o-1 failed 1999\n"
REVERSED = "0.1 charge o-1 p1 primary captured\n1.0 lose p1 1999\n50.0 row o-1 paid 1999\n"
HELD = "0.1 charge o-1 p1 primary authorized\n50.0 row o-1 paid 1999\n"
TAKEN_BACK = "0.9 failure p1 reversed_after_approval\n1.0 settle p1 canceled\n"

MONEY = ("exactly_once", "no_orphan_charge", "no_free_order", "truth_told", "books_agree")

SOUND = {
    "a sale is disputed": (PAID + "9.0 lose p1 1999", MONEY),
    "a sale is disputed, and the merchant wins": (
        PAID + "9.0 lose p1 1999\n30.0 lose p1 -1999",
        MONEY,
    ),
    "a charge of a failed order is reversed": (
        FAILED + "5.0 lose p1 1999",
        ("exactly_once", "no_orphan_charge", "no_free_order"),
    ),
    "a second charge is disputed": (
        TWICE + "5.0 lose p2 1999",
        ("exactly_once", "no_orphan_charge"),
    ),
    "a second charge was disputed in vain and then refunded": (
        TWICE + "5.0 lose p2 1999\n20.0 lose p2 -1999\n25.0 refund p2 r1 1999 succeeded",
        (*MONEY, "refund_once"),
    ),
    "a part was refunded and the rest is disputed": (
        PAID + "3.0 refund p1 r1 500 succeeded\n5.0 lose p1 1499",
        ("refund_once", "exactly_once"),
    ),
    "reversed just before the shopper was told paid": (
        REVERSED + "3.0 tell o-1 paid",
        ("no_free_order",),
    ),
    "a hold was taken back just before the shopper was told paid": (
        HELD + TAKEN_BACK + "3.0 tell o-1 paid",
        ("no_free_order",),
    ),
    "a hold was taken back long after": (
        HELD + "0.2 tell o-1 paid\n19.0 failure p1 reversed_after_approval\n20 settle p1 canceled",
        ("no_free_order",),
    ),
}

GUILTY = {
    "a dispute over a failed order was won, and the money kept": (
        FAILED + "5.0 lose p1 1999\n20.0 lose p1 -1999",
        "no_orphan_charge",
        "charged and never fulfilled",
    ),
    "a dispute over a second charge was won, and the money kept": (
        TWICE + "5.0 lose p2 1999\n20.0 lose p2 -1999",
        "exactly_once",
        "charged too much at the end",
    ),
    "a second charge is disputed, and refunded as well": (
        TWICE + "5.0 lose p2 1999\n20.0 refund p2 r1 1999 succeeded",
        "refund_once",
        "refunded though disputed",
    ),
    "fulfilled long after the money was reversed": (
        REVERSED + "30.0 tell o-1 paid",
        "no_free_order",
        "fulfilled without cover",
    ),
    "fulfilled long after the hold was taken back": (
        HELD + TAKEN_BACK + "30.0 tell o-1 paid",
        "no_free_order",
        "fulfilled without cover",
    ),
    "fulfilled just after the shop itself let go of the hold": (
        HELD + "1.0 settle p1 canceled\n3.0 tell o-1 paid",
        "no_free_order",
        "fulfilled without cover",
    ),
}


@pytest.mark.parametrize(("story", "checkers"), SOUND.values(), ids=SOUND)
def test_a_loss_is_no_guilt(story: str, checkers: tuple[str, ...]) -> None:
    """Nobody is accused of what the payer's bank did, nor of what it could not know yet."""
    for checker in checkers:
        found = judge(checker, f"{CAME}{story}\n60.0 end")
        assert found.valid is True, (checker, found)


@pytest.mark.parametrize(("story", "checker", "kind"), GUILTY.values(), ids=GUILTY)
def test_what_came_back_is_owed_again(story: str, checker: str, kind: str) -> None:
    """Money that a dispute gave back, or goods for money that had long gone."""
    found = judge(checker, f"{CAME}{story}\n60.0 end")
    assert (found.valid, kinds(found)) == (False, [kind])
