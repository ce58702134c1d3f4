"""What a merchant calls its payments, and how it says which order they are for.

The gateway knows a payment by an id of its own. In a dialect it may be told as a charge, under the
same number, or as part of something that the merchant made for it (`Payment.resource`, such as a
payment intent); the order book may list it under any of these names.

The order of a payment is the reference that it was given, or was given later. A merchant with its
own way to say so has a rule in its file: a JMESPath expression over whatever it made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import jmespath

from simulator.gateway.things import Resource
from simulator.journal.entry import Commit

_CHARGE: Final = "ch_"
_PAYMENT: Final = "pay_"


class Names:
    """Fed with commits, it knows the payments behind every name. `rule` is that of the file."""

    def __init__(self, rule: str | None = None) -> None:
        self._rule = jmespath.compile(rule) if rule else None
        self._made: dict[str, list[str]] = {}  # for each resource its payments
        self._orders: dict[str, str] = {}  # by resource, and by the reference it was given first

    def learn(self, commit: Commit) -> None:
        """Take in a change of state."""
        for payment in commit.payments:
            if payment.resource is not None:
                made = self._made.setdefault(payment.resource, [])
                if payment.id not in made:
                    made.append(payment.id)
        for thing in commit.things:
            if isinstance(thing, Resource):
                self._read(thing)

    def order_of(self, reference: str) -> str | None:
        """The order for which something was made that the gateway knows under this reference."""
        return self._orders.get(reference)

    def payments(self, listed: Iterable[str]) -> tuple[str, ...]:
        """The ids of the payments that an order book lists; a name of nothing stays as it is."""
        names = [_payment(name) for name in listed]
        plain = {name for name in names if name not in self._made}
        found: list[str] = []
        for name in names:
            made = self._made.get(name)
            found += [name] if made is None else [each for each in made if each not in plain]
        return tuple(found)

    def _read(self, thing: Resource) -> None:
        """What the rule finds in something that the merchant made, else its later reference."""
        nameless = thing.payment is not None and thing.order == thing.id
        found: object = thing.alias if nameless else None
        if self._rule is not None:
            shown = {**thing.fields, "id": thing.id, "object": thing.kind}
            found = self._rule.search(shown) or found
        if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
            self._orders[thing.id] = self._orders[thing.order or thing.id] = str(found)


def _payment(name: str) -> str:
    """The payment that a charge is."""
    return _PAYMENT + name.removeprefix(_CHARGE) if name.startswith(_CHARGE) else name
