"""The webhooks of one order: which reached the merchant, how often, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

from simulator.gateway.model import Status
from simulator.journal.entry import Delivery
from simulator.journal.lives import OrderLife

#: What an order must be called by somebody who knows nothing but this event.
_CLAIMS: Final = MappingProxyType(
    {
        "payment.captured": "paid",
        "payment.authorized": "paid",
        "payment.failed": "failed",
        "payment.canceled": "failed",
        "payment.expired": "failed",
        "payment.created": "pending",
        "payment.requires_action": "pending",
        "payment.processing": "pending",
        "payment.retrying": "pending",
        "refund.created": "refunded",
        "refund.succeeded": "refunded",
    }
)
#: The events that say that there is money, and the states in which there is.
GOOD_NEWS: Final = frozenset({"payment.captured", "payment.authorized"})
GOOD_STATES: Final = (Status.CAPTURED, Status.AUTHORIZED)


def claim(delivery: Delivery) -> str | None:
    """The status of the order that an event speaks for, if any."""
    return _CLAIMS.get(delivery.type)


def came(delivery: Delivery) -> float:
    """When it was sent: the earliest moment at which the merchant could act on it."""
    return delivery.mono - delivery.took


@dataclass
class Mail:
    """What was sent to the merchant about one order, by the time at which it was answered."""

    order: OrderLife

    @cached_property
    def sent(self) -> tuple[Delivery, ...]:
        """All that left the gateway, or a forger; a try that met no listener did not."""
        found = (each for each in self.order.deliveries if each.sent)
        return tuple(sorted(found, key=lambda each: each.mono))

    @property
    def forged(self) -> Iterator[Delivery]:
        """The forgeries."""
        return (each for each in self.sent if not each.genuine)

    @property
    def stale(self) -> Iterator[Delivery]:
        """Those whose right signature has an old timestamp."""
        return (each for each in self.sent if each.genuine and each.stale)

    @cached_property
    def events(self) -> dict[str, list[Delivery]]:
        """The genuine deliveries of each event, the stale among them."""
        found: dict[str, list[Delivery]] = {}
        for each in self.sent:
            if each.genuine:
                found.setdefault(each.event, []).append(each)
        return found

    @property
    def repeated(self) -> Iterator[list[Delivery]]:
        """The deliveries of each event that came more than once."""
        return (copies for copies in self.events.values() if len(copies) > 1)

    @property
    def outdated(self) -> Iterator[tuple[Delivery, Delivery]]:
        """For each payment whose last event that was acknowledged was not its newest: the two.

        Where a dialect tells of one change by several events, none of them is newer.
        """
        taken: dict[str | None, list[Delivery]] = {}
        for each in self.sent:
            known_event = each.payment and each.event in self._born
            if each.genuine and each.acknowledged and known_event:
                taken.setdefault(each.payment, []).append(each)
        for known in taken.values():
            newest = max(known, key=lambda each: self._born[each.event])
            if self._born[newest.event] != self._born[known[-1].event]:
                yield known[-1], newest

    @cached_property
    def _born(self) -> dict[str, tuple[int, int]]:
        """When each event was born: the number of its commit, and the place of its change in it."""
        found: dict[str, tuple[int, int]] = {}
        for commit in self.order.commits:
            changes: dict[tuple[str, str], int] = {}
            for event in commit.events:
                place = changes.setdefault((event.type, event.payment), len(changes))
                found[event.id] = commit.seq, place
        return found
