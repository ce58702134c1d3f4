"""Early fraud warnings (docs.stripe.com/api/radar/early_fraud_warnings)."""

from __future__ import annotations

from typing import Any, Final

from simulator.dialects.stripe import filters
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.listing import DatedPage, page, shown
from simulator.dialects.stripe.names import charge_of, warned_of, warning_of
from simulator.dialects.stripe.objection import missing
from simulator.dialects.stripe.params import Params
from simulator.dialects.stripe.warningview import OBJECT, warning_view
from simulator.gateway.model import Payment

_URL: Final = "/v1/radar/early_fraud_warnings"


class ListParams(DatedPage):
    """Which are wanted."""

    charge: str | None = None
    payment_intent: str | None = None

    def wants(self, payment: Payment) -> bool:
        """Whether the warning about this payment is one of them."""
        return (
            self.dated(int(payment.suspected_at))
            and self.charge in (None, charge_of(payment.id))
            and self.payment_intent in (None, payment.resource)
        )


def warning_about(desk: Desk, name: str) -> dict[str, Any] | None:
    """The warning of this name as callers see it."""
    payment = desk.context.snapshot.payment(warned_of(name))
    return warning_view(payment) if payment is not None and payment.suspected_at else None


def _retrieve(desk: Desk, _: Params) -> Answer:
    desk.tell_truth()
    name = desk.call.ids[0]
    view = warning_about(desk, name)
    if view is None:
        raise missing(OBJECT, name)
    return Answer(view)


def _list(desk: Desk, params: ListParams) -> Answer:
    filters.check(desk, params)
    desk.tell_truth()
    suspected = [each for each in desk.context.snapshot.payments() if each.suspected_at]
    newest = sorted(suspected, key=lambda each: each.suspected_at, reverse=True)
    wanted = (each for each in newest if params.wants(each))
    seen = shown(wanted, warning_view, lambda each: warning_of(each.id))
    return Answer(page(seen, params, _URL, OBJECT))


ENDPOINTS: Final = (
    Endpoint(method="GET", path=_URL, handle=_list, params=ListParams, operation="query"),
    Endpoint(method="GET", path=f"{_URL}/{{}}", handle=_retrieve, operation="query"),
)
