"""The limits of a day, a month, a year."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.gateway.directives import Decline
from simulator.gateway.gates.limits import gate
from simulator.gateway.model import Method
from simulator.profiles.rules import Limit
from simulator.profiles.times import Period, period_end, period_start
from tests.gateway.gates.people import NOW, Told, context, payment

CARD_NAME = "card:tok_visa_DE_1"


def limit(**changes: Any) -> Limit:
    """100 EUR a day for each card."""
    given: dict[str, Any] = {
        "per": "card",
        "over": Period.DAY,
        "failure": "period_limit_exceeded",
        "max": {"EUR": 10_000},
    }
    return Limit(**given | changes)


def asked(*limits: Limit, usage: Told | None = None, **changes: Any) -> Decline | None:
    """What the gate says."""
    return gate(payment(**changes), context({"limits": limits}, usage))


def test_a_limit_may_be_reached_but_not_exceeded() -> None:
    """To the last cent."""
    usage = Told(money={CARD_NAME: 9_000})
    assert asked(limit(), usage=usage, amount=1_000) is None
    refused = asked(limit(), usage=usage, amount=1_001)
    assert refused is not None
    assert (refused.failure, refused.rule) == ("period_limit_exceeded", "card day")


def test_the_wait_ends_at_the_gateways_midnight() -> None:
    """What is too large by itself never fits, so that no waiting is told."""
    usage = Told(money={CARD_NAME: 9_999})
    refused = asked(limit(), usage=usage)
    assert refused is not None
    assert refused.wait == period_end(Period.DAY, NOW) - NOW
    never = asked(limit(), usage=usage, amount=10_001)
    assert never is not None
    assert never.wait is None


@pytest.mark.parametrize(
    ("per", "name"), [("card", CARD_NAME), ("payer", "payer:p1"), ("method", "card:p1")]
)
def test_whose_payments_are_added_up(per: str, name: str) -> None:
    """Somebody whom nobody knows is not bound by what cannot be added up."""
    usage = Told(money={name: 10_000})
    assert asked(limit(per=per), usage=usage) is not None
    assert asked(limit(per=per), usage=usage, payer=None, method=Method("wallet")) is None


def test_other_currencies_and_methods_are_not_bound() -> None:
    """Only what the limit names."""
    usage = Told(money={CARD_NAME: 10_000})
    assert asked(limit(max={"USD": 1}), usage=usage) is None
    assert asked(limit(methods=frozenset({"alipay"})), usage=usage) is None


def test_how_often() -> None:
    """A count alone has its own failure; beside money it is called by its name."""
    usage = Told(counts={CARD_NAME: 3})
    often = asked(limit(max={}, count=3, failure="too_many_attempts"), usage=usage)
    assert often is not None
    assert often.failure == "too_many_attempts"
    both = asked(limit(count=3), usage=usage)
    assert both is not None
    assert both.failure == "frequency_limit_exceeded"
    assert asked(limit(count=4), usage=usage) is None


def test_the_first_limit_that_is_exceeded_is_told() -> None:
    """A single payment's own limit comes before those of a period."""
    single = limit(over=Period.PAYMENT, failure="amount_limit_exceeded", max={"EUR": 1})
    assert asked(limit(max={"EUR": 1}), single) == Decline("amount_limit_exceeded")
    month = limit(over=Period.MONTH)
    usage = Told(money={CARD_NAME: 10_000})
    found = asked(month, limit(), usage=usage)
    assert found is not None
    assert found.rule == "card month"


@given(
    wall=st.floats(0, 4e9, allow_nan=False),
    offset=st.integers(-12, 14),
    period=st.sampled_from([Period.DAY, Period.MONTH, Period.YEAR]),
)
def test_a_period_ends_where_the_next_begins(wall: float, offset: int, period: Period) -> None:
    """It holds the moment, and the moment of its end begins the next one."""
    ahead = offset * 3_600.0
    begins, ends = period_start(period, wall, ahead), period_end(period, wall, ahead)
    assert begins <= wall < ends
    assert period_start(period, ends, ahead) == ends
    assert period_start(period, ends - 1, ahead) == begins


def test_months_have_their_own_length() -> None:
    """The end of February of a leap year."""
    wall = datetime(2024, 2, 10, tzinfo=UTC).timestamp()
    assert period_end(Period.MONTH, wall) == datetime(2024, 3, 1, tzinfo=UTC).timestamp()
    assert period_end(Period.YEAR, wall) == datetime(2025, 1, 1, tzinfo=UTC).timestamp()
    assert period_end(Period.PAYMENT, wall) == wall


def test_no_limits_no_question() -> None:
    """A gateway without limits asks nobody."""
    plain = context({})
    assert gate(payment(), msgspec.structs.replace(plain, usage=None)) is None  # type: ignore[arg-type]
