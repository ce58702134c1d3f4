"""Which requests are Stripe's, and which are the native API's."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from simulator.server.spoken import speaks_stripe

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
SECRET = {"Authorization": "Bearer sk_test_shop"}


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v1/refunds", {"Stripe-Version": "2020-08-27"}),
        ("GET", "/v1/refunds", {"X-Stripe-Client-User-Agent": "{}"}),
        ("GET", "/v1/payment_intents/pi_1", SECRET),
        ("POST", "/v1/refunds", FORM),
        ("GET", "/v1/refunds", {"Authorization": "Basic c2tfdGVzdF9zaG9wOg=="}),
        ("GET", "/v2/core/events", SECRET),
    ],
)
def test_what_is_stripes(method: str, path: str, headers: dict[str, str]) -> None:
    """By its library, by what only Stripe has, by how only Stripe is asked."""
    assert speaks_stripe(make_mocked_request(method, path, headers=headers))


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/v1/payments", JSON),
        ("POST", "/v1/refunds", JSON),
        ("GET", "/v1/disputes", SECRET),
        ("POST", "/v1/payments", {**JSON, "Authorization": "Bearer pk_test_shop"}),
        ("GET", "/v1/nothing", SECRET),
        ("GET", "/v0/charges", SECRET),
        ("GET", "/", {}),
    ],
)
def test_what_is_not(method: str, path: str, headers: dict[str, str]) -> None:
    """All else is the native API's, which is the default."""
    assert not speaks_stripe(make_mocked_request(method, path, headers=headers))
