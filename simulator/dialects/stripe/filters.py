"""The names by which lists are filtered: what they name has to be there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.dialects.stripe.desk import Desk
from simulator.dialects.stripe.names import charge_of, payment_of
from simulator.dialects.stripe.objection import missing

_CHARGE: Final = "charge"
#: Filters by the kind that they name, and how names of that kind begin.
_NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {"customer": "cus_", _CHARGE: "ch_", "payment_intent": "pi_"}
)


def check(desk: Desk, params: Any) -> None:
    """Raise Objection (404) for a name of a customer, charge or intent that there never was.

    What was deleted may still be asked for, and what is no such name at all fits nothing.
    """
    for kind, start in _NAMED.items():
        name = getattr(params, kind, None)
        if name is not None and name.startswith(start) and not _is_there(desk, kind, name):
            raise missing(kind, name, kind)


def _is_there(desk: Desk, kind: str, name: str) -> bool:
    if kind == _CHARGE:
        payment = desk.context.snapshot.payment(payment_of(name))
        return payment is not None and charge_of(payment.id) == name
    found = desk.find(name)
    return found is not None and found.kind == kind
