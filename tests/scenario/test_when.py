"""The values of a `when`: words, lists, patterns and ranges."""

from __future__ import annotations

import pytest

from simulator.documents import Mistakes, build
from simulator.gateway.model import Status
from simulator.scenario.when import EVENTS, KEYS, Range, When


def refused(value: object) -> list[tuple[object, ...]]:
    """Path and message of each mistake in a `when`."""
    with pytest.raises(Mistakes) as caught:
        build(When, value)
    return [(*mistake.path, mistake.message) for mistake in caught.value.mistakes]


def test_every_documented_key_is_there() -> None:
    """The contract's list of matchers."""
    assert KEYS == (
        "channel", "operation", "method", "card.country", "card.brand", "card.token", "amount",
        "currency", "payer.country", "payer.email", "product", "order", "cohort", "webhook",
        "attempt",
    )  # fmt: skip


def test_one_word_is_a_list_of_one() -> None:
    """And numbers are words where words are wanted."""
    when = build(When, {"channel": "backup", "card.country": ["DE", "IN"], "order": 17})
    assert when.given() == {"channel": ("backup",), "card.country": ("DE", "IN"), "order": ("17",)}


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [(250, 250, 250), ("250", 250, 250), ("1..9", 1, 9), ("100..", 100, None), ("..5", None, 5)],
)
def test_ranges_include_their_bounds(written: object, low: int | None, high: int | None) -> None:
    """A number alone is a range of one; a missing bound is none."""
    assert build(When, {"amount": written}).amount == (Range(low, high),)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"channel": "primery"},
         ("channel", "unknown channel 'primery' (did you mean 'primary'?)")),
        ({"operation": ["query", "autorize"]},
         ("operation", 1, "unknown operation 'autorize' (did you mean 'authorize'?)")),
        ({"operation": "webhook"},
         ("operation", "unknown operation 'webhook'; there is authorize, confirm, capture, ")),
        ({"method": "walet"}, ("method", "unknown method 'walet' (did you mean 'wallet'?)")),
        ({"card.brand": "vis"}, ("card.brand", "unknown card brand 'vis' (did you mean 'visa'?)")),
        ({"card.country": "de"}, ("card.country", "unknown country 'de' (did you mean 'DE'?)")),
        ({"payer.country": "QQ"}, ("payer.country", "unknown country 'QQ'")),
        ({"currency": "euro"}, ("currency", "unknown currency 'euro'")),
        ({"webhook": "payment.capture"},
         ("webhook", "unknown webhook 'payment.capture' (did you mean 'payment.captured'")),
        ({"webhook": "refunds.*"}, ("webhook", "unknown webhook 'refunds.*'")),
        ({"amount": "9..1"}, ("amount", "'9..1' can never match: 9 is more than 1")),
        ({"amount": "1,99"},
         ("amount", "'1,99' is neither a number nor a range; write 250, 100..5000 or 100..")),
        ({"amount": ".."},
         ("amount", "'..' is neither a number nor a range; write 250, 100..5000 or 100..")),
        ({"attempt": 0}, ("attempt", "'0' can never match: attempts count from 1")),
        ({"product": []},
         ("product", "an empty list matches nothing; leave the key out to match anything")),
        ({"product": [{"a": 1}]}, ("product", 0, "a word is needed here, or a list of words")),
    ],
)  # fmt: skip
def test_what_can_never_match_is_a_mistake(value: object, expected: tuple[object, ...]) -> None:
    """Unknown words, empty lists and empty ranges, each with the path to it."""
    assert refused(value)[0][: len(expected) - 1] == expected[:-1]
    assert str(refused(value)[0][-1]).startswith(str(expected[-1]))


def test_patterns_match_if_they_match_any_known_word() -> None:
    """`payment.*` is a webhook, and so is `*`."""
    when = build(When, {"webhook": "payment.*", "operation": "c*", "card.country": "*"})
    assert when.webhook == ("payment.*",)


def test_every_status_but_the_silent_one_has_its_event() -> None:
    """Webhooks that the gateway sends can be matched on."""
    assert {f"payment.{status}" for status in Status} - set(EVENTS) == {"payment.created"}
    assert {"refund.created", "refund.succeeded", "refund.failed", "dispute.lost"} <= set(EVENTS)
