"""What a merchant can conclude from a reply, and when an effort to charge is over."""

from __future__ import annotations

from math import inf

import pytest

from simulator.checkers.attempts import efforts, reading
from simulator.journal.entry import Exchange
from tests.journal.story import ZERO, history


def _reply(**fields: object) -> Exchange:
    told = {"status": 201, "told": "captured"} | fields
    return Exchange(
        source="gateway",
        wall=0.0,
        mono=1.0,
        id="ex",
        channel="primary",
        operation="authorize",
        received=0.0,
        **told,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "done"),
        ({"told": "authorized"}, "done"),
        ({"status": 402, "told": "failed", "retry": "soft"}, "done"),
        ({"status": 402, "told": "failed", "retry": "query"}, "info"),
        *(({"status": status, "told": "failed"}, "done") for status in (400, 503)),
        ({"status": 503, "told": "failed", "sent": "partial"}, "info"),
        ({"told": "created"}, "pending"),
        ({"told": "requires_action"}, "info"),
        ({"told": "processing"}, "info"),
        ({"told": "retrying"}, "info"),
        ({"told": None}, "info"),
        ({"sent": "none", "status": None}, "info"),
        ({"sent": "partial"}, "info"),
        *(({"status": status, "told": None}, "info") for status in (500, 502, 504)),
        *(
            ({"status": status, "told": None}, "spared")
            for status in (400, 403, 409, 422, 429, 503)
        ),
    ],
)
def test_replies_are_read_as_the_contract_says(fields: dict[str, object], expected: str) -> None:
    """Refused, 429 and 503 charge nothing; 502, 504, reset, truncate and garbage tell nothing."""
    assert reading(_reply(**fields)) == expected


def test_one_key_on_one_channel_is_one_effort() -> None:
    """The same key elsewhere is another effort; so is each request without a key."""
    found = efforts(
        history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 - primary - reply=none key=k1
        0.5  charge  o-1 p1 primary captured key=k1
        0.6  charge  o-1 - backup - reply=503 key=k1
        0.7  charge  o-1 - backup - reply=503
        0.8  charge  o-1 - backup - reply=503
        """).orders["o-1"]
    )
    assert [(each.channel, len(each.exchanges), each.payments) for each in found] == [
        ("primary", 2, {"p1"}),
        ("backup", 1, set()),
        ("backup", 1, set()),
        ("backup", 1, set()),
    ]
    assert found[0].ended == ZERO + 0.5
    assert found[0].open_since(ZERO + 0.3) == pytest.approx(ZERO + 0.09)
    assert found[0].open_since(ZERO + 0.05) is None
    assert found[0].open_since(ZERO + 0.5) is None
    assert found[1].ended == inf
    assert found[1].open_since(ZERO + 9.0) is None


def test_both_payments_of_a_duplicate_belong_to_its_effort() -> None:
    """Whichever the merchant hears of ends the doubt."""
    (effort,) = efforts(
        history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured reply=none key=k1
        3.0  webhook p1 captured
        """).orders["o-1"]
    )
    assert (effort.payments, effort.ended, effort.amount) == ({"p1"}, ZERO + 3.0, 1999)


def test_all_tries_for_one_intent_are_one_effort_up_to_the_first_that_ends() -> None:
    """It is paid once only, under whatever keys; after a decline the payer may try it anew."""
    found = efforts(
        history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 - primary - reply=none key=k1 for=pi_a
        0.5  charge  o-1 p1 primary failed key=k2 for=pi_a
        0.6  charge  o-1 - primary - reply=none key=k3 for=pi_a pay=p1
        0.7  charge  o-1 - primary - reply=none key=k4 for=pi_b
        """).orders["o-1"]
    )
    assert [(len(each.exchanges), each.payments) for each in found] == [
        (2, {"p1"}),
        (1, set()),
        (1, set()),
    ]
    assert found[0].ended == ZERO + 0.5
    assert found[1].open_since(ZERO + 0.65) == pytest.approx(ZERO + 0.59)


def test_a_webhook_that_says_the_intent_is_canceled_ends_its_effort() -> None:
    """Nothing was charged for it, so there is no payment that the event could be about."""
    (effort,) = efforts(
        history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 - primary - reply=none key=k1 for=pi_a
        3.0  webhook - payment_intent.canceled thing=pi_a order=o-1
        """).orders["o-1"]
    )
    assert effort.ended == ZERO + 3.0
