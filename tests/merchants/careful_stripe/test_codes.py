"""Stripe's codes in the words of the catalogue: every one that the gateway can say."""

from __future__ import annotations

import pytest

from simulator.checkers.duties import ONE_CODE
from simulator.dialects.stripe import declines
from simulator.failures.catalogue import FAILURES
from simulator.failures.failure import Failure
from simulator.merchants.careful_stripe.codes import failure_of

#: What Stripe tells a shop by an answer to a charge.
TOLD = [row for row in FAILURES if declines.of(row.name).type is not None]


@pytest.mark.parametrize("row", TOLD, ids=lambda row: row.name)
def test_a_code_leads_back_to_its_failure(row: Failure) -> None:
    """Or to one that has the same code; a hidden one is told to nobody as what it is."""
    said = declines.of(row.name)
    found = failure_of(said.type, said.code, said.decline_code)
    alike = next((group for group in ONE_CODE if row.name in group), {row.name})
    assert found in alike or row.confidential or found == "generic_decline", (row.name, found)


def test_failures_with_one_code_are_known_to_be_alike() -> None:
    """A shop that is told the code cannot be asked which of them it was."""
    by_code: dict[tuple[str | None, ...], set[str]] = {}
    for row in TOLD:
        said = declines.of(row.name)
        if not row.confidential:
            by_code.setdefault((said.type, said.code, said.decline_code), set()).add(row.name)
    for names in by_code.values():
        names -= {"generic_decline", "reversed_after_approval"}  # told later, by another event
        assert len(names) < 2 or any(names <= group for group in ONE_CODE), names


def test_a_code_that_nobody_knows_is_a_decline_like_any_other() -> None:
    """Stripe adds codes; the payer reads the general words."""
    assert failure_of("card_error", "card_declined", "brand_new") == "generic_decline"
    assert failure_of(None, None, None) == "generic_decline"
    assert failure_of("api_error", None, None) == "gateway_maintenance"
