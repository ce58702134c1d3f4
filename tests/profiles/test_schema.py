"""The JSON Schema of profiles agrees with what is read."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from simulator import documents
from simulator.cli.main import main
from simulator.profiles import catalogue, shelf
from simulator.profiles.schema import schema
from tests.profiles.test_reading import MISTAKES, WHOLE

VALIDATOR = jsonschema_rs.validator_for(schema())


@pytest.mark.parametrize("name", catalogue.names())
def test_shipped_profiles_fit(name: str) -> None:
    """Every file that ships, as it is written."""
    VALIDATOR.validate(shelf.shipped(name))


def test_what_can_be_said_fits() -> None:
    """And what cannot, does not."""
    VALIDATOR.validate(documents.parse(WHOLE).value)
    assert len(list(VALIDATOR.iter_errors(documents.parse(MISTAKES).value))) >= 5


@pytest.mark.parametrize(
    "part",
    [
        {"methods": {"ideall": {}}},
        {"methods": {"ideal": {"max": "5 EUR"}}},
        {"limits": [{"per": "person", "over": "day"}]},
        {"base": "evis"},
        {"colour": "blue"},
    ],
)
def test_what_does_not_fit(part: dict[str, Any]) -> None:
    """Unknown methods, keys and words."""
    assert not VALIDATOR.is_valid({"profile": 1, "name": "x", **part})


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`paydrill schema profile` prints it."""
    assert main(["schema", "profile"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()
