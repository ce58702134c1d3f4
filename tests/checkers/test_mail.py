"""What was sent to a merchant about one order."""

from __future__ import annotations

from simulator.checkers.mail import Mail, came, claim
from tests.journal.story import ZERO, history


def mail(story: str) -> Mail:
    """The mail about the story's order."""
    return Mail(history(f"0.0 arrive o-1 1999\n{story}\n20.0 row o-1 paid 1999").orders["o-1"])


def test_only_what_left_counts_in_the_order_of_answers() -> None:
    """A try that met no listener was never read."""
    found = mail(
        "0.1 charge o-1 p1 primary captured\n3.0 webhook p1 captured\n"
        "2.0 webhook p1 captured refused\n1.0 webhook p1 captured status=0"
    )
    assert [each.mono - ZERO for each in found.sent] == [1.0, 3.0]
    assert [len(copies) for copies in found.repeated] == [2]


def test_kinds_are_told_apart() -> None:
    """Forged ones belong to no event, stale ones do."""
    found = mail(
        "0.1 charge o-1 p1 primary captured\n1.0 webhook p1 captured forged\n"
        "2.0 webhook p1 captured stale status=400\n3.0 webhook p1 captured"
    )
    assert [each.mono - ZERO for each in found.forged] == [1.0]
    assert [each.mono - ZERO for each in found.stale] == [2.0]
    assert [len(copies) for copies in found.events.values()] == [2]


def test_the_newest_event_is_the_one_that_was_born_last() -> None:
    """Whatever the order of arrival; of another payment nothing follows."""
    born = "0.1 charge o-1 p1 primary processing\n1.0 settle p1 captured\n"
    other = "0.2 charge o-1 p2 backup captured\n"
    late = mail(f"{born}{other}1.1 webhook p1 captured\n2.0 webhook p1 processing")
    ((last, newest),) = late.outdated
    assert (last.type, newest.type) == ("payment.processing", "payment.captured")
    fine = f"{born}{other}1.1 webhook p1 processing\n2.0 webhook p1 captured\n3.0 webhook p2"
    assert list(mail(f"{fine} captured").outdated) == []


def test_what_an_event_speaks_for() -> None:
    """News of a dispute calls an order nothing."""
    found = mail(
        "0.1 charge o-1 p1 primary captured\n1.0 webhook p1 captured took=0.4\n"
        "2.0 webhook p1 refund.failed\n3.0 webhook p1 refund.created"
    )
    assert [claim(each) for each in found.sent] == ["paid", None, "refunded"]
    assert came(found.sent[0]) == ZERO + 0.6
