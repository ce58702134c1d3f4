"""books_agree: the order book and the ledger tell the same sums."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge, kinds

CHARGED = "0.1 charge o-1 p1 primary captured\n"
TWICE = CHARGED + "0.2 charge o-1 p2 backup captured\n"
BACK_1 = "1.0 refund p1 r1 1999 succeeded\n"
BACK_2 = "1.0 refund p2 r2 1999 succeeded\n"
PART = "1.0 refund p1 r1 500 succeeded\n"

GOOD = {
    "paid": CHARGED + "9.0 row o-1 paid 1999",
    "paid by an authorization that is not captured yet": (
        "0.1 charge o-1 p1 primary authorized\n 9.0 row o-1 paid 1999"
    ),
    "failed and never charged": "0.1 charge o-1 p1 primary failed\n 9.0 row o-1 failed 1999",
    "failed beside an authorization": (
        "0.1 charge o-1 p1 primary authorized\n 9.0 row o-1 failed 1999"
    ),
    "a duplicate refunded, and not counted in the order": TWICE + BACK_2 + "9.0 row o-1 paid 1999",
    "a duplicate refunded, and counted": TWICE + BACK_2 + "9.0 row o-1 paid 1999 refunded=1999",
    "a late charge of a failed order, not counted": CHARGED + BACK_1 + "9.0 row o-1 failed 1999",
    "a late charge of a failed order, counted": (
        CHARGED + BACK_1 + "9.0 row o-1 failed 1999 refunded=1999"
    ),
    "a failed order that is called refunded": (
        CHARGED + BACK_1 + "9.0 row o-1 refunded 1999 refunded=1999"
    ),
    "refunded, and the shop does not list how much": CHARGED + BACK_1 + "9.0 row o-1 refunded 1999",
    "refunded in full beside a refunded duplicate": (
        TWICE + BACK_1 + BACK_2 + "9.0 row o-1 refunded 1999 refunded=1999"
    ),
    "the same, and the duplicate is counted": (
        TWICE + BACK_1 + BACK_2 + "9.0 row o-1 refunded 1999 refunded=3998"
    ),
    "a refund of a part that the book knows": CHARGED + PART + "9.0 row o-1 paid 1999 refunded=500",
    "refunded in part": CHARGED + PART + "9.0 row o-1 refunded 1999 refunded=500",
    "an excess given back in two parts": (
        TWICE
        + """
        1.0  refund  p2 r1 1000 succeeded
        1.1  refund  p2 r2 999 succeeded
        9.0  row     o-1 paid 1999
        """
    ),
    "a refund that failed was none": CHARGED + "1.0 refund p1 r1 9 failed\n 9.0 row o-1 paid 1999",
    "split tender": """
        0.1  charge  o-1 p1 primary captured amount=1000
        0.2  charge  o-1 p2 backup captured amount=999
        9.0  row     o-1 paid 1999 ids=p1,p2
    """,
    "the payments are named, and the money is there": TWICE
    + BACK_1
    + "9.0 row o-1 paid 1999 ids=p2",
    "payment ids that the gateway does not know prove nothing": (
        CHARGED + "9.0 row o-1 paid 1999 ids=mine-7"
    ),
    "a payment without an order that went back": (
        CHARGED + "0.2 charge - p2 primary captured ref=x-9\n" + BACK_2 + "9.0 row o-1 paid 1999"
    ),
}

BAD = {
    "the book is one cent low": CHARGED + "9.0 row o-1 paid 1998",
    "the book is one cent high": CHARGED + "9.0 row o-1 paid 2000",
    "paid without a charge": "9.0 row o-1 paid 1999",
    "failed and charged": CHARGED + "9.0 row o-1 failed 1999",
    "pending and charged": CHARGED + "9.0 row o-1 pending 1999",
    "charged and not in the book": CHARGED + "9.0 row o-2 failed 5",
    "charged twice": TWICE + "9.0 row o-1 paid 1999",
    "a duplicate refunded, but one cent": (
        TWICE + "1.0 refund p2 r1 1998 succeeded\n 9.0 row o-1 paid 1999"
    ),
    "a duplicate's refund counted one cent wrong": (
        TWICE + BACK_2 + "9.0 row o-1 paid 1999 refunded=1998"
    ),
    "both were refunded and the book says paid": TWICE + BACK_1 + BACK_2 + "9.0 row o-1 paid 1999",
    "both were refunded and the book counts one": (
        TWICE + BACK_1 + BACK_2 + "9.0 row o-1 paid 1999 refunded=1999"
    ),
    "said refunded, and nothing went back": CHARGED + "9.0 row o-1 refunded 1999 refunded=1999",
    "said refunded, and the refund failed": (
        CHARGED
        + """
        1.0  refund  p1 r1 1999 pending
        2.0  refund  p1 r1 1999 failed
        9.0  row     o-1 refunded 1999 refunded=1999
        """
    ),
    "said refunded, and never charged": "9.0 row o-1 refunded 1999 refunded=1999",
    "a refund of a part that the book does not know": CHARGED + PART + "9.0 row o-1 paid 1999",
    "a refund in the book that never was": CHARGED + "9.0 row o-1 paid 1999 refunded=500",
    "a failed order's refund counted one cent wrong": (
        CHARGED + BACK_1 + "9.0 row o-1 failed 1999 refunded=1998"
    ),
    "charged in another currency": (
        "0.1 charge o-1 p1 primary captured cur=EUR\n 9.0 row o-1 paid 1999"
    ),
    "a payment without an order that stayed": (
        CHARGED + "0.2 charge - p2 primary captured ref=x-9\n 9.0 row o-1 paid 1999"
    ),
}


@pytest.mark.parametrize("story", GOOD.values(), ids=GOOD)
def test_sound_books_are_not_accused(story: str) -> None:
    """Whatever way a shop counts the refunds of money that was never owed."""
    finding = judge("books_agree", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is True, finding.summary


@pytest.mark.parametrize("story", BAD.values(), ids=BAD)
def test_a_minor_unit_off_is_convicted(story: str) -> None:
    """Books agree or they do not."""
    finding = judge("books_agree", f"0.0 arrive o-1 1999\n{story}\n60.0 end")
    assert finding.valid is False
    assert kinds(finding) == ["not as in the ledger"]


def test_money_on_a_channel_that_the_book_does_not_name() -> None:
    """The sums agree, but the book has the money where it is not."""
    story = f"0.0 arrive o-1 1999\n{TWICE}{BACK_1}9.0 row o-1 paid 1999 ids=p1\n60.0 end"
    finding = judge("books_agree", story)
    assert finding.valid is False
    assert kinds(finding) == ["booked on another channel"]
    assert "backup" in finding.examples[0]["what"]


@pytest.mark.parametrize("charged", ["amount=1800 cur=EUR", "amount=1999"])
def test_a_book_in_another_currency_than_ordered(charged: str) -> None:
    """Nobody who ordered in dollars has bought in euros, whatever was charged."""
    story = f"""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured {charged}
        9.0  row     o-1 paid 1800 cur=EUR
        60.0 end
    """
    finding = judge("books_agree", story)
    assert finding.valid is False
    assert kinds(finding) == ["booked in another currency than ordered"]
    assert judge("books_agree", story.replace("arrive  o-1 1999", "phase x")).valid is (
        "EUR" in charged
    )


def test_several_rows_of_one_order_add_up() -> None:
    """The books may well agree on an order that was charged twice; other checks do not."""
    story = """
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        0.2  charge  o-1 p2 backup captured ref=o-1-2
        9.0  row     o-1 paid 1999 ids=p1
        9.0  row     o-1-2 {} 1999 ids=p2
        60.0 end
    """
    assert judge("books_agree", story.format("paid")).valid is True
    assert judge("no_free_order", story.format("paid")).valid is False
    assert judge("books_agree", story.format("failed")).valid is False


def test_a_book_that_moved_at_every_reading_proves_no_difference() -> None:
    """Rows and ledger are of two moments; where they agree all the same, they agree."""
    story = f"0.0 arrive o-1 1999\n{TWICE}9.0 row o-1 paid 1999\n9.0 book 1 moving\n60.0 end"
    finding = judge("books_agree", story)
    assert finding.valid is None
    assert "at work while its book was read" in finding.summary
    assert judge("books_agree", story.replace(" moving", "")).valid is False
    assert judge("books_agree", story.replace(TWICE, CHARGED)).valid is True


def test_a_book_that_depends_on_who_is_asked_is_none() -> None:
    """The sums agree, but not every instance of the shop would say so."""
    story = f"0.0 arrive o-1 1999\n{CHARGED}9.0 row o-1 paid 1999 apart\n60.0 end"
    finding = judge("books_agree", story)
    assert finding.valid is False
    assert kinds(finding) == ["listed differently by the shop's instances"]
    assert judge("books_agree", story.replace(" apart", "")).valid is True


def test_two_errors_that_cancel_out_are_two_errors() -> None:
    """Totals that agree by accident prove nothing."""
    story = """
        0.0  arrive  o-1 1999
        0.0  arrive  o-2 1999
        0.1  charge  o-1 p1 primary captured
        9.0  row     o-1 failed 1999
        9.0  row     o-2 paid 1999
        60.0 end
    """
    finding = judge("books_agree", story)
    assert (finding.valid, len(finding.examples)) == (False, 2)


def test_the_summary_tells_the_totals_by_channel_and_currency() -> None:
    """What a bookkeeper would look for."""
    story = """
        0.0  arrive  o-1 1999
        0.0  arrive  o-2 500 cur=JPY
        0.1  charge  o-1 p1 primary captured
        0.1  charge  o-2 p2 backup captured amount=500 cur=JPY
        9.0  row     o-1 paid 1999
        9.0  row     o-2 paid 500 cur=JPY
        60.0 end
    """
    summary = judge("books_agree", story).summary
    assert "backup 500 JPY captured, 0 JPY refunded" in summary
    assert "primary 19.99 USD captured, 0.00 USD refunded" in summary


def test_very_many_refunds_of_one_order_are_compared_in_no_time() -> None:
    """Every choice of forty refunds could never be tried."""
    refunds = "".join(
        f"{2 + at}.0 refund p2 r{at} {2**at % 97 + 1} succeeded\n" for at in range(40)
    )
    total = sum(2**at % 97 + 1 for at in range(40))
    extra = f"0.2 charge o-1 p2 backup captured amount={total}\n"
    story = f"0.0 arrive o-1 1999\n{CHARGED}{extra}{refunds}50.0 row o-1 paid 1999\n60.0 end"
    assert judge("books_agree", story).valid is True
    assert judge("books_agree", story.replace(str(total), str(total + 1))).valid is False


def test_without_an_order_book_it_is_unknown() -> None:
    """There is nothing to compare."""
    finding = judge("books_agree", f"0.0 arrive o-1 1999\n{CHARGED}9.0 nobook gone\n60.0 end")
    assert finding.valid is None
    assert "gone" in finding.summary


@pytest.mark.parametrize(
    ("row", "valid"),
    [
        ("paid 1999", None),  # a duplicate that is to be given back
        ("failed 1999", None),
        ("pending 1999", None),
        ("refunded 1999 refunded=1999", None),
        ("paid 9999", False),  # more than the ledger has, and no refund puts that right
    ],
)
def test_money_that_could_still_go_back_in_time_proves_nothing(
    row: str, valid: bool | None
) -> None:
    """The drill was judged before a sound merchant had to be done."""
    story = f"""
        0.0  arrive  o-1 1999
        50.1 charge  o-1 p1 primary captured
        50.2 charge  o-1 p2 primary captured
        59.0 row     o-1 {row}
        60.0 end
    """
    assert judge("books_agree", story, refund_within="15s").valid is valid
    assert judge("books_agree", story, refund_within="5s").valid is False
