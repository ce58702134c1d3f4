"""The fault `error`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Answer
from simulator.faults.catalogue import BY_NAME, build
from simulator.faults.fault import ANY, Draw, Effect, Per, Seen, Stage


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        (403, Seen.FAIL),
        (500, Seen.INFO),
        (502, Seen.INFO),
        (503, Seen.FAIL),
        (504, Seen.INFO),
    ],
)
def test_what_is_seen(undrawn: Draw, status: int, seen: Seen) -> None:
    """403 and 503 say that nothing was done; the others say nothing of the money."""
    fault = build("error", {"status": status})

    assert fault.seen is seen
    assert fault.act(undrawn) == Answer(status, "json")


@pytest.mark.parametrize(
    ("charged", "stage", "effect"),
    [
        ("yes", Stage.AFTER, Effect.ONCE),
        ("true", Stage.AFTER, Effect.ONCE),
        (True, Stage.AFTER, Effect.ONCE),
        ("no", Stage.BEFORE, Effect.NONE),
        ("False", Stage.BEFORE, Effect.NONE),
        (False, Stage.BEFORE, Effect.NONE),
    ],
)
def test_charged(charged: object, stage: Stage, effect: Effect) -> None:
    """`charged` moves the error behind the commit, however the reader spells yes and no."""
    fault = build("error", {"status": 504, "charged": charged})

    assert (fault.stage, fault.effect) == (stage, effect)


def test_default_key_and_operations() -> None:
    """Each try over the network is its own, for any operation."""
    fault = build("error", {"status": 500, "charged": "yes"})

    assert (fault.keyed_by, fault.operations) == (Per.EXCHANGE, ANY)


@pytest.mark.parametrize("value", [503, "503", {"status": "503", "charged": "no", "body": "json"}])
def test_scalar(value: object) -> None:
    """A bare number, or its text, is `status`; not charged and JSON unless told otherwise."""
    assert build("error", value) == build("error", {"status": 503})


def test_body(undrawn: Draw) -> None:
    """A proxy's page in place of JSON."""
    assert build("error", {"status": 502, "body": "html"}).act(undrawn) == Answer(502, "html")


def test_schema_shows_the_words_of_the_scenario() -> None:
    """Editors offer the statuses and `yes` and `no`."""
    properties = BY_NAME["error"].model_json_schema()["properties"]

    assert properties["status"]["enum"] == [403, 500, 502, 503, 504]
    assert {"yes", "no"} <= set(properties["charged"]["enum"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, r"status\n  Field required"),
        (404, "403, 500, 502, 503 or 504"),
        ("teapot", "403, 500, 502, 503 or 504"),
        ({"status": 500, "charged": "maybe"}, "'maybe' is neither yes nor no"),
        ({"status": 500, "body": "xml"}, "'json' or 'html'"),
        ({"status": 500, "retry_after": "1s"}, r"retry_after\n  Extra inputs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("error", value)
