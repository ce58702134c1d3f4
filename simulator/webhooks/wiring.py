"""What a dispatcher is connected to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulator.clock import Clock
from simulator.dialects.letter import Letter
from simulator.gateway.model import Event
from simulator.gateway.ports import Ids
from simulator.journal.entry import Delivery
from simulator.scenario.facts import Fired
from simulator.webhooks.schedule import SHORT, STRIPE, Schedule
from simulator.webhooks.sender import Sender
from simulator.webhooks.target import Target

IN_FLIGHT: Final = 64


#: In which dialect an event is told.
Choose = Callable[[Event], Letter]
#: Where an endpoint lies that the merchant made (channel, id); None if nothing is sent there.
Find = Callable[[str, str], Target | None]
#: What a scenario has in store for this try of this event.
Plan = Callable[[Event, int], Fired | None]
Record = Callable[[Delivery], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a dispatcher is connected to.

    `clock` is the account's, on which schedules run; `system` the machine's, for signatures and
    the journal. `record` is called once for every try, when its outcome is known. What goes to the
    account's own address follows `schedule`, what goes to endpoints that the merchant made
    `of_endpoints`; at most `in_flight` tries are on their way to each.
    """

    account: str
    sender: Sender
    clock: Clock
    system: Clock
    ids: Ids
    letter: Choose
    endpoint: Find
    plan: Plan
    record: Record
    schedule: Schedule = SHORT
    of_endpoints: Schedule = STRIPE
    in_flight: int = IN_FLIGHT
