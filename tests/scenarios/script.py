"""What happens in a scenario, said step by step; and who is struck by what, known beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from simulator.cards import from_token
from simulator.faults.actions import Delay, Queue
from simulator.faults.fault import Effect, Stage
from simulator.scenario.document import Phase, Scenario
from simulator.scenario.facts import Facts, Fired, Plan
from simulator.scenario.player import Player
from simulator.scenario.rules import Rule
from tests.server.kit import CARD

AMOUNT: Final = 1000
OTHER_CARD: Final = {"type": "card", "token": "tok_mastercard_US_777"}
WALLET: Final = {"type": "wallet"}
#: Just inside the window of a rule, in seconds.
INSIDE_S: Final = 0.05


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happens in a scenario.

    Attributes:
        hit: the rule that strikes, `rule` or `rule/arm`; "" if none does, for it is the gateway's
            own nature (its profile) that speaks.
        failure: the failure of the catalogue that this shows.
        sees: what the caller sees: `201`, `402`, `504 html`, `refused`, `reset`, `closed`, `cut`,
            `garbage`, or for webhooks `told` and `not told`.
        money: what has been taken for the order in the end: `none`, `once`, `twice`, `part`,
            or `later` (nothing at first, once in the end).
        then: what is tried next, one after the other, and what comes of it, as `same key: 201`. The
            ways: `same key`, `again` (a new attempt), `card`, `other card`, `wallet`, `backup`,
            `ask`, `wait`, and `phase NAME`.
        pay: what is different in the body of the payment.
        operation: what is struck, where it is not the payment itself.
        channel: where it is sent.
        phase: in which phase, where no rule tells.
        late: seconds into the phase.
    """

    failure: str
    sees: str
    hit: str = ""
    money: str = "none"
    then: tuple[str, ...] = ()
    pay: dict[str, Any] = {}
    operation: str = "authorize"
    channel: str = "primary"
    phase: str | None = None
    late: float = 0.0


class Script:
    """A step made ready: the requests it sends, and which orders meet what it wants."""

    def __init__(self, scenario: Scenario, step: Step) -> None:
        self.step = step
        self._phase, self._rule = place(scenario, step)
        self._player = Player(scenario, seed=scenario.seed, started=0.0)
        if self._phase is not None:
            self._player.jump(self._phase.name, 0.0)
        self._now = max(step.late, self._rule.at if self._rule else 0.0) + INSIDE_S
        stages = {shot.fault.stage for shot in self._rule.arms} if self._rule else set()
        self.webhook = Stage.WEBHOOK in stages
        self._outage = Stage.CHANNEL in stages
        arm = step.hit.partition("/")[2] or None
        shots = [shot for shot in self._rule.arms if shot.arm == arm] if self._rule else []
        self._done = any(shot.fault.effect is not Effect.NONE for shot in shots)

    def body(self, order: str) -> dict[str, Any]:
        """The payment."""
        base = {"order_id": order, "amount": AMOUNT, "currency": "USD", "method": CARD}
        return base | self.step.pay

    def fits(self, order: str) -> bool:
        """Whether the step's rule strikes this order, and nothing strikes what follows."""
        body, step = self.body(order), self.step
        first = self._facts(body, step.operation if not self.webhook else "authorize")
        if self.webhook:
            return self._spared(first) and self._announced(body)
        if step.operation not in {"authorize", "query", "page"} and not self._spared(
            self._facts(body, "authorize")
        ):
            return False
        fired = [each for each in _all(self._player.plan(first, self._now)) if each is not None]
        met = [_fired(each) for each in fired if not isinstance(each.action, Delay | Queue)]
        met += [_fired(each) for each in fired if isinstance(each.action, Delay | Queue)]
        if not self._outage and (step.hit not in met if step.hit else _serious(fired)):
            return False
        if step.hit and not self._outage and len([each for each in fired if _does(each)]) > 1:
            return False
        asked = 0
        for then in step.then:
            way = then.partition(": ")[0]
            if way == "wait" or way.startswith("phase "):
                break  # another time, with other fates
            asked += way == "ask"
            if not self._follows(then, body, asked):
                return False
        return True

    def _follows(self, then: str, body: dict[str, Any], asked: int) -> bool:
        way, _, result = then.partition(": ")
        if way == "ask":
            return self._spared(self._facts(body, "query", exchange=asked))
        channel = route(way, self.step.channel)
        exchange = 1 if channel != self.step.channel else 2
        facts = self._facts(body | changed(way), "authorize", channel, 2, exchange)
        if way == "same key" and self._done:  # a replay's decision is never drawn anew
            plan = self._player.plan(facts, self._now)
            return not _serious([each for each in (plan.before, plan.after, plan.wire) if each])
        if result.startswith("2"):
            return self._spared(facts)
        return True

    def _announced(self, body: dict[str, Any]) -> bool:
        """Whether the rule strikes news of the payment."""
        for event in ("payment.captured", "payment.failed", "payment.authorized"):
            facts = self._facts(body, "webhook", webhook=event)
            fired = self._player.webhook(facts, self._now)
            if fired is not None and _fired(fired) == self.step.hit and event.endswith("captured"):
                return True
        return False

    def _spared(self, facts: Facts) -> bool:
        return not _serious([each for each in _all(self._player.plan(facts, self._now)) if each])

    def _facts(
        self,
        body: dict[str, Any],
        operation: str,
        channel: str | None = None,
        attempt: int = 1,
        exchange: int = 1,
        webhook: str | None = None,
    ) -> Facts:
        """What rules see of this request."""
        if operation in {"query", "page"}:  # about an order, and no payment that is known
            return Facts(
                channel=channel or self.step.channel,
                operation=operation,
                order=body["order_id"],
                exchange=exchange,
            )
        method, payer = body["method"], body.get("payer", {})
        token = method.get("token")
        card = from_token(token) if token and token.startswith("tok_") else None
        return Facts(
            channel=channel or self.step.channel,
            operation=operation,
            order=body["order_id"],
            method=method["type"],
            card_country=card.country if card else None,
            card_brand=card.brand if card else None,
            card_token=token,
            amount=body["amount"],
            currency=body["currency"],
            payer_country=payer.get("country"),
            payer_email=payer.get("email"),
            product=body.get("product"),
            webhook=webhook,
            attempt=attempt,
            exchange=exchange,
        )


def place(scenario: Scenario, step: Step) -> tuple[Phase | None, Rule | None]:
    """The phase and the rule of a step."""
    name = step.hit.partition("/")[0] if "/" in step.hit else step.hit
    for phase, rule in scenario.sections():
        if rule.name in {name, step.hit}:
            return phase, rule
    assert not step.hit, f"{scenario.name} has no rule '{name}'"
    return next((phase for phase in scenario.phases if phase.name == step.phase), None), None


def _all(plan: Plan) -> tuple[Fired | None, ...]:
    return plan.before, plan.decide, plan.after, plan.wire, plan.book


def _serious(fired: Iterable[Fired]) -> bool:
    return any(_does(each) for each in fired)


def _does(fired: Fired) -> bool:
    """Whether it does more than let the caller wait."""
    return not isinstance(fired.action, Delay | Queue)


def _fired(fired: Fired) -> str:
    return fired.rule if fired.arm is None else f"{fired.rule}/{fired.arm}"


def changed(way: str) -> dict[str, Any]:
    """What is different in the payment when this way is tried next."""
    ways = {"other card": OTHER_CARD, "wallet": WALLET, "card": CARD}
    return {"method": ways[way]} if way in ways else {}


def route(way: str, channel: str) -> str:
    """The channel to which this way goes."""
    return "backup" if way == "backup" else channel
