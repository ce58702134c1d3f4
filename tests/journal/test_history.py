"""History: what a stream of lines is folded into."""

from __future__ import annotations

from math import inf

import pytest

from simulator.journal import entry
from simulator.journal.history import History
from tests.journal.story import ZERO, history, lines

PAID = """
    0.0  phase   baseline
    0.0  arrive  o-1 1999
    0.1  charge  o-1 p1 primary captured
    0.2  tell    o-1 paid
    0.3  leave   o-1 paid
    5.0  phase   settle
    6.0  row     o-1 paid 1999
    9.0  end
"""


def test_one_order_is_folded_with_all_that_belongs_to_it() -> None:
    """Shopper, shop and gateway meet in one life."""
    read = history(PAID)
    order = read.orders["o-1"]
    assert (order.amount, order.currency, order.fulfilled) == (1999, "USD", 1)
    assert [payment.id for payment in order.payments] == ["p1"]
    assert order.net(read.judged, "USD") == 1999
    assert order.told_paid == ZERO + 0.2
    assert order.shopper is not None
    assert order.shopper.result == "paid"
    assert read.strays == ()


def test_phases_last_until_the_next_begins_and_judge_time_is_the_end_line() -> None:
    """The phase lines are the only truth on times."""
    read = history(PAID)
    assert [(span.name, span.start - ZERO, span.end - ZERO) for span in read.phases] == [
        ("baseline", 0.0, 5.0),
        ("settle", 5.0, 9.0),
    ]
    assert read.judged == ZERO + 9.0
    assert read.since_start(ZERO + 0.25) == 0.25


def test_without_an_end_line_the_last_line_is_judge_time() -> None:
    """A recording that was cut short can still be judged."""
    assert history("0.0 arrive o-1 5\n 4.0 tell o-1 pending").judged == ZERO + 4.0


def test_an_empty_journal_is_a_history_without_orders() -> None:
    """Nothing recorded is nothing known."""
    read = History.from_lines([])
    assert (read.orders, read.strays, read.phases) == ({}, (), ())
    assert read.book_problem is not None


def test_money_is_told_over_time() -> None:
    """A refund counts from when it was accepted until it failed."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        2.0  refund  p1 r1 1999 pending
        4.0  refund  p1 r1 1999 failed
        6.0  refund  p1 r2 1999 succeeded
        9.0  end
    """)
    order = read.orders["o-1"]
    nets = [order.net(ZERO + at, "USD") for at in (0.0, 1.0, 2.0, 3.9, 4.0, 5.9, 6.0)]
    assert nets == [0, 1999, 0, 0, 1999, 1999, 0]


def test_a_refund_that_was_refused_from_the_start_never_counts() -> None:
    """Its first state is failed."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary captured
        2.0  refund  p1 r1 1999 failed
        9.0  end
    """)
    assert read.orders["o-1"].net(read.judged, "USD") == 1999
    assert read.orders["o-1"].refunds[0].accepted == inf


def test_an_authorization_is_held_until_it_is_captured_or_canceled() -> None:
    """Live authorizations stand apart from captured money."""
    read = history("""
        0.0  arrive  o-1 1999
        0.1  charge  o-1 p1 primary authorized
        2.0  settle  p1 captured
        3.0  charge  o-1 p2 backup authorized
        4.0  settle  p2 canceled
        9.0  end
    """)
    order = read.orders["o-1"]
    assert [order.held(ZERO + at, "USD") for at in (1.0, 2.0, 3.5, 4.0)] == [1999, 0, 1999, 0]
    assert order.net(read.judged, "USD") == 1999


def test_polls_that_repeat_an_answer_are_dropped() -> None:
    """A patient shopper must not cost memory."""
    polls = "\n".join(f"{at}.0 tell o-1 pending request=poll" for at in range(1, 9))
    read = history(f"0.0 arrive o-1 5\n 0.5 tell o-1 pending\n{polls}\n9.0 tell o-1 - request=poll")
    assert len(read.orders["o-1"].answers) == 1


