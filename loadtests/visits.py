"""What one shopper does, from arriving to leaving.

A shopper orders, and goes to the page at which to prove who pays, where the shop names one; told
`pending`, or told nothing by an error or a silence, the shopper asks about the order once a second
until patience ends; told `failed`, some try another card. What the shop said last is what the
shopper leaves with. Some have a habit, see `habits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from challenges import Challenge
from habits import Manner
from scenes import Sample

from simulator.cards import mask
from simulator.draws import uniform, unit
from simulator.drills.forms import values_of
from simulator.drills.mapping import STANDARD
from simulator.journal.entry import Answer, Arrival, Shopper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scenes import Reply, Scene

    from simulator.drills.asking import Filled, Request
    from simulator.drills.reading import Reading

ORDER_WITHIN: Final = 10.0  # seconds a shopper looks at a page that does not answer
POLL_WITHIN: Final = 5.0
POLL_EVERY: Final = (0.9, 1.1)  # seconds between questions
TYPING: Final = (1.0, 3.0)  # seconds to type another card in
OTHER_CARDS: Final = 2  # at most
TRIES_AGAIN: Final = 0.5  # the part of shoppers who try another card, after each failure
RETURNS: Final = 2  # times that one who returns looks again when all is said

_STATEMENTS: Final = ("paid", "pending", "failed")
_LONGEST: Final = 300  # characters kept of a message


class Visit:
    """Shopper `n`, who was to come at `intended` on the monotonic clock."""

    def __init__(self, scene: Scene, n: int, intended: float) -> None:
        self._scene = scene
        self._purchase = scene.cast.purchase(n)
        self._order = scene.plan.order(n)
        self._manner = Manner(scene.plan, n)
        self._api = scene.plan.mapping.api
        self._values = values_of(self._purchase.body(self._order))
        self._id: str | None = None  # what the shop calls the order, where it calls it something
        self._intended = intended
        self._until: float | None = None  # when patience ends, once it is needed
        self._polls = 0
        self._tries = 1
        self._last: str | None = None  # the last statement that reached the shopper
        self._page: str | None = None  # where the shop sent the shopper, the last time
        self._proved: set[str] = set()  # the pages that the shopper has been at
        self._placed = False  # whether a request to place the order has ended
        self._arrived = False  # whether anything may have reached the shop

    def run(self) -> None:
        """Shop and leave. The shopper leaves, on record, also when the run is cut short."""
        purchase = self._purchase
        self._scene.record(
            Arrival(
                **self._scene.stamp(),
                order=self._order,
                intended=self._intended,
                amount=purchase.amount,
                currency=purchase.persona.currency,
                method=purchase.method,
                token=purchase.token,
                locale=purchase.locale,
            )
        )
        try:
            self._shop()
        finally:
            self._leave()

    def _shop(self) -> None:
        said = self._places_order()
        while said != "paid":
            if said == "failed":
                if not self._takes_another_card():
                    break
                said = self._pay_again()
            elif self._proves():
                said = self._looks()
            elif self._waits():
                said = self._looks() if self._arrived else self._places_again()
            else:
                return
        if self._manner.habit == "return_twice":
            for _ in range(RETURNS):
                if self._scene.rest(self._manner.span):
                    return
                self._looks()

    def _places_order(self) -> str | None:
        """Place the order in this shopper's manner; the last statement that came of it."""
        manner, create = self._manner, self._api.create.fill(self._values)
        if manner.habit == "refresh":
            self._ask("create", create, within=manner.span)
            if self._scene.rest(manner.span if self._last else 0.0):
                return self._last
            self._ask("create", create)
        elif manner.habit in ("double_click", "second_tab"):
            other = self._later(self._second(create))
            self._ask("create", create)
            other()
        else:
            self._ask("create", create)
        return self._last

    def _places_again(self) -> str | None:
        """Nothing has ever left for the shop, which was not there: try it once more."""
        return self._ask("create", self._api.create.fill(self._values))

    def _second(self, create: Filled) -> Callable[[], object]:
        """What the second click, or the second tab with another card, sends."""
        if self._manner.habit == "double_click":
            return lambda: self._ask("create", create)
        values = self._by_card(OTHER_CARDS + 1)
        if self._manner.pays_in_tab:
            return lambda: self._pays(values)
        return lambda: self._ask("create", self._api.create.fill(values))

    def _by_card(self, nth: int) -> dict[str, Any]:
        """The values of the order when it is paid by the `nth` other card."""
        purchase, country = self._purchase, self._purchase.persona.country
        token = self._scene.cast.card(purchase.n, country, nth=nth)
        method = {"type": "card", "token": token}
        return values_of({**purchase.body(self._order), "method": method})

    def _later(self, do: Callable[[], object]) -> Callable[[], None]:
        """Do something beside the rest, a moment from now; what is returned waits for its end."""

        def act() -> None:
            if not self._scene.rest(self._manner.span):
                do()

        return self._scene.aside(act)

    def _looks(self) -> str | None:
        if not self._reaches(self._api.show):
            return None
        return self._ask("poll", self._api.show.fill({**self._values, "id": self._id}))

    def _pays(self, values: Mapping[str, Any]) -> str | None:
        if not self._reaches(self._api.pay):
            return None
        return self._ask("pay", self._api.pay.fill({**values, "id": self._id}))

    def _reaches(self, request: Request) -> bool:
        """Whether the shopper knows what the shop calls the order, if that has to be said."""
        return self._id is not None or "id" not in request.uses

    def _takes_another_card(self) -> bool:
        """Whether the shopper tries again; if so, the other card is typed in by now."""
        seed, key = self._scene.plan.seed, f"{self._purchase.n}/{self._tries}"
        if not self._reaches(self._api.pay):
            return False
        if self._tries > OTHER_CARDS or unit(seed, "tries-again", key) >= TRIES_AGAIN:
            return False
        return not self._scene.rest(uniform(unit(seed, "typing", key), *TYPING))

    def _pay_again(self) -> str | None:
        values = self._by_card(self._tries)
        self._tries += 1
        return self._pays(values)

    def _proves(self) -> bool:
        """Go to the page that the shop has named, if it is a new one; whether there was one."""
        page, scene = self._page, self._scene
        if page is None or page in self._proved or scene.browser is None:
            return False
        self._proved.add(page)
        Challenge(scene, self._purchase.n, self._manner, page).take()
        return True

    def _waits(self) -> bool:
        """Wait before the next question; False when patience, or the run, has ended."""
        if self._arrived and not self._reaches(self._api.show):
            return False
        now = self._scene.clock.monotonic()
        if self._until is None:
            patience = self._scene.plan.traffic.patience
            gives_up = self._manner.habit == "give_up"
            self._until = now + (min(self._manner.span, patience) if gives_up else patience)
        if now >= self._until:
            return False
        self._polls += 1
        jitter = unit(self._scene.plan.seed, "poll", f"{self._purchase.n}/{self._polls}")
        pause = uniform(jitter, *POLL_EVERY)
        if self._manner.habit == "return_twice" and self._polls > 1:
            pause = self._manner.span  # looked once, and went away
        return not self._scene.rest(min(pause, self._until - now))

    def _ask(self, kind: str, request: Filled, within: float | None = None) -> str | None:
        """Send a request, write down the answer, and return what it stated, if anything."""
        sent = self._scene.clock.monotonic()
        if within is None:
            within = POLL_WITHIN if kind == "poll" else ORDER_WITHIN
        reply = self._scene.host.send(
            request.line, request.body, within=within, headers=request.head
        )
        self._arrived |= reply.sent
        stated = statement(reply, self._scene.plan.mapping.read)
        self._id = stated.id or self._id
        self._page = stated.page or self._page
        answer = Answer(
            **self._scene.stamp(),
            order=self._order,
            request=kind,
            sent=sent,
            code=reply.code,
            said=stated.said,
            message=stated.message,
            error=stated.error,
        )
        self._scene.record(answer)
        self._report(answer, len(reply.body))
        self._last = stated.said or self._last
        return stated.said

    def _report(self, answer: Answer, size: int) -> None:
        """Tell the statistics; the first request counts from when the shopper was to come."""
        request = {"create": self._api.create, "pay": self._api.pay, "poll": self._api.show}[
            answer.request
        ]
        creates = answer.request == "create"
        name = f"{request.name}, service time" if creates else request.name
        took = answer.mono - answer.sent
        self._scene.report(Sample(request.method, name, took, size, answer.error))
        if creates and not self._placed:
            self._placed = True
            whole = answer.mono - self._intended
            sample = Sample(request.method, request.name, whole, size, answer.error)
            self._scene.report(sample)

    def _leave(self) -> None:
        result = self._last or "error"
        left = Shopper(
            **self._scene.stamp(),
            order=self._order,
            intended=self._intended,
            result=result,
            tries=self._tries,
        )
        self._scene.record(left)
        error = "no statement" if result == "error" else None
        self._scene.report(Sample("SHOPPER", "checkout", left.mono - self._intended, error=error))


class Statement(NamedTuple):
    """What a reply states (paid, pending, failed or None), its message, why it states nothing.

    `id` is what the shop calls the order, `page` where it sends the shopper.
    """

    said: str | None = None
    message: str | None = None
    error: str | None = None
    id: str | None = None
    page: str | None = None


def statement(reply: Reply, reading: Reading = STANDARD.read) -> Statement:
    """What a reply states, read as a shop's mapping says.

    A 5xx, a silence and a body that is not the contract's are no statement. A 402 that says
    `failed` is one. A card number in the message is masked: none may reach a journal.
    """
    if reply.code is None:
        return Statement(error=reply.error)
    try:
        said = reading.said(msgspec.json.decode(reply.body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = reading.said(None)
    message = mask(said.message)[:_LONGEST] if said.message is not None else None
    if reply.code < 500 and said.status in _STATEMENTS:
        return Statement(said.status, message, id=said.id, page=said.page)
    why = "" if reply.code >= 500 else " without a status of paid, pending or failed"
    return Statement(None, message, f"status {reply.code}{why}", said.id)
