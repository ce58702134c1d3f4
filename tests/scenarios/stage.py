"""A stage on which a scenario is performed step by step, against the real gateway.

A step names the rule that is to strike. The fates of a scenario are known beforehand, so an order
is looked for that this rule strikes, and that what follows spares; then the request is really sent.
Nothing waits: faults that keep a caller waiting are cut short, and the account's clock is advanced.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from errno import ECONNRESET
from pathlib import Path
from typing import Any, ClassVar, Final

import aiohttp
import msgspec

from simulator.assembly import Settings, new_secret, serving
from simulator.journal.entry import Delivery, Exchange, Hit, Outage
from simulator.scenario.document import Scenario
from tests.scenarios.script import (
    AMOUNT,
    INSIDE_S,
    Script,
    Step,
    changed,
    place,
    route,
)
from tests.server.kit import CARD, Answer, Desk
from tests.server.receiver import Receiver

#: Answers that name a failure.
_REASONED: Final = frozenset({"402", "403", "409", "422", "429", "500", "502", "503", "504"})
_ORDERS: Final = 4000


class Act(msgspec.Struct, frozen=True):
    """What no Step can tell: a scene of its own; it asserts what it shows."""

    failure: str
    play: Callable[[Stage], Awaitable[None]]


Row = tuple[Step | Act, ...]


class Stage:
    """A gateway that plays one scenario, and all that a scene may want to do with it."""

    #: Who speaks for the merchant, and who takes its news.
    client: ClassVar[type[Desk]] = Desk
    receiver: ClassVar[type[Receiver]] = Receiver
    #: The status of a payment that goes on trying.
    waiting: ClassVar[str] = "retrying"

    def __init__(self, it: Desk, scenario: Scenario, news: list[str]) -> None:
        self.it = it
        self.scenario = scenario
        self.news = news
        self._orders: set[str] = set()

    async def open(self, receiver: Receiver) -> None:
        """Say where news is wanted, and let the scenario begin."""
        address = {"url": f"http://127.0.0.1:{receiver.port}/hooks", "secret": new_secret()}
        await self.control("PUT", "/webhook", address)
        await self.restart()

    async def perform(self, step: Step) -> None:
        """Let it happen, and hold what happened against what the step says."""
        await self.begin(step)
        script = Script(self.scenario, step)
        body = script.body(self._cast(script))
        if script.webhook:
            await self._notify(step, body)
            return
        path, sent = await self._set(step, body)
        seen = await self.send(path, sent, step.channel, key=f"key-{body['order_id']}")
        assert _named(seen) == step.sees, seen
        if isinstance(seen, Answer) and step.sees in _REASONED and step.failure != "late_success":
            assert seen.error["failure"] == step.failure
        if step.hit and step.sees != "refused":
            assert step.hit in self.hits(body["order_id"])
        if step.operation == "authorize":
            early = await self.taken(body["order_id"])
            assert early == ({"later": 0, "none": 0}.get(step.money, early)), early
        for then in step.then:
            way, _, result = then.partition(": ")
            wanted = self.waiting if result == "retrying" else result
            got = await self._try(way, step, body)
            assert got == wanted, f"{then}, not {got}"
        await self.settle(step)
        await self._count(step, body)

    async def meet(self, hit: str, **pay: Any) -> Answer:
        """A payment for an order that this rule strikes; the answer to it."""
        step = Step(hit=hit, failure="", sees="", pay=pay)
        await self.begin(step)
        script = Script(self.scenario, step)
        answer = await self.it.call("POST", "/v1/payments", script.body(self._cast(script)))
        assert hit in self.hits(answer.body.get("order_id"))
        return answer

    def cast(self, step: Step) -> str:
        """An order whose fate is what the step says."""
        return self._cast(Script(self.scenario, step))

    async def restart(self) -> None:
        """Play the scenario anew, from its beginning."""
        answer = await self.it.control("PUT", "/accounts/shop/scenario", self.scenario.text)
        assert answer.status == 200, answer

    async def begin(self, step: Step) -> None:
        """Let the step's phase begin now, and the time of its rule come."""
        phase, rule = place(self.scenario, step)
        if phase is not None:
            await self.control("POST", "/phase", {"name": phase.name})
        ahead = max(step.late, rule.at if rule else 0.0)
        if ahead:
            await self.advance(ahead + INSIDE_S)

    async def advance(self, seconds: float) -> None:
        """Move the account's clock forward."""
        await self.control("POST", "/clock/advance", {"by": f"{seconds:g}s"})

    async def control(self, method: str, path: str, body: object = None) -> Answer:
        """One call of the control API about this account."""
        answer = await self.it.control(method, f"/accounts/shop{path}", body)
        assert answer.status < 300, answer
        return answer

    async def send(
        self, path: str, body: object, channel: str = "primary", key: str | None = None
    ) -> Answer | Exception:
        """A request, and what came of it; queries have no body."""
        more: dict[str, Any] = {} if key is None else {"key": key}
        try:
            method = "GET" if body is None else "POST"
            return await self.it.call(method, path, body, channel=channel, timeout=5, **more)
        except (aiohttp.ClientError, TimeoutError) as error:
            return error

    async def together(self, path: str, body: object, *, key: str) -> tuple[Answer, Answer]:
        """The same request twice at the same time."""
        calls = (self.it.call("POST", path, body, key=key) for _ in range(2))
        first, second = await asyncio.gather(*calls)
        return first, second

    def payment(self, order: str, way: str = "") -> dict[str, Any]:
        """The body of a payment for an order, as a `way` of a step changes it."""
        base = {"order_id": order, "amount": AMOUNT, "currency": "USD", "method": CARD}
        return base | changed(way)

    async def tried(self, order: str, least: int) -> list[Delivery]:
        """The tries to bring news of an order, as soon as so many have been acknowledged."""
        for _ in range(60):
            if sum(line.acknowledged for line in self.deliveries(order)) >= least:
                break
            await self.advance(7)
            await asyncio.sleep(0.005)
        return self.deliveries(order)

    async def taken(self, order: str) -> int:
        """What has been captured for an order and not given back, on all channels, minor units."""
        answer = await self.control("GET", "/payments")
        mine = [each for each in answer.body["data"] if each["order_id"] == order]
        return sum(each["amount_captured"] - each["amount_refunded"] for each in mine)

    async def settle(self, step: Step) -> None:
        """Let all that is to come by itself come."""
        if step.money == "later" or step.operation in {"refund", "capture"}:
            await self.advance(120)

    def retrying(self, payment: dict[str, Any], cause: str, tries: int) -> None:
        """A payment that goes on trying for this cause says so, and what to do meanwhile."""
        assert payment["status"] == self.waiting, payment
        told = payment["retrying"]
        assert (told["cause"], told["tries"], told["of"]) == (cause, tries, 3)
        assert (told["failure"], told["money"]) == ("customer_action_pending", "unknown")
        assert told["retry"] == "query"
        assert "do not pay again" in told["message"]

    def hits(self, order: str | None = None) -> list[str]:
        """The rules that struck, with their arms: those of one order, or all."""
        found: list[str] = []
        for line in self.it.lines():
            if isinstance(line, Outage) and line.state == "down" and order is None:
                found.append(line.rule)
            if isinstance(line, Exchange | Delivery) and order in (None, line.order):
                found += [_spelt(hit) for hit in line.hits]
        return found

    def deliveries(self, order: str) -> list[Delivery]:
        """The tries to deliver news of an order."""
        lines = self.it.lines()
        return [line for line in lines if isinstance(line, Delivery) and line.order == order]

    def _cast(self, script: Script) -> str:
        """An order whose fate is what the step says."""
        for number in range(1, _ORDERS):
            order = f"{number}"
            if order not in self._orders and script.fits(order):
                self._orders.add(order)
                return order
        raise AssertionError(f"no order meets '{script.step.hit}' and what follows it")

    async def _set(self, step: Step, body: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
        """The path and the body that the step is about; a payment before it, if it needs one."""
        if step.operation == "authorize":
            return "/v1/payments", body
        if step.operation == "query":
            return f"/v1/payments?order_id={body['order_id']}", None
        manual = step.operation in {"capture", "cancel"}
        made = await self.send(
            "/v1/payments", body | ({"capture": "manual"} if manual else {}), step.channel
        )
        assert isinstance(made, Answer)
        assert made.status == 201, made
        if step.operation == "refund":
            return "/v1/refunds", {"payment": made.body["id"], "amount": body["amount"]}
        amount = {"amount": body["amount"]} if step.operation == "capture" else {}
        return f"/v1/payments/{made.body['id']}/{step.operation}", amount

    async def _try(self, way: str, step: Step, body: dict[str, Any]) -> str:
        """What a merchant or a payer may do next, and what comes of it."""
        order, path = body["order_id"], "/v1/payments"
        if way == "ask":
            seen = await self.send(f"{path}?order_id={order}", None, step.channel)
            assert isinstance(seen, Answer)
            return " ".join(sorted(each["status"] for each in seen.body["data"])) or "nothing"
        if way == "wait":
            await self.advance(120)
            return "done"
        if way.startswith("phase "):
            await self.control("POST", "/phase", {"name": way.removeprefix("phase ")})
            return "begun"
        key = f"key-{order}" if way == "same key" else None
        seen = await self.send(path, body | changed(way), route(way, step.channel), key)
        return _named(seen)

    async def _notify(self, step: Step, body: dict[str, Any]) -> None:
        """A payment, and the news of it."""
        paid = await self.send("/v1/payments", body, step.channel)
        assert isinstance(paid, Answer)
        order, known = body["order_id"], False
        for _ in range(60):
            if step.hit in self.hits(order) and (known or step.sees == "not told"):
                break
            await self.advance(7)
            await asyncio.sleep(0.005)
            known = any(_honest(line) for line in self.deliveries(order))
        assert step.hit in self.hits(order)
        assert known is (step.sees == "told")
        await self._count(step, body)

    async def _count(self, step: Step, body: dict[str, Any]) -> None:
        """The money, in the end."""
        taken, amount = await self.taken(body["order_id"]), body["amount"]
        whole = {"none": 0, "once": amount, "later": amount, "twice": 2 * amount}
        if step.money == "part":
            assert 0 < taken < amount, taken
        else:
            assert taken == whole[step.money], taken


@asynccontextmanager
async def stage(
    folder: Path, scenario: Scenario, kind: type[Stage] = Stage
) -> AsyncIterator[Stage]:
    """A gateway in this process that plays the scenario, and a merchant's webhook endpoint."""
    news: list[str] = []
    receiver = kind.receiver(news)
    await receiver.start()
    journal = folder / "journal.jsonl"
    settings = Settings(port=0, backup_port=0, control_port=0, journal=journal)
    connector = aiohttp.TCPConnector(force_close=True)  # who is reset must have sent something
    try:
        async with (
            serving(settings) as running,
            aiohttp.ClientSession(connector=connector) as session,
        ):
            here = kind(kind.client(running, session, journal), scenario, news)
            await here.open(receiver)
            yield here
    finally:
        await receiver.close()


def _spelt(hit: Hit) -> str:
    return hit.rule if hit.arm is None else f"{hit.rule}/{hit.arm}"


def _honest(line: Delivery) -> bool:
    return line.acknowledged and line.genuine and not line.stale


def _named(seen: Answer | Exception) -> str:
    """What a caller sees, in a word."""
    if isinstance(seen, Answer):
        return f"{seen.status} html" if "text" in seen.body else f"{seen.status}"
    if isinstance(seen, aiohttp.ClientConnectorError):
        return "refused"
    if isinstance(seen, aiohttp.ServerDisconnectedError):
        return "closed"
    if isinstance(seen, aiohttp.ClientOSError) and seen.errno == ECONNRESET:
        return "reset"
    if isinstance(seen, aiohttp.ClientPayloadError):
        return "cut"
    if isinstance(seen, aiohttp.ClientResponseError):
        return "garbage"
    return type(seen).__name__
