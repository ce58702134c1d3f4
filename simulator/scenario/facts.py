"""What a rule can see of an exchange, and what a fired rule is."""

from __future__ import annotations

import msgspec

from simulator.faults.actions import Action
from simulator.faults.fault import Fault
from simulator.journal.entry import Hit


class Facts(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One exchange or one webhook delivery, as matchers see it.

    `order` is the key by which fates are drawn: the reference without the run prefix. `attempt`
    counts the attempts of this order and operation from 1; `exchange` counts every exchange of
    this order, operation and channel, replays too. For a webhook delivery `operation` is
    `webhook`, `webhook` is the event type, and both counters are the number of the try. `proved`
    says that the payer has proved who pays: faults of that kind have no more to say.
    `payer` is the payer's trace, by which fates are drawn; `payer_email` is the address where a
    payment is made, and masked (`a***@example.com`) in what comes afterwards.
    """

    channel: str
    operation: str
    order: str = ""
    method: str | None = None
    card_country: str | None = None
    card_brand: str | None = None
    card_token: str | None = None
    amount: int | None = None
    currency: str | None = None
    payer_country: str | None = None
    payer_email: str | None = None
    payer: str | None = None
    product: str | None = None
    cohort: str | None = None
    webhook: str | None = None
    attempt: int = 1
    exchange: int = 1
    proved: bool = False


class Fired(msgspec.Struct, frozen=True, gc=False):
    """A rule that fires on an exchange at one stage: what to perform and how to record it."""

    rule: str
    arm: str | None
    fault: Fault
    action: Action

    def hit(self) -> Hit:
        """The journal's record of it; written when it has been performed."""
        fault = self.fault
        return Hit(
            rule=self.rule,
            fault=fault.name,
            stage=str(fault.stage),
            effect=str(fault.effect),
            seen=str(fault.seen),
            arm=self.arm,
        )


class Plan(msgspec.Struct, frozen=True, gc=False):
    """At most one fired rule for each stage of an exchange, and for how it will be booked."""

    before: Fired | None = None
    decide: Fired | None = None
    after: Fired | None = None
    wire: Fired | None = None
    book: Fired | None = None


CLEAN = Plan()
