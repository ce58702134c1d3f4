"""What one shopper does, from arriving to leaving.

A shopper orders; told `pending`, or told nothing by an error or a silence, the shopper asks about
the order once a second until patience ends; told `failed`, some try another card. What the shop
said last is what the shopper leaves with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from scenes import Sample

from simulator.cards import mask
from simulator.draws import uniform, unit
from simulator.journal.entry import Answer, Arrival, Shopper

if TYPE_CHECKING:
    from scenes import Reply, Scene

ORDER_WITHIN: Final = 10.0  # seconds a shopper looks at a page that does not answer
POLL_WITHIN: Final = 5.0
POLL_EVERY: Final = (0.9, 1.1)  # seconds between questions
TYPING: Final = (1.0, 3.0)  # seconds to type another card in
OTHER_CARDS: Final = 2  # at most
TRIES_AGAIN: Final = 0.5  # the part of shoppers who try another card, after each failure

_STATEMENTS: Final = ("paid", "pending", "failed")
_LONGEST: Final = 300  # characters kept of a message


class _Said(msgspec.Struct):
    status: Any = None
    message: Any = None


class Visit:
    """Shopper `n`, who was to come at `intended` on the monotonic clock."""

    def __init__(self, scene: Scene, n: int, intended: float) -> None:
        self._scene = scene
        self._purchase = scene.cast.purchase(n)
        self._order = scene.plan.order(n)
        self._intended = intended
        self._until: float | None = None  # when patience ends, once it is needed
        self._polls = 0
        self._tries = 1
        self._last: str | None = None  # the last statement that reached the shopper

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
        body = msgspec.json.encode(self._purchase.body(self._order))
        said = self._ask("create", "POST /orders", body)
        while said != "paid":
            if said == "failed":
                if not self._takes_another_card():
                    return
                said = self._pay_again()
            elif self._waits():
                said = self._ask("poll", f"GET /orders/{self._order}")
            else:
                return

    def _takes_another_card(self) -> bool:
        """Whether the shopper tries again; if so, the other card is typed in by now."""
        seed, key = self._scene.plan.seed, f"{self._purchase.n}/{self._tries}"
        if self._tries > OTHER_CARDS or unit(seed, "tries-again", key) >= TRIES_AGAIN:
            return False
        return not self._scene.rest(uniform(unit(seed, "typing", key), *TYPING))

    def _pay_again(self) -> str | None:
        country = self._purchase.persona.country
        token = self._scene.cast.card(self._purchase.n, country, nth=self._tries)
        self._tries += 1
        body = msgspec.json.encode({"method": {"type": "card", "token": token}})
        return self._ask("pay", f"POST /orders/{self._order}/pay", body)

    def _waits(self) -> bool:
        """Wait before the next question; False when patience, or the run, has ended."""
        now = self._scene.clock.monotonic()
        if self._until is None:
            self._until = now + self._scene.plan.traffic.patience
        if now >= self._until:
            return False
        self._polls += 1
        jitter = unit(self._scene.plan.seed, "poll", f"{self._purchase.n}/{self._polls}")
        return not self._scene.rest(min(uniform(jitter, *POLL_EVERY), self._until - now))

    def _ask(self, kind: str, request: str, body: bytes = b"") -> str | None:
        """Send a request, write down the answer, and return what it stated, if anything."""
        sent = self._scene.clock.monotonic()
        within = POLL_WITHIN if kind == "poll" else ORDER_WITHIN
        reply = self._scene.host.send(request, body, within=within)
        said, message, error = statement(reply)
        answer = Answer(
            **self._scene.stamp(),
            order=self._order,
            request=kind,
            sent=sent,
            code=reply.code,
            said=said,
            message=message,
            error=error,
        )
        self._scene.record(answer)
        self._report(answer, len(reply.body))
        self._last = said or self._last
        return said

    def _report(self, answer: Answer, size: int) -> None:
        """Tell the statistics; the first request counts from when the shopper was to come."""
        kind, name = {
            "create": ("POST", "/orders, service time"),
            "pay": ("POST", "/orders/{id}/pay"),
            "poll": ("GET", "/orders/{id}"),
        }[answer.request]
        took = answer.mono - answer.sent
        self._scene.report(Sample(kind, name, took, size, answer.error))
        if answer.request == "create":
            whole = answer.mono - self._intended
            self._scene.report(Sample("POST", "/orders", whole, size, answer.error))

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


def statement(reply: Reply) -> tuple[str | None, str | None, str | None]:
    """What a reply states (paid, pending, failed or None), its message, and why it states nothing.

    A 5xx, a silence and a body that is not the contract's are no statement. A 402 that says
    `failed` is one. A card number in the message is masked: none may reach a journal.
    """
    if reply.code is None:
        return None, None, reply.error
    try:
        body = msgspec.json.decode(reply.body, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = _Said()
    message = mask(body.message)[:_LONGEST] if isinstance(body.message, str) else None
    if reply.code >= 500:
        return None, message, f"status {reply.code}"
    if body.status in _STATEMENTS:
        return body.status, message, None
    return None, message, f"status {reply.code} without a status of paid, pending or failed"
