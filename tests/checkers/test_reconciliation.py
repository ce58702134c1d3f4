"""reconciliation: every difference in the statement is found, none invented, no money moved."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

PAID = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary captured
    0.2  tell    o-1 paid
"""
ROW = "50.0 row o-1 paid 1999 ids=p1\n"


def booked(kind: str) -> str:
    """A charge that the statement has wrong."""
    return PAID + f"0.1 booked p1 {kind}\n" + ROW


GOOD = {
    "left out and found": booked("missing") + "50.0 found p1 missing\n50.0 list 1",
    "late and called missing": booked("late") + "50.0 found p1 missing\n50.0 list 1",
    "late and called late": booked("late") + "50.0 found p1 late status=resolved\n50.0 list 1",
    "the phantom is found": booked("extra") + "50.0 found p1e0 extra\n50.0 list 1",
    "the amount is found": booked("wrong_amount") + "50.0 found p1 wrong_amount\n50.0 list 1",
    "all is right and nothing listed": PAID + ROW + "50.0 list 0",
    "what cleared up accuses nobody": PAID
    + ROW
    + "50.0 found p1 missing status=resolved\n50.0 list 1",
    "a charge that was not known for a while": PAID
    + ROW
    + "50.0 found p1 unknown_here\n50.0 list 1",
    "too young to be due": PAID + ROW + "45.0 booked p1 missing\n50.0 list 0",
}

BAD = {
    "missed": (booked("missing") + "50.0 list 0", "differences missed"),
    "called by another name": (
        booked("wrong_amount") + "50.0 found p1 missing\n50.0 list 1",
        "differences missed",
    ),
    "no list at all": (booked("extra") + "50.0 list 0 absent problem=404", "differences missed"),
    "invented": (PAID + ROW + "50.0 found p1 missing\n50.0 list 1", "differences invented"),
    "a payment of nobody": (
        PAID + ROW + "50.0 found p9 unknown_here\n50.0 list 1",
        "differences invented",
    ),
    "given back for it": (
        booked("missing") + "9.0 refund p1 r1 1999 succeeded\n50.0 found p1 missing\n50.0 list 1",
        "refunded for an error of the statement",
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_a_shop_that_compares(story: str) -> None:
    """It has all of them on its list, and nothing else."""
    within = "50s" if "45.0 booked" in story else "15s"
    finding = judge("reconciliation", f"{story}\n50.0 end", within=within)
    assert finding.valid is True, finding


@pytest.mark.parametrize(("story", "kind"), BAD.values(), ids=BAD)
def test_a_shop_that_does_not(story: str, kind: str) -> None:
    """What it missed, invented, or paid for."""
    finding = judge("reconciliation", f"{story}\n50.0 end")
    assert finding.valid is False, finding
    assert kind in kinds(finding)


@pytest.mark.parametrize("story", [PAID + ROW, PAID + ROW + "50.0 list 0 problem=timeout"])
def test_a_list_that_nobody_could_read(story: str) -> None:
    """It may have been right."""
    assert judge("reconciliation", f"{story}\n50.0 end").valid is None


def test_nothing_to_compare() -> None:
    """Nobody paid anything."""
    assert judge("reconciliation", "0.0 arrive o-1 1999\n50.0 list 0\n50.0 end").valid is None
