"""truth_told: the last statement to the shopper agrees with the money."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

CHARGED = "0.1 charge o-1 p1 primary captured\n"

GOOD = {
    "paid and charged": CHARGED + "0.2 tell o-1 paid",
    "paid and authorized": "0.1 charge o-1 p1 primary authorized\n 0.2 tell o-1 paid",
    "failed and not charged": "0.1 charge o-1 p1 primary failed\n 0.2 tell o-1 failed",
    "failed, charged late, and refunded": """
        0.1  charge  o-1 p1 primary processing told=failed
        0.2  tell    o-1 failed
        6.0  settle  p1 captured
        9.0  refund  p1 r1 1999 pending
    """,
    "failed first and paid in the end": """
        0.1  charge  o-1 p1 primary failed
        0.2  tell    o-1 failed
        5.0  charge  o-1 p2 primary captured
        5.1  tell    o-1 paid request=pay
    """,
    "told paid by a poll": CHARGED + "0.2 tell o-1 pending\n 3.0 tell o-1 paid request=poll",
    "paid, and reversed later: a loss, and no lie": CHARGED
    + "0.2 tell o-1 paid\n 9.0 lose p1 1999\n 50.0 row o-1 paid 1999",
    "a notice says failed, and it is": "0.1 charge o-1 p1 primary failed\n 0.2 tell o-1 failed\n"
    "0.3 notice o-1 insufficient_funds top_up",
    "a notice that did not arrive says nothing": CHARGED
    + "0.2 tell o-1 paid\n 0.3 notice o-1 insufficient_funds top_up lost",
    "the page is newer than the notice": CHARGED
    + "0.2 notice o-1 insufficient_funds top_up\n 5.0 tell o-1 paid request=poll",
    "paid, and refunded later": """
        0.1  charge  o-1 p1 primary captured
        0.2  tell    o-1 paid
        9.0  refund  p1 r1 1999 succeeded
        50.0 row     o-1 refunded 1999
    """,
}

BAD = {
    "told failed after a timeout, and charged": (
        "0.1 charge o-1 p1 primary captured reply=none\n 2.0 tell o-1 failed",
        "told failed and charged",
    ),
    "told failed, then nothing more that says anything": (
        CHARGED
        + """
        0.2  tell    o-1 failed
        0.5  tell    o-1 - request=poll code=500
        0.9  tell    o-1 pending request=poll
        """,
        "told failed and charged",
    ),
    "refunded, all but one cent": (
        CHARGED + "0.2 tell o-1 failed\n 1.0 refund p1 r1 1998 succeeded",
        "told failed and charged",
    ),
    "told failed by a notice, and charged": (
        CHARGED + "0.2 tell o-1 pending\n 0.3 notice o-1 insufficient_funds top_up",
        "told failed and charged",
    ),
    "told paid, and then failed by a notice": (
        CHARGED + "0.2 tell o-1 paid\n 0.3 notice o-1 expired_card other_card",
        "told failed and charged",
    ),
    "told paid without a charge": ("0.2 tell o-1 paid", "told paid and not charged"),
    "told paid, but the charge was declined": (
        "0.1 charge o-1 p1 primary failed\n 0.2 tell o-1 paid",
        "told paid and not charged",
    ),
    "told paid, and the wrong payment was refunded": (
        CHARGED + "0.2 tell o-1 paid\n 1.0 refund p1 r1 1999 succeeded\n 9.0 row o-1 paid 1999",
        "told paid and not charged",
    ),
    "said refunded and never was charged": (
        "0.2 tell o-1 paid\n 9.0 row o-1 refunded 1999",
        "told paid and not charged",
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_the_innocent_are_not_accused(story: str) -> None:
    """What was said last is what counts."""
    assert judge("truth_told", f"0.0 arrive o-1 1999\n{story}\n60.0 end").valid is True


@pytest.mark.parametrize(("story", "kind"), BAD.values(), ids=BAD)
def test_the_guilty_are_convicted(story: str, kind: str) -> None:
    """A lie is a lie even if nobody meant it."""
    finding = judge("truth_told", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == [kind]


def test_an_error_and_pending_are_no_statements() -> None:
    """A shopper who heard nothing was told no lie; with none told, nothing is known."""
    story = f"0.0 arrive o-1 1999\n{CHARGED}0.2 tell o-1 - code=503\n 0.9 tell o-1 pending"
    finding = judge("truth_told", f"{story}\n60.0 end")
    assert (finding.valid, finding.count) == (None, 0)


def test_a_statement_after_judge_time_does_not_count() -> None:
    """The last statement by J."""
    story = f"0.0 arrive o-1 1999\n{CHARGED}0.2 tell o-1 paid\n60.0 end\n61.0 tell o-1 failed"
    assert judge("truth_told", story).valid is True


LATE = """
    0.1  charge  o-1 p1 primary processing told=failed
    0.2  tell    o-1 failed
    50.0 settle  p1 captured
    59.0 row     o-1 failed 1999
    60.0 end
"""


def test_money_that_could_still_go_back_in_time_proves_nothing() -> None:
    """The drill was judged before a sound merchant had to be done; afterwards it is a lie."""
    story = f"0.0 arrive o-1 1999\n{LATE}"
    finding = judge("truth_told", story, refund_within="15s")
    assert (finding.valid, finding.count) == (None, 1)
    assert "still in time to be put right" in finding.summary
    assert judge("truth_told", story, refund_within="9s").valid is False
    served = story.replace("o-1 failed 1999", "o-1 paid 1999")
    assert judge("truth_told", served, refund_within="15s").valid is False


def test_one_who_is_late_is_not_excused_by_one_who_is_not() -> None:
    """What is certain decides."""
    late = LATE.replace("50.0", "5.0").replace("o-1", "o-2").replace("p1", "p2")
    story = f"0.0 arrive o-1 1999\n0.0 arrive o-2 1999\n{LATE}{late}"
    finding = judge("truth_told", story)
    assert (finding.valid, len(finding.examples)) == (False, 1)
    assert finding.examples[0]["order"] == "o-2"


def test_who_could_not_know_had_time() -> None:
    """The channel was down since before the money came."""
    story = f"0.0 arrive o-1 1999\n40.0 outage primary down\n{LATE}"
    assert judge("truth_told", story, refund_within="1s").valid is None


@pytest.mark.parametrize(
    "told",
    [
        "0.2 tell o-1 pending\n0.3 notice o-1 transaction_timeout wait_and_check",
        "0.2 notice o-1 insufficient_funds top_up\n5.0 tell o-1 pending request=pay",
    ],
    ids=["a notice that asks to wait", "who pays again asks anew"],
)
def test_what_is_no_statement(told: str) -> None:
    """Nobody was told paid or failed, or what was told no longer stands."""
    story = f"0.0 arrive o-1 1999\n0.1 charge o-1 p1 primary captured\n{told}\n60.0 end"
    assert judge("truth_told", story).valid is None
