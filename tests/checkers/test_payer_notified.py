"""payer_notified: whoever's payment went wrong hears so, in time, with a step that helps."""

from __future__ import annotations

import pytest

from simulator.failures.catalogue import FAILURES
from tests.checkers.verdicts import judge, kinds

FAILED = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary failed failure=insufficient_funds
    0.1  failure p1 insufficient_funds
    0.2  tell    o-1 failed
"""
OF_INTENT = FAILED.replace("failure=", "for=pi_a failure=").replace(
    "insufficient_funds", "otp_not_delivered"
)
STOLEN = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary failed
    0.1  failure p1 stolen_card
    0.2  tell    o-1 failed
"""
LATE = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary processing
    0.2  tell    o-1 pending
    30.0 tell    o-1 paid request=poll
    30.0 settle  p1 captured
"""
REFUNDED = """
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary captured
    0.2  tell    o-1 paid
    1.0  refund  p1 r1 1999 pending
"""

GOOD = {
    "told why, and what to do": FAILED + "0.5 notice o-1 insufficient_funds top_up",
    "told by another way": FAILED
    + """
        0.5  notice  o-1 insufficient_funds top_up via=sms lost
        0.9  notice  o-1 insufficient_funds other_card via=email
    """,
    "told in the catalogue's own words": FAILED
    + "0.5 notice o-1 - top_up text="
    + next(row.message for row in FAILURES if row.name == "insufficient_funds").replace(" ", "_"),
    "a hidden reason is told as a general one": STOLEN
    + "0.5 notice o-1 generic_decline other_card",
    "a hidden reason is told as none": STOLEN + "0.5 notice o-1 - contact_bank",
    "one of the reasons that a dialect has one code for": OF_INTENT
    + "0.5 notice o-1 authentication_failed retry_verification",
    "nobody failed to hear what was made good at once": """
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary failed
        0.1  failure p1 issuer_unavailable
        0.5  charge  o-1 p2 backup captured
        0.6  tell    o-1 paid
        1.0  arrive  o-2 500
        1.1  charge  o-2 p3 primary failed
        1.1  failure p3 expired_card
        1.2  tell    o-2 failed
        1.3  notice  o-2 expired_card other_card
        60.0 row     o-1 paid 1999
        60.0 row     o-2 failed 500
    """,
    "asked to wait": LATE + "8.0 notice o-1 transaction_timeout wait_and_check",
    "told of the refund": REFUNDED + "2.0 notice o-1 duplicate_charge follow_refund",
    "told that it came back": REFUNDED
    + """
        2.0  notice  o-1 late_success follow_refund
        9.0  refund  p1 r1 1999 failed
        9.5  notice  o-1 refund_failed contact_support
    """,
    "failed without a payment": """
        0.0  arrive  o-1 1999
        9.0  tell    o-1 failed
        9.2  notice  o-1 connection_failed try_later
    """,
    "nothing can be told while everything is down": """
        0.0  boot
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary failed
        0.1  failure p1 expired_card
        0.2  tell    o-1 failed
        0.3  outage  primary down
        0.3  outage  backup down
        30.0 outage  primary up
        31.0 notice  o-1 expired_card other_card
    """,
}

BAD = {
    "told nothing": (FAILED, "told nothing"),
    "told too late": (FAILED + "15.0 notice o-1 insufficient_funds top_up", "told too late"),
    "the message did not arrive": (
        FAILED + "0.5 notice o-1 insufficient_funds top_up via=sms lost",
        "told in vain",
    ),
    "told something else": (
        FAILED + "0.5 notice o-1 expired_card other_card",
        "told another reason",
    ),
    "told a reason that the dialect's code does not stand for": (
        OF_INTENT + "0.5 notice o-1 expired_card other_card",
        "told another reason",
    ),
    "told no reason": (FAILED + "0.5 notice o-1 - top_up", "told another reason"),
    "a text of nothing": (
        FAILED + "0.5 notice o-1 insufficient_funds top_up text=.",
        "told another reason",
    ),
    "a step that does not help": (
        FAILED + "0.5 notice o-1 insufficient_funds resend_code",
        "told a step that does not help",
    ),
    "no step": (FAILED + "0.5 notice o-1 insufficient_funds -", "told a step that does not help"),
    "a thief learns that the card is known": (
        STOLEN + "0.4 notice o-1 generic_decline other_card\n0.5 notice o-1 stolen_card other_card",
        "hidden reasons given away",
    ),
    "advised to hide": (
        FAILED + "0.5 notice o-1 insufficient_funds top_up text=Use_a_VPN_and_try_again",
        "advised to disguise the country",
    ),
    "blamed": (
        FAILED + "0.5 notice o-1 insufficient_funds top_up text=This_is_your_fault,_top_up",
        "payers blamed",
    ),
    "left waiting": (LATE, "told nothing"),
    "money goes back in silence": (REFUNDED, "told nothing"),
    "a refund comes back in silence": (
        REFUNDED + "2.0 notice o-1 late_success follow_refund\n9.0 refund p1 r1 1999 failed",
        "told nothing",
    ),
    "failed without a payment, in silence": (
        "0.0 arrive o-1 1999\n9.0 tell o-1 failed",
        "told nothing",
    ),
    "one channel down is no excuse": (
        FAILED + "0.0 boot\n0.3 outage primary down\n30.0 outage primary up",
        "told nothing",
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_who_was_told_as_it_should_be(story: str) -> None:
    """In time, with a reason and a step that fit."""
    finding = judge("payer_notified", f"{story}\n60.0 end")
    assert finding.valid is True, finding
    assert finding.count >= 1


@pytest.mark.parametrize(("story", "kind"), BAD.values(), ids=BAD)
def test_who_was_not(story: str, kind: str) -> None:
    """Each way of leaving a payer alone has its name."""
    finding = judge("payer_notified", f"{story}\n60.0 end")
    assert finding.valid is False, finding
    assert kind in kinds(finding)


def test_a_duty_that_is_not_due_yet_accuses_nobody() -> None:
    """The run ended before the time was over."""
    assert judge("payer_notified", f"{FAILED}\n5.0 end").valid is None


def test_nobody_had_anything_to_hear() -> None:
    """Then nothing is known of the shop's manners."""
    story = "0.0 arrive o-1 1999\n0.1 charge o-1 p1 primary captured\n0.2 tell o-1 paid\n60.0 end"
    assert judge("payer_notified", story).valid is None


@pytest.mark.parametrize("row", FAILURES, ids=lambda row: row.name)
def test_every_row_of_the_catalogue_can_be_told(row: object) -> None:
    """The name of a failure, or a general decline, and its best step are always right."""
    name, steps, hidden = row.name, row.next_steps, row.confidential  # type: ignore[attr-defined]
    told = "generic_decline" if hidden else name
    story = STOLEN.replace("stolen_card", name) + f"0.5 notice o-1 {told} {steps[0]}\n60.0 end"
    assert judge("payer_notified", story).valid is True
