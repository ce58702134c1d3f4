"""Problems find their places in a document."""

from __future__ import annotations

from simulator import documents
from simulator.documents import Mistake

DOCUMENT = documents.parse("a: 1\nlist:\n  - b: 2\n", "shop.yaml")


def test_a_mistake_points_at_the_value_or_at_its_key() -> None:
    """The value by default, the key if asked."""
    assert str(DOCUMENT.problem(Mistake(("list", 0, "b"), "no"))) == "shop.yaml:3:8: no"
    assert (
        str(DOCUMENT.problem(Mistake(("list", 0, "b"), "no", on_key=True))) == "shop.yaml:3:5: no"
    )


def test_a_path_that_does_not_exist_points_at_the_nearest_thing_above() -> None:
    """A parameter that stands in shorthand is not in the document by its name."""
    assert DOCUMENT.problem(Mistake(("a", "failure"), "no")).column == 4
    assert DOCUMENT.problem(Mistake(("nothing", "here"), "no")).line == 1


def test_mistakes_are_seen_from_above() -> None:
    """A mistake within a part gets the part's path."""
    assert Mistake(("b",), "no").below(("list", 0)) == Mistake(("list", 0, "b"), "no")


def test_problems_are_sorted_and_said_once() -> None:
    """The same message at the same place is one problem."""
    found = [Mistake(("list",), "second"), Mistake(("a",), "first"), Mistake(("list",), "second")]
    assert [each.message for each in DOCUMENT.with_problems(found)] == ["first", "second"]
