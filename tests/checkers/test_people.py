"""Shoppers who click twice, reload or use two tabs: many requests, one order, judged as one."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

CLICKS = """
    0.0  arrive  o-1 1999
    1.0  tell    o-1 pending request=create sent=0.1
    1.1  tell    o-1 paid    request=create sent=0.0
"""
ONCE = "0.9 charge o-1 p1 primary captured key=a took=0.8\n"
TWICE = ONCE + "1.0 charge o-1 p2 primary captured key=b took=0.8\n"
ROW = "5.0 row o-1 paid 1999\n 30.0 end\n"
#: The first tab's card is declined, the second tab's is good.
TABS = """
    0.0  arrive  o-1 1999
    0.3  charge  o-1 p1 primary failed key=a
    0.4  tell    o-1 failed request=create sent=0.0
    1.0  charge  o-1 p2 primary captured key=b
    1.1  tell    o-1 paid   request=pay sent=0.9
"""


@pytest.mark.parametrize("checker", ["exactly_once", "retry_rules", "truth_told", "no_free_order"])
def test_two_clicks_are_one_order(checker: str) -> None:
    """Two answers to two requests for one order, charged once: nothing is wrong with that."""
    assert judge(checker, CLICKS + ONCE + ROW).valid is True
    assert judge(checker, TABS + ROW).valid is True


def test_two_clicks_that_are_charged_twice_are_found() -> None:
    """The shopper asked twice and bought once; that the second click came first is no excuse."""
    story = CLICKS + TWICE + ROW
    assert judge("exactly_once", story).valid is False
    rules = judge("retry_rules", story)
    assert kinds(rules) == ["charged while an attempt was open"]


def test_a_reload_that_is_charged_again_is_found() -> None:
    """The page said paid, was loaded anew, and the order was sent again: it is paid already."""
    story = """
        0.0  arrive  o-1 1999
        0.2  charge  o-1 p1 primary captured key=a
        0.3  tell    o-1 paid request=create sent=0.0
        2.0  charge  o-1 p2 primary captured key=b
        2.1  tell    o-1 paid request=create sent=1.9
    """
    assert judge("exactly_once", story + ROW).valid is False
    assert judge("books_agree", story + ROW).valid is False


def test_the_last_word_of_any_tab_counts() -> None:
    """A first tab that is told failed when the second has paid leaves the shopper misled."""
    late = TABS.replace("0.4  tell", "1.5  tell")
    found = judge("truth_told", late + ROW)
    assert found.valid is False
    assert kinds(found) == ["told failed and charged"]
