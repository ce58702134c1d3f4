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
