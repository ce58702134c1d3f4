"""The fault `page`."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from simulator.faults.actions import Answer, Hang
from simulator.faults.catalogue import build
from simulator.faults.fault import Draw, Effect, Per, Seen, Stage
from simulator.faults.page import Page
from simulator.gateway.directives import Mar
from simulator.gateway.outcomes import Flaw

WAYS = get_args(Page.model_fields["how"].annotation)


@pytest.mark.parametrize("how", WAYS)
def test_no_page_moves_money(how: str) -> None:
    """Whatever is wrong with it, it is looked at, and nothing is learnt of the payment."""
    fault = build("page", how)

    assert (fault.effect, fault.seen, fault.keyed_by) == (Effect.NONE, Seen.INFO, Per.EXCHANGE)
    assert fault.acts_on == {"page"}


def test_every_flaw_can_be_caused() -> None:
    """What is not a flaw of the page itself comes in its place."""
    assert set(WAYS) - {"hangs", "error_403"} == set(Flaw)


@pytest.mark.parametrize("flaw", Flaw)
def test_flaws(undrawn: Draw, flaw: Flaw) -> None:
    """The page is shown, with this wrong with it."""
    fault = build("page", str(flaw))

    assert (fault.stage, fault.act(undrawn)) == (Stage.DECIDE, Mar(str(flaw)))


@pytest.mark.parametrize(
    ("value", "action"),
    [
        ("hangs", Hang(30.0)),
        ({"how": "hangs", "for": "2s"}, Hang(2.0)),
        ("error_403", Answer(403, "html")),
    ],
)
def test_in_place_of_the_page(undrawn: Draw, value: object, action: object) -> None:
    """Nothing is shown but silence, or a bare error."""
    fault = build("page", value)

    assert (fault.stage, fault.act(undrawn)) == (Stage.BEFORE, action)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, r"how\n  Field required"),
        ("explodes", "'hangs', 'blank'"),
        ({"how": "blank", "for": "2s"}, "'for' is how long a page hangs"),
    ],
)
def test_bad_parameters(value: object, message: str) -> None:
    """Each mistake is refused with what was meant."""
    with pytest.raises(ValidationError, match=message):
        build("page", value)
