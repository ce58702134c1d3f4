"""A payment that is retrying is neither paid nor failed, for every checker that it concerns."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

RETRYING = "0.1 charge o-1 p1 primary retrying key=k1\n0.2 webhook p1 retrying\n"
BOTH_CHECKED = """
    0.0   arrive   o-1 1999
    {first}
    2.0   charge   o-1 p2 backup captured key=k2
    8.0   settle   p1 captured
    8.1   webhook  p1 captured
    20.0  row      o-1 paid 1999 fulfilled=1 ids=p1,p2
    60.0  end
"""


def test_who_pays_again_meanwhile_charges_twice() -> None:
    """Both get through in the end; the charge itself breaks the rules, whatever comes of it."""
    story = BOTH_CHECKED.format(first=RETRYING)
    assert kinds(judge("retry_rules", story)) == ["charged while an attempt was open"]
    assert judge("exactly_once", story).valid is False


@pytest.mark.parametrize(
    ("between", "valid"),
    [
        ("1.0 cancel o-1 primary canceled pay=p1", True),
        ("1.0 cancel o-1 primary", True),
        ("1.0 query o-1 primary p1:retrying", False),
        ("1.0 webhook p1 retrying", False),
        ("1.0 settle p1 failed\n1.1 webhook p1 failed", True),
        ("1.0 settle p1 failed\n1.1 query o-1 primary p1:failed", True),
    ],
)
def test_only_an_end_lets_the_payer_pay_again(between: str, valid: bool) -> None:
    """A cancel, or news of the end; another look that shows it retrying ends nothing."""
    story = f"{RETRYING}{between}\n3.0 charge o-1 p2 backup captured key=k2"
    assert judge("retry_rules", story).valid is valid


def test_told_failed_and_charged_in_the_end() -> None:
    """A shop that reads `retrying` as a failure lies to its shopper."""
    story = f"{RETRYING}0.3 tell o-1 failed\n9.0 settle p1 captured\n30.0 end"
    assert kinds(judge("truth_told", story)) == ["told failed and charged"]


def test_delivered_before_it_was_known_to_fail() -> None:
    """A shop that reads `retrying` as success gives its goods away."""
    story = f"""
        0.0   arrive  o-1 1999
        {RETRYING}
        0.3   tell    o-1 paid
        9.0   settle  p1 failed
        20.0  row     o-1 paid 1999 fulfilled=1 ids=p1
        60.0  end
    """
    assert judge("no_free_order", story).valid is False
    assert kinds(judge("truth_told", story)) == ["told paid and not charged"]


def test_an_order_may_be_pending_for_as_long_as_it_is_retrying() -> None:
    """The clock begins when it has ended."""
    waiting = f"0.0 arrive o-1 1999\n{RETRYING}50.0 row o-1 pending 1999 ids=p1\n60.0 end"
    assert judge("no_stuck_order", waiting).valid is True
    over = f"0.0 arrive o-1 1999\n{RETRYING}9.0 settle p1 failed\n9.1 webhook p1 failed\n"
    stuck = over + "50.0 row o-1 pending 1999 ids=p1\n60.0 end"
    assert judge("no_stuck_order", stuck).valid is False
