"""The list of the library: every scenario is in it, under a title, with a sentence that says it."""

from __future__ import annotations

import pytest

from simulator import library
from simulator.cli.scenarios import first_sentence
from simulator.failures.catalogue import FAILURES
from tools.reference import scenarios


@pytest.fixture(scope="module", name="page")
def _page() -> str:
    return scenarios.page()


def test_every_folder_has_a_title() -> None:
    """A new folder would be left out in silence."""
    folders = {name.partition("/")[0] for name in library.names("scenarios")}
    assert folders <= set(scenarios.GROUPS)


def test_every_scenario_and_every_failure_is_listed(page: str) -> None:
    """A scenario with its link and its command; a failure with a scenario at least."""
    for name in library.names("scenarios"):
        folder, _, short = name.partition("/")
        assert f"[{short}]({folder}/{short}.yaml)" in page
        assert f" {short}` |" in page
    empty = [row.name for row in FAILURES if f"\n| `{row.name}` |  |\n" in page]
    assert empty == []


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("The bank refuses and does not say why to anybody who could want to know it. More.",
         "The bank refuses and does not say why to anybody who could want to know it."),
        ("Pay day is far away. Every tenth card is empty when it is tried, and a second later. No.",
         "Pay day is far away. Every tenth card is empty when it is tried, and a second later."),
        ('"Error 403", the page says, and nothing else, whatever is asked for by whom. "Why?"',
         '"Error 403", the page says, and nothing else, whatever is asked for by whom.'),
        ("A wait of 1.5 s\nis long", "A wait of 1.5 s is long"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_scenario(about: str, said: str) -> None:
    """Its first sentence, or two where the first only sets the scene."""
    assert first_sentence(about) == said
