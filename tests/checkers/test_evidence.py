"""Evidence: counts by kind, and at most ten of the worst cases."""

from __future__ import annotations

from simulator.checkers.evidence import EXAMPLES, Offence, finding, money, unknown
from simulator.journal.history import History
from simulator.journal.lives import OrderLife


def _offences(kind: str, *weights: int) -> list[Offence]:
    return [Offence(OrderLife(f"{kind}-{each}"), kind, f"{kind} {each}", each) for each in weights]


def test_every_kind_is_shown_before_one_is_shown_twice() -> None:
    """A rare kind must not drown in a common one."""
    offences = [*_offences("common", *range(50)), *_offences("rare", 1, 2)]
    found = finding(History(), 99, offences, good="")
    shown = [example["what"] for example in found.examples]
    assert len(shown) == EXAMPLES
    assert shown[:5] == ["common 49", "rare 2", "common 48", "rare 1", "common 47"]
    assert found.summary.startswith("50 common, 2 rare (of 99 examined); worst: common 49")


def test_nothing_examined_is_unknown() -> None:
    """Zero is never true."""
    assert finding(History(), 0, (), good="fine").valid is None
    assert unknown("no idea").valid is None


def test_nothing_found_is_true_with_the_good_word() -> None:
    """The summary says what holds."""
    found = finding(History(), 3, (), good="all three are fine")
    assert (found.valid, found.summary, found.examples) == (True, "all three are fine", ())


def test_an_offence_without_an_order_has_no_timeline() -> None:
    """Some failures are nobody's own."""
    found = finding(History(), 3, [Offence(None, "dropped", "the generator was full")], good="")
    assert found.examples == (
        {"kind": "dropped", "what": "the generator was full", "timeline": []},
    )


def test_amounts_are_written_with_their_currency() -> None:
    """Yen have no minor digits."""
    assert (money(1999, "USD"), money(1999, "JPY")) == ("19.99 USD", "1,999 JPY")