def test_hits_are_counted_by_rule_and_arm() -> None:
    """Hits of exchanges and proved outages count; an outage without proof does not."""
    read = history("""
        0.0  arrive  o-1 5
        0.1  charge  o-1 p1 primary captured hit=slow
        0.4  query   o-1 primary hit=slow
        1.0  outage  primary down rule=down
        2.0  outage  primary up
        3.0  outage  backup down rule=weak unproved
        9.0  end
    """)
    assert {key: hits.hits for key, hits in read.hits.items()} == {
        ("slow", None): 2,
        ("down", None): 1,
    }
    assert (read.hits["slow", None].first, read.hits["slow", None].last) == (ZERO + 0.1, ZERO + 0.4)


@pytest.mark.parametrize(
    ("book", "problem"),
    [
        ("5.0 row o-1 paid 5", None),
        ("5.0 nobook unreachable", "unreachable"),
        ("", "no order book was recorded"),
    ],
)
def test_the_book_says_whether_it_could_be_read(book: str, problem: str | None) -> None:
    """A shop without a book is not a shop without orders."""
    assert history(f"0.0 arrive o-1 5\n{book}").book_problem == problem


def test_rows_that_are_missing_from_the_recording_are_a_problem() -> None:
    """Half a book must not be judged as a whole one."""
    told = lines("5.0 row o-1 paid 5")
    short = [line for line in told if not isinstance(line, entry.Order)]
    assert History.from_lines(short).book_problem == "the book has 1 rows and 0 were recorded"


def test_several_load_generators_are_added_up() -> None:
    """Counts add, and the worst lateness counts."""
    words = [
        entry.Generator(
            source="client",
            wall=0.0,
            mono=at,
            arrivals=10,
            dropped=1,
            lateness_p50_ms=1.0,
            lateness_p99_ms=late,
        )
        for at, late in ((1.0, 80.0), (2.0, 20.0))
    ]
    generator = History.from_lines(words).generator
    assert generator is not None
    assert (generator.arrivals, generator.dropped, generator.lateness_p99_ms) == (20, 2, 80.0)


@pytest.mark.parametrize("booked", ["1998", "1800 cur=EUR"])
def test_the_price_is_what_the_shopper_ordered(booked: str) -> None:
    """A book that is off by one does not move the price, and nor does one in another currency."""
    order = history(f"0.0 arrive o-1 1999\n 5.0 row o-1 paid {booked}").orders["o-1"]
    assert (order.amount, order.currency) == (1999, "USD")


def test_without_a_shopper_the_price_is_the_books() -> None:
    """A run by hand has no arrivals."""
    order = history("5.0 row o-1 paid 1800 cur=EUR").orders["o-1"]
    assert (order.amount, order.currency) == (1800, "EUR")


def test_what_comes_after_judge_time_is_no_part_of_a_history() -> None:
    """Neither what the gateway did then, nor what a shop told a shopper; notes are."""
    late = entry.Note(source="client", wall=0.0, mono=ZERO + 12.0, text="drill aborted")
    told = lines(PAID + "10.0 charge o-1 p2 backup captured\n 11.0 tell o-1 failed request=poll")
    read = History.from_lines([*told, late])
    order = read.orders["o-1"]
    assert [payment.id for payment in order.payments] == ["p1"]
    assert [answer.said for answer in order.answers] == ["paid"]
    assert read.judged == ZERO + 9.0
    assert read.notes == [late]


def test_of_several_ends_the_last_is_judge_time() -> None:
    """What came between two ends came before the last."""
    read = history(PAID + "10.0 charge o-1 p2 backup captured\n 12.0 end\n 13.0 tell o-1 failed")
    assert [payment.id for payment in read.orders["o-1"].payments] == ["p1", "p2"]
    assert read.judged == ZERO + 12.0
    assert len(read.orders["o-1"].answers) == 1


def test_a_gateway_that_starts_again_has_all_its_channels_up() -> None:
    """Nobody wrote the end of an outage that the gateway did not live to see."""
    read = history("0.0 boot\n 1.0 outage primary down\n 5.0 boot\n 9.0 end")
    assert read.outages.of("primary") == ((ZERO + 1.0, ZERO + 5.0),)
    assert history("1.0 outage primary down\n 9.0 end").outages.of("primary")[0][1] == inf
