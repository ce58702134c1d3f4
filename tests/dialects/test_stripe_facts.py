"""The names that the Stripe dialect knows."""

from __future__ import annotations

from importlib.resources import files

import pytest

from simulator.dialects.stripe import facts


def test_parameters_by_endpoint() -> None:
    """Whatever stands for what is filled in; those of an older version with those of today."""
    create = facts.parameters("POST", "/v1/payment_intents")
    assert create >= {"amount", "currency", "confirm", "off_session", "payment_method_data"}
    assert create >= {"payment_method_types", "allowed_payment_method_types"}
    assert "colour" not in create
    capture = facts.parameters("POST", "/v1/payment_intents/{intent}/capture")
    assert capture == facts.parameters("POST", "/v1/payment_intents/{}/capture")
    assert "amount_to_capture" in capture
    assert facts.parameters("DELETE", "/v1/customers/{id}") == frozenset()


def test_names_within_parameters() -> None:
    """Of parts, of lists of parts, of parts of parts; not those of the top."""
    assert facts.within() >= {"request_three_d_secure", "price_data", "exp_month", "carrier"}
    assert "nmae" not in facts.within()
    assert "off_session" not in facts.within()


def test_an_endpoint_that_stripe_has_not() -> None:
    """It takes nothing, not even no parameters."""
    with pytest.raises(KeyError, match="POST /v1/payments"):
        facts.parameters("POST", "/v1/payments")


def test_fields_to_expand() -> None:
    """Those that are ids, lists that are left out, and those of parts; a thing may have none."""
    assert "latest_charge" in facts.expandable("payment_intent")
    assert facts.expandable("charge") >= {"refunds", "balance_transaction", "payment_intent"}
    assert "invoice_settings.default_payment_method" in facts.expandable("customer")
    assert "amount" not in facts.expandable("charge")
    assert facts.expandable("webhook_endpoint") == frozenset()


def test_types_of_events() -> None:
    """By their names alone."""
    assert facts.event_types() >= {"payment_intent.succeeded", "charge.dispute.created"}
    assert "payment.captured" not in facts.event_types()


def test_the_version_is_that_of_the_libraries() -> None:
    """An answer to Stripe's own library is shaped as that library reads it."""
    from stripe._api_version import _ApiVersion  # noqa: PLC0415 - it is slow to load

    assert facts.version() == _ApiVersion.CURRENT


def test_the_file_is_small() -> None:
    """Names, and no document."""
    assert len(files("simulator.dialects.stripe").joinpath("facts.toml").read_bytes()) < 200_000
