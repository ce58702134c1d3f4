"""retry_rules: try again no faster than the gateway and good manners allow."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

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


@pytest.mark.parametrize("story", PACED.values(), ids=PACED)
def test_the_patient_are_not_accused(story: str) -> None:
    """A wait that was kept is kept."""
    finding = judge("retry_rules", f"0.0 arrive o-1 1999\n0.0 tell o-1 pending\n{story}\n60.0 end")
    assert finding.valid is True, finding.summary


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
