"""What is performed through Stripe: the library's rows, but for what has no counterpart there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from tests.scenarios import after, drilled, methods, risk, wallet
from tests.scenarios.rows import ROWS as NATIVE
from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row
from tests.stripe.library.scenes import INSTEAD

_LISTED: Final = "Stripe has no list of the methods that a payer may use, with what forbids each"
_NOTICES: Final = "Stripe sends a merchant's payers no notices of the merchant's own wording"


class Gap(msgspec.Struct, frozen=True):
    """What cannot be performed, and why.

    `points` are the rules (with their arms) that it leaves without a hit, `failures` are those that
    nothing else of the scenario shows.
    """

    reason: str
    points: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


#: By scenario, and the native scene in it.
GAPS: Final[dict[tuple[str, str], Gap]] = {
    ("after/notices-lost", after.no_sms.__name__): Gap(_NOTICES, ("no-sms",)),
    ("drills/sms-outage", drilled.notice_by_sms.__name__): Gap(_NOTICES, ("notices-lost",)),
    ("methods/amount-out-of-bounds", methods.offered.__name__): Gap(_LISTED),
    ("methods/currency-refused", methods.offered.__name__): Gap(_LISTED),
    ("methods/method-switched-off", methods.offered.__name__): Gap(_LISTED),
    ("methods/region-not-served", methods.offered.__name__): Gap(_LISTED),
    ("methods/visa-takes-cards-only", methods.offered.__name__): Gap(_LISTED),
    ("risk/blocked", risk.documents.__name__): Gap(
        "Stripe has no endpoint for papers that speak for a payer"
    ),
    ("wallet/refund-requested", wallet.asked_and_answered.__name__): Gap(
        "at Stripe a payer asks the shop for a refund, not the gateway"
    ),
    ("wallet/refund-requested", wallet.not_heard_of.__name__): Gap(
        "at Stripe a payer asks the shop for a refund, not the gateway", ("request-not-heard",)
    ),
}


def name_of(act: Act) -> str:
    """The name of a scene: that of the function that plays it, or that makes it."""
    return act.play.__qualname__.partition(".")[0]


def _row(scenario: str) -> Iterator[Step | Act]:
    """What is performed of a scenario."""
    used: dict[str, int] = {}
    for each in NATIVE[scenario]:
        if isinstance(each, Step):
            yield each
            continue
        name = name_of(each)
        others = INSTEAD.get((scenario, name))
        if others is not None:
            yield others[used.get(name, 0)]
            used[name] = used.get(name, 0) + 1
        elif (scenario, name) not in GAPS:
            yield each


#: All that is performed, by scenario; one of which nothing is left is not in it.
ROWS: Final[dict[str, Row]] = {
    scenario: row for scenario in NATIVE if (row := tuple(_row(scenario)))
}


def unmet(scenario: str) -> set[str]:
    """The rules of a scenario that nothing hits here."""
    return {point for (name, _), gap in GAPS.items() if name == scenario for point in gap.points}


def unshown(scenario: str) -> set[str]:
    """The failures of a scenario that are not shown here."""
    return {each for (name, _), gap in GAPS.items() if name == scenario for each in gap.failures}
