"""retry_rules: try again only when, and only as, it is safe."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

#: The first charge left the merchant in doubt; nothing was charged, but how could it know.
DOUBT = "1.0 charge o-1 - primary - reply=none took=0.9 key=k1\n"
#: The same, and a payment was made.
MADE = "1.0 charge o-1 p1 primary failed reply=none took=0.9 key=k1\n"

SAFE = {
    "one charge": "0.1 charge o-1 p1 primary captured key=k1",
    "a payer presses the button of the gateway's page once more": """
        1.0  charge  o-1 - primary - reply=none took=0.9 page
        2.0  charge  o-1 p1 primary captured page
    """,
    "the same key again": DOUBT + "2.0 charge o-1 p1 primary captured key=k1",
    "the same key again and again": (
        DOUBT
        + """
        2.0  charge  o-1 - primary - reply=504 key=k1
        3.0  charge  o-1 p1 primary captured key=k1
        """
    ),
    "the other channel after an answered replay": (
        MADE
        + """
        2.0  charge  o-1 p1 primary failed replay key=k1 retry=soft
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "the other channel after a query that showed the end": (
        MADE
        + """
        2.0  query   o-1 primary p1:failed
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after a query by payment": (
        MADE
        + """
        2.0  query   o-1 primary p1:failed pay=p1
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after the order was closed on that channel": (
        DOUBT
        + """
        2.0  cancel  o-1 primary
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after the payment was canceled": (
        "1.0 charge o-1 p1 primary processing took=0.9 key=k1\n"
        """
        2.0  cancel  o-1 primary canceled pay=p1
        3.0  charge  o-1 p2 backup captured key=k2
        """
    ),
    "after a genuine webhook that showed the end": (
        MADE
        + """
        2.0  webhook p1 failed
        2.1  charge  o-1 p2 backup captured key=k2
        """
    ),
    "while that webhook is still being answered": (
        MADE
        + """
        2.2  charge  o-1 p2 backup captured key=k2
        2.5  webhook p1 failed took=0.4
        """
    ),
    "the other channel at once after 503": (
        "0.1 charge o-1 - primary - reply=503 key=k1\n 0.2 charge o-1 p2 backup captured key=k2"
    ),
    "another key after 429": (
        "0.1 charge o-1 - primary - reply=429 key=k1\n 0.9 charge o-1 p2 primary captured key=k2"
    ),
    "parts of a split payment at once": """
        1.0  charge  o-1 p1 primary captured amount=1000 took=0.9 key=k1
        1.0  charge  o-1 p2 backup captured amount=999 took=0.8 key=k2
    """,
    "a confirmation sent again under another key": """
        1.0  charge  o-1 p1 primary failed reply=none took=0.9 key=k1 operation=confirm
        2.0  charge  o-1 p1 primary failed key=k2 operation=confirm retry=soft
    """,
    "a payment that was not confirmed": """
        0.1  charge  o-1 p1 primary created key=k1
        5.0  charge  o-1 p2 primary captured key=k2
    """,
    "a challenge that was canceled first": """
        0.1  charge  o-1 p1 primary requires_action key=k1
        4.0  cancel  o-1 primary closed
        5.0  charge  o-1 p2 backup captured key=k2
    """,
    "a challenge that its payer did not pass": """
        0.1  charge  o-1 p1 primary requires_action key=k1
        3.0  settle  p1 failed
        3.1  webhook p1 failed
        5.0  charge  o-1 p2 primary captured key=k2
    """,
}

UNSAFE = {
    "while the payer may still pass the challenge": """
        0.1  charge  o-1 p1 primary requires_action key=k1
        5.0  charge  o-1 p2 primary captured key=k2
    """,
    "a new key": DOUBT + "2.0 charge o-1 p1 primary captured key=k2",
    "no key": (
        "1.0 charge o-1 - primary - reply=none took=0.9\n 2.0 charge o-1 p1 primary captured"
    ),
    "another channel": DOUBT + "2.0 charge o-1 p1 backup captured key=k1",
    "another channel, and it was refused": DOUBT + "2.0 charge o-1 - backup - reply=503 key=k2",
    "after 500": (
        "0.1 charge o-1 - primary - reply=500 key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after 502": (
        "0.1 charge o-1 - primary - reply=502 key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after 504": (
        "0.1 charge o-1 - primary - reply=504 key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after half an answer": (
        "0.1 charge o-1 p1 primary captured reply=partial key=k1\n"
        "0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after a whole answer that makes no sense": (
        "0.1 charge o-1 p1 primary captured told=- key=k1\n0.9 charge o-1 p2 backup captured key=k2"
    ),
    "after a decline that says to ask first": (
        "0.1 charge o-1 p1 primary failed retry=query key=k1\n"
        "0.9 charge o-1 p2 backup captured key=k2"
    ),
    "while the payment is processing": (
        "0.1 charge o-1 p1 primary processing key=k1\n 0.9 charge o-1 p2 backup captured key=k2"
    ),
    "while the first request is on its way": (
        "5.0 charge o-1 p1 primary captured took=4.9 key=k1\n"
        "2.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a query that found nothing": (
        DOUBT + "2.0 query o-1 primary\n 3.0 charge o-1 p1 backup captured key=k2"
    ),
    "after a query that showed it under way": (
        "1.0 charge o-1 p1 primary processing reply=none took=0.9 key=k1\n"
        "2.0 query o-1 primary p1:processing\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a query on the other channel": (
        MADE + "2.0 query o-1 backup p1:failed\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a query whose answer was lost": (
        MADE
        + "2.0 query o-1 primary p1:failed reply=none\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a cancel that was refused": (
        DOUBT + "2.0 cancel o-1 primary reply=409\n 3.0 charge o-1 p1 backup captured key=k2"
    ),
    "after a cancel on the other channel": (
        DOUBT + "2.0 cancel o-1 backup\n 3.0 charge o-1 p1 backup captured key=k2"
    ),
    "after a forged webhook": (
        MADE + "2.0 webhook p1 failed forged\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a webhook that ends nothing": (
        MADE + "2.0 webhook p1 processing\n 3.0 charge o-1 p2 backup captured key=k2"
    ),
    "after a replay that was refused": (
        DOUBT
        + """
        2.0  charge  o-1 - primary - reply=409 key=k1
        3.0  charge  o-1 p1 backup captured key=k2
        """
    ),
    "two charges that together are one cent too much": """
        1.0  charge  o-1 p1 primary captured amount=1000 took=0.9 key=k1
        1.0  charge  o-1 p2 backup captured amount=1000 took=0.8 key=k2
    """,
}

PACED = {
    "a soft decline retried": """
        0.1  charge  o-1 p1 primary failed retry=soft token=tok_a key=k1
        2.0  charge  o-1 p2 primary captured token=tok_a key=k2
    """,
    "a hard decline, and another card": """
        0.1  charge  o-1 p1 primary failed retry=hard token=tok_a key=k1
        2.0  charge  o-1 p2 primary captured token=tok_b key=k2
    """,
    "a hard decline, and the payer insists": """
        0.1  charge  o-1 p1 primary failed retry=hard token=tok_a key=k1
        0.2  tell    o-1 failed
        2.0  charge  o-1 p2 primary failed retry=hard token=tok_a key=k2
        2.1  tell    o-1 failed request=pay sent=1.9
    """,
    "a payer tries the same card again on the gateway's page": """
        0.1  charge  o-1 p1 primary failed retry=hard token=tok_a page
        2.0  charge  o-1 p2 primary captured token=tok_a page
    """,
    "a hard decline that came later, and the payer insists": """
        0.1  charge  o-1 p1 primary requires_action token=tok_a key=k1
        0.9  failure p1 stolen_card
        1.0  settle  p1 failed
        1.1  webhook p1 failed
        2.0  charge  o-1 p2 primary captured token=tok_a key=k2
        2.1  tell    o-1 paid request=pay sent=1.9
    """,
    "a soft decline that came later, retried": """
        0.1  charge  o-1 p1 primary requires_action token=tok_a key=k1
        0.9  failure p1 authentication_timeout
        1.0  settle  p1 failed
        1.1  webhook p1 failed
        2.0  charge  o-1 p2 primary captured token=tok_a key=k2
    """,
    "a hard decline replayed under its key": """
        0.1  charge  o-1 p1 primary failed retry=hard token=tok_a key=k1
        2.0  charge  o-1 p1 primary failed replay retry=hard token=tok_a key=k1
    """,
    "told by a decline to wait, and another card": """
        0.1  charge  o-1 p1 primary failed retry=soft after=60 token=tok_a key=k1
        2.0  charge  o-1 p2 primary captured token=tok_b key=k2
    """,
    "too many attempts, and another card": """
        0.1  charge  o-1 p1 primary failed retry=soft failure=too_many_attempts token=tok_a key=k1
        2.0  charge  o-1 p2 primary captured token=tok_b key=k2
    """,
    "too many attempts, and the payer insists": """
        0.1  charge  o-1 p1 primary failed retry=soft failure=too_many_attempts token=tok_a key=k1
        0.2  tell    o-1 failed
        2.0  charge  o-1 p2 primary captured token=tok_a key=k2
        2.1  tell    o-1 paid request=pay sent=1.9
    """,
    "a refusal with Retry-After looked up under its key": """
        0.1  charge  o-1 p1 primary failed retry=soft after=60 token=tok_a key=k1
        2.0  charge  o-1 p1 primary failed replay retry=soft after=60 token=tok_a key=k1
    """,
    "Retry-After at a page is the payer's": """
        0.1  charge  o-1 p1 primary requires_action key=k1
        1.0  charge  o-1 - primary - reply=429 after=9 operation=authenticate
        2.0  charge  o-1 p1 primary captured operation=authenticate
    """,
    "Retry-After is kept": """
        0.1  charge  o-1 - primary - reply=429 after=2 key=k1
        2.2  charge  o-1 p1 primary captured key=k1
    """,
    "Retry-After, and the payer pays again": """
        0.1  charge  o-1 - primary - reply=429 after=2 key=k1
        0.2  tell    o-1 failed
        1.1  charge  o-1 p1 primary captured key=k2
        1.2  tell    o-1 paid request=pay sent=1.0
    """,
    "Retry-After of one channel does not bind the other": """
        0.1  charge  o-1 - primary - reply=429 after=2 key=k1
        0.2  charge  o-1 p1 backup captured key=k2
    """,
    "Retry-After of a query does not bind a charge": """
        0.1  query   o-1 primary reply=429 after=2
        0.2  charge  o-1 p1 primary captured key=k1
    """,
    "a retry exactly at the backoff": """
        0.1  charge  o-1 - primary - reply=503 key=k1
        0.21 charge  o-1 p1 primary captured key=k1
    """,
    "a timeout was wait enough": """
        2.1  charge  o-1 - primary - reply=none took=2 key=k1
        2.12 charge  o-1 p1 primary captured key=k1
    """,
    "the payer was quick after an error": """
        0.1  charge  o-1 - primary - reply=503 key=k1
        0.11 tell    o-1 failed
        0.14 charge  o-1 p1 primary captured key=k2
        0.15 tell    o-1 paid request=pay sent=0.12
    """,
    "one quick retry among slow ones": """
        0.1  charge  o-1 - primary - reply=503 key=k1
        0.12 charge  o-1 - primary - reply=503 key=k1
        0.5  charge  o-1 - primary - reply=503 key=k1
        1.5  charge  o-1 p1 primary captured key=k1
    """,
    "three quick queries": "".join(
        f"{at:.2f} query o-1 primary\n" for at in (1.0, 1.05, 1.1, 1.15)
    ),
    "queries at the pace of the profile": "".join(
        f"{at / 5 + 1:.1f} query o-1 primary\n" for at in range(20)
    ),
    "quick queries of both channels and of a refund": "".join(
        f"{at / 10 + 1:.1f} query o-1 {('primary', 'backup', 'primary refund=r1')[at % 3]}\n"
        for at in range(18)
    ),
    "looks once a second at each of two payments": (
        "0.1 charge o-1 p1 primary captured\n0.2 charge o-1 p2 primary captured key=k2\n"
        + "".join(
            f"{at}.0 query o-1 primary pay=p1\n{at}.05 query o-1 primary pay=p2\n"
            for at in range(1, 20)
        )
    ),
    "queries that webhooks prompted": (
        "0.1 charge o-1 p1 primary captured\n"
        + "".join(f"1.{at}1 webhook p1 captured\n 1.{at}3 query o-1 primary\n" for at in range(9))
    ),
}

RASH = {
    "a hard decline on the same card": (
        """
        0.1  charge  o-1 p1 primary failed retry=hard token=tok_a key=k1
        2.0  charge  o-1 p2 primary captured token=tok_a key=k2
        """,
        "hard decline retried",
    ),
    "a hard decline on the same card elsewhere": (
        """
        0.1  charge  o-1 p1 primary failed retry=hard token=tok_a key=k1
        2.0  charge  o-1 p2 backup captured token=tok_a key=k2
        """,
        "hard decline retried",
    ),
    "a hard decline that came later, on the same card": (
        """
        0.1  charge  o-1 p1 primary requires_action token=tok_a key=k1
        0.9  failure p1 stolen_card
        1.0  settle  p1 failed
        1.1  webhook p1 failed
        2.0  charge  o-1 p2 backup captured token=tok_a key=k2
        """,
        "hard decline retried",
    ),
    "too many attempts, and one more": (
        """
        0.1  charge  o-1 p1 primary failed retry=soft failure=too_many_attempts token=tok_a key=k1
        2.0  charge  o-1 p2 primary captured token=tok_a key=k2
        """,
        "haste retried",
    ),
    "a card that was used too often, elsewhere": (
        """
        0.1  charge  o-1 p1 primary failed retry=soft failure=frequency_limit_exceeded token=t
        9.0  charge  o-1 p2 backup captured token=t key=k2
        """,
        "haste retried",
    ),
    "told by a decline to wait": (
        """
        0.1  charge  o-1 p1 primary failed retry=soft after=60 token=tok_a key=k1
        2.0  charge  o-1 p2 primary captured token=tok_a key=k2
        """,
        "sent before Retry-After was over",
    ),
    "Retry-After ignored": (
        """
        0.1  charge  o-1 - primary - reply=429 after=2 key=k1
        1.1  charge  o-1 p1 primary captured key=k1
        """,
        "sent before Retry-After was over",
    ),
    "Retry-After ignored, and the payer paid again later": (
        """
        0.1  charge  o-1 - primary - reply=429 after=2 key=k1
        1.1  charge  o-1 p1 primary failed key=k1
        1.2  tell    o-1 failed
        3.1  charge  o-1 p2 primary captured key=k2
        3.2  tell    o-1 paid request=pay sent=3.0
        """,
        "sent before Retry-After was over",
    ),
    "Retry-After of a query ignored, and the payer paid again": (
        """
        0.1  query   o-1 primary reply=429 after=2
        1.1  query   o-1 primary
        1.2  tell    o-1 failed request=pay sent=1.0
        """,
        "sent before Retry-After was over",
    ),
    "Retry-After of a query ignored": (
        """
        0.1  query   o-1 primary reply=429 after=2
        1.1  query   o-1 primary
        """,
        "sent before Retry-After was over",
    ),
    "no backoff after an error": (
        """
        0.1  charge  o-1 - primary - reply=503 key=k1
        0.15 charge  o-1 p1 primary captured key=k1
        """,
        "sent again without backoff",
    ),
    "no backoff after a reset": (
        """
        0.1  charge  o-1 - primary - reply=none took=0.01 key=k1
        0.15 charge  o-1 p1 primary captured key=k1
        """,
        "sent again without backoff",
    ),
    "polled at forty a second": (
        "".join(f"{1 + at / 40:.3f} query o-1 primary\n" for at in range(10)),
        "polled too fast",
    ),
    "one of two payments polled at forty a second": (
        "0.1 charge o-1 p1 primary captured\n"
        + "".join(f"{1 + at / 40:.3f} query o-1 primary pay=p1\n" for at in range(10)),
        "polled too fast",
    ),
}


@pytest.mark.parametrize("story", [*SAFE.values(), *PACED.values()], ids=[*SAFE, *PACED])
def test_the_careful_are_not_accused(story: str) -> None:
    """What is conclusive ends the doubt, and a wait that was kept is kept."""
    finding = judge("retry_rules", f"0.0 arrive o-1 1999\n0.0 tell o-1 pending\n{story}\n60.0 end")
    assert finding.valid is True, finding.summary


@pytest.mark.parametrize("story", UNSAFE.values(), ids=UNSAFE)
def test_charging_in_doubt_is_convicted(story: str) -> None:
    """Luck is no excuse."""
    finding = judge("retry_rules", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == ["charged while an attempt was open"]


@pytest.mark.parametrize(("story", "kind"), RASH.values(), ids=RASH)
def test_haste_is_convicted(story: str, kind: str) -> None:
    """Each rule of pace has its own kind."""
    finding = judge("retry_rules", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == [kind]


def test_kinds_of_trouble_are_judged_apart() -> None:
    """Slow retries after one kind do not excuse quick ones after another."""
    slow = "".join(
        f"{at}.1 charge o-{at} - primary - reply=503 key=k\n"
        f"{at}.9 charge o-{at} p{at} primary captured key=k\n"
        for at in range(1, 9)
    )
    quick = "20.0 charge q-1 - primary - reply=429 key=k\n20.02 charge q-1 p primary captured key=k"
    finding = judge("retry_rules", f"0.0 arrive o-1 1999\n0.0 arrive q-1 1999\n{slow}{quick}")
    assert [example["order"] for example in finding.examples] == ["q-1"]


def test_the_paces_are_parameters() -> None:
    """A profile may allow more, a scenario may ask for more."""
    story = """
        0.0  arrive  o-1 1999
        0.1  charge  o-1 - primary - reply=503 key=k1
        0.15 charge  o-1 p1 primary captured key=k1
    """
    assert judge("retry_rules", story, backoff="20ms").valid is True
    polls = "0.0 arrive o-1 5\n" + "".join(f"{at}.0 query o-1 primary\n" for at in range(1, 7))
    assert judge("retry_rules", polls).valid is True
    assert judge("retry_rules", polls, poll_every="2s").valid is False
    assert judge("retry_rules", polls, poll_every="2s", quick_polls=5).valid is True


def test_without_a_charge_or_a_query_it_is_unknown() -> None:
    """Nobody tried, so nobody retried."""
    assert judge("retry_rules", "0.0 arrive o-1 1999\n60.0 end").valid is None
