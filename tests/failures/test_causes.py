"""Why a payment is retrying: what the merchant may do, and what the payer reads."""

from __future__ import annotations

import re

import pytest

from simulator.errors import UsageError
from simulator.failures.causes import CAUSES, Cause, cause
from simulator.gateway import resends

each_cause = pytest.mark.parametrize("why", CAUSES.values(), ids=lambda why: why.name)


def test_the_gateway_knows_the_same_causes() -> None:
    """Each has words, and something that the payment fails with in the end."""
    assert set(CAUSES) == set(resends.CAUSES)


@each_cause
def test_nobody_is_let_to_pay_again(why: Cause) -> None:
    """In both languages, in whole sentences that fit a page."""
    assert "do not pay again" in why.text()
    assert "请不要重复支付" in why.text("zh")
    assert all(text.endswith(".") for text in (why.meaning, why.advice, why.message))
    assert re.fullmatch(r"[^a-z]*。", why.message_zh.replace("Wi-Fi", ""))
    assert max(map(len, (why.advice, why.message))) <= 240


def test_a_cause_that_is_not_known_says_what_was_near() -> None:
    """A misspelt one is a mistake of ours."""
    with pytest.raises(UsageError, match="did you mean 'network'"):
        cause("netwrok")
