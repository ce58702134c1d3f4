"""What the tests of the scenario engine share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator import documents
from simulator.scenario import loader
from simulator.scenario.document import Scenario
from simulator.scenario.facts import Facts
from simulator.scenario.player import Player

HEAD = "scenario: 1\nname: test\n"


@pytest.fixture(name="scene")
def _scene() -> Callable[[str], Scenario]:
    """A scenario from its phases or rules alone."""
    return lambda text: loader.load(HEAD + text)


@pytest.fixture(name="play")
def _play() -> Callable[..., Player]:
    """A player of a scenario that starts at 0; by default in a drill called r1."""

    def play(text: str, **other: Any) -> Player:
        options: dict[str, Any] = {"seed": 7, "run": "r1", "started": 0.0, **other}
        return Player(loader.load(HEAD + text), **options)

    return play


@pytest.fixture(name="charge")
def _charge() -> Callable[..., Facts]:
    """The facts of a card charge of an order."""

    def charge(order: object = 1, **other: Any) -> Facts:
        facts: dict[str, Any] = {
            "channel": "primary",
            "operation": "authorize",
            "order": str(order),
            "method": "card",
            "card_country": "DE",
            "card_brand": "visa",
            "card_token": f"tok_visa_DE_{order}",
            "amount": 1999,
            "currency": "EUR",
            **other,
        }
        return Facts(**facts)

    return charge


@pytest.fixture(name="problems")
def _problems() -> Callable[[str], list[str]]:
    """The problems of a scenario without its first two lines, as `line:column: message`."""

    def problems(text: str) -> list[str]:
        found = loader.problems(documents.parse(HEAD + text))
        return [f"{each.line - 2}:{each.column}: {each.message}" for each in found]

    return problems


@pytest.fixture(name="brownout")
def _brownout() -> Scenario:
    """The first drill of the library."""
    root = Path(__file__).resolve().parent.parent.parent
    return loader.load(root / "scenarios" / "drills" / "gateway-brownout.yaml")
