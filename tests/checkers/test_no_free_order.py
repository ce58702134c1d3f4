"""no_free_order: what is fulfilled is covered, and fulfilled once."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

GOOD = {
    "captured before it was told": """
        0.1  charge  o-1 p1 primary captured
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1999
    """,
    "authorized is cover enough": """
        0.1  charge  o-1 p1 primary authorized
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1999
    """,
    "split tender adds up": """
        0.1  charge  o-1 p1 primary captured amount=1000
        0.2  charge  o-1 p2 backup authorized amount=999
        0.3  tell    o-1 paid
        50.0 row     o-1 paid 1999
    """,
    "nobody was told, and the money is there at the end": """
        0.1  charge  o-1 p1 primary captured reply=none
        50.0 row     o-1 paid 1999
    """,
    "a refund after it was told paid is a loss, not guilt": """
        0.1  charge  o-1 p1 primary captured
        0.2  tell    o-1 paid
        9.0  refund  p1 r1 1999 succeeded
        50.0 row     o-1 paid 1999
    """,
    "returned goods": """
        0.1  charge  o-1 p1 primary captured
        9.0  refund  p1 r1 1999 succeeded
        50.0 row     o-1 refunded 1999 fulfilled=1
    """,
    "fulfilled as the second of two tries": """
        0.1  charge  o-1 p1 primary captured
        0.2  tell    o-1 paid
        50.0 row     o-1 failed 1999
        50.0 row     o-1-2 paid 1999
    """,
    "not fulfilled and not paid": """
        0.1  charge  o-1 p1 primary failed
        50.0 row     o-1 failed 1999
    """,
}

BAD = {
    "nothing was ever charged": (
        """
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1999
        """,
        "fulfilled without cover",
    ),
    "one cent short": (
        """
        0.1  charge  o-1 p1 primary captured amount=1998
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1999
        """,
        "fulfilled without cover",
    ),
    "believed a forged webhook, and the money came later": (
        """
        0.1  charge  o-1 p1 primary processing
        0.2  webhook p1 captured forged
        0.3  tell    o-1 paid
        6.0  settle  p1 captured
        50.0 row     o-1 paid 1999
        """,
        "fulfilled without cover",
    ),
    "the authorization had been released": (
        """
        0.1  charge  o-1 p1 primary authorized
        0.2  settle  p1 canceled
        0.3  tell    o-1 paid
        50.0 row     o-1 paid 1999
        """,
        "fulfilled without cover",
    ),
    "refunded and fulfilled all the same": (
        """
        0.1  charge  o-1 p1 primary captured reply=none
        9.0  refund  p1 r1 1999 succeeded
        50.0 row     o-1 paid 1999
        """,
        "fulfilled without cover",
    ),
    "charged in another currency": (
        """
        0.1  charge  o-1 p1 primary captured cur=IDR
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1999
        """,
        "fulfilled without cover",
    ),
    "charged and booked in another currency": (
        """
        0.1  charge  o-1 p1 primary captured amount=1800 cur=EUR
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1800 cur=EUR
        """,
        "fulfilled without cover",
    ),
    "fulfilled as two orders": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1999
        50.0 row     o-1-2 paid 1999
        """,
        "fulfilled more than once",
    ),
    "fulfilled twice": (
        """
        0.1  charge  o-1 p1 primary captured
        0.2  tell    o-1 paid
        50.0 row     o-1 paid 1999 fulfilled=2
        """,
        "fulfilled more than once",
    ),
    "said refunded and was never charged": (
        "50.0 row     o-1 refunded 1999 fulfilled=1",
        "fulfilled without cover",
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_the_innocent_are_not_accused(story: str) -> None:
    """Cover counts at the moment when the order was marked paid."""
    assert judge("no_free_order", f"0.0 arrive o-1 1999\n{story}\n60.0 end").valid is True


@pytest.mark.parametrize(("story", "kind"), BAD.values(), ids=BAD)
def test_the_guilty_are_convicted(story: str, kind: str) -> None:
    """Goods that left without money behind them."""
    finding = judge("no_free_order", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == [kind]


def test_without_an_order_book_it_is_unknown() -> None:
    """Nobody knows what was fulfilled."""
    assert judge("no_free_order", "0.0 arrive o-1 5\n1.0 nobook gone").valid is None


def test_an_empty_book_without_orders_is_unknown() -> None:
    """Zero orders examined is unknown, never true."""
    assert judge("no_free_order", "1.0 book 0\n9.0 end").valid is None
