"""The account itself."""

from __future__ import annotations

from tests.stripe.kit import Shop


def test_whose_key_it_is(shop: Shop) -> None:
    """Named after the key, it takes charges and pays nothing out."""
    found = shop.client.v1.accounts.retrieve_current()
    assert found.id == f"acct_{shop.account}"
    assert (found.charges_enabled, found.payouts_enabled) == (True, False)
