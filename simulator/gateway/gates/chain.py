"""All gates in the order in which a real gateway has them.

What the method cannot do comes first, then limits, then risk, then the payer's authentication: a
gateway that would refuse anyway does not bother the payer. The first gate that objects wins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from simulator.gateway.decision import Context
from simulator.gateway.gates import authentication, limits, methods, risk
from simulator.gateway.gates.risk import Verdict
from simulator.gateway.model import Payment

Gate = Callable[[Payment, Context], Verdict | None]

GATES: Final[tuple[Gate, ...]] = (
    methods.gate,
    limits.gate,
    risk.gate,
    authentication.gate,
)


def objection(payment: Payment, context: Context) -> Verdict | None:
    """What the gateway itself has against charging this payment now, if anything."""
    for gate in GATES:
        found = gate(payment, context)
        if found is not None:
            return found
    return None
