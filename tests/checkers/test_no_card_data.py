"""no_card_data: what was seen where, and where nobody looked."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

COME = "0.0 arrive o-1 1999\n"
CLEAN = "30.0 scan book 5\n 30.0 scan messages 12\n"


@pytest.mark.parametrize(
    ("story", "valid", "count"),
    [
        pytest.param(CLEAN, True, 17, id="clean"),
        pytest.param("30.0 scan log 3 o-1:line\n", False, 3, id="in the log"),
        pytest.param(CLEAN + "30.0 scan messages 1 o-1:create\n", False, 18, id="in one answer"),
        pytest.param("", None, 0, id="nobody looked"),
        pytest.param("30.0 scan log 0 problem=missing\n", None, 0, id="nothing to look at"),
    ],
)
def test_one_sighting_is_too_many(story: str, valid: bool | None, count: int) -> None:
    """And none in nothing is none at all."""
    finding = judge("no_card_data", f"{COME}{story}31.0 end")
    assert (finding.valid, finding.count) == (valid, count)


def test_places_that_nobody_looked_at_are_listed() -> None:
    """With the reason where it is known, also of a place that was seen in part."""
    story = f"{CLEAN}30.0 scan log 0 problem=missing\n30.0 scan book 1 problem=cut\n31.0 end"
    finding = judge("no_card_data", story)
    assert finding.valid is True
    assert finding.summary == (
        "none in the order book (6), messages to shoppers (12); not looked at: the order book "
        "(cut); the merchant's log (missing); notifications; descriptions sent to the gateway"
    )


def test_an_empty_place_was_looked_at() -> None:
    """A log without a line holds no card data; alone it proves nothing."""
    assert judge("no_card_data", "30.0 scan log 0\n31.0 end").valid is None
    finding = judge("no_card_data", f"{CLEAN}30.0 scan log 0\n31.0 end")
    assert "log" not in finding.summary


def test_what_was_seen_is_shown_by_its_last_digits() -> None:
    """Each place by its number of sightings, with the order where it is known."""
    story = f"{COME}30.0 scan book 5 o-1:row\n30.0 scan log 9 x:line-7 found=40\n31.0 end"
    finding = judge("no_card_data", story)
    assert finding.summary.startswith(
        "found in the order book (1), the merchant's log (40); first: card number ****4242 in the "
        "order book, row; not looked at: messages to shoppers; "
    )
    assert kinds(finding) == ["sightings in the order book", "sightings in the merchant's log"]
    assert [example.get("order") for example in finding.examples] == ["o-1", None]
