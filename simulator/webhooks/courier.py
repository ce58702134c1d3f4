"""One try of one event at one address, with the fault that is in store for it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.dialects.letter import guessed_secret
from simulator.faults.actions import (
    AgeWebhook,
    DelayWebhook,
    DropWebhook,
    ForgeWebhook,
    HoldWebhook,
    RepeatWebhook,
)
from simulator.journal.entry import Delivery
from simulator.scenario.facts import Fired
from simulator.webhooks.outbox import Job
from simulator.webhooks.sender import Result
from simulator.webhooks.target import Target
from simulator.webhooks.wiring import Wiring


class Courier:
    """Carries jobs to where `target_of` says, and writes down what became of each try."""

    def __init__(self, wiring: Wiring, target_of: Callable[[Job], Target | None]) -> None:
        self._wiring = wiring
        self._target_of = target_of

    async def carry(self, job: Job, fired: Fired | None) -> bool:
        """Whether the event was acknowledged."""
        match fired.action if fired else None:
            case None | DelayWebhook():  # a delay has been waited for by now
                return await self._post(job, fired)
            case HoldWebhook():  # was held and follows; or goes now, for another one is held
                return await self._post(job, fired if job.drawn else None)
            case DropWebhook():
                self._record(job, Result(sent=False), fired)
                return False
            case RepeatWebhook(times=times):
                return await self._repeat(job, fired, times)
            case AgeWebhook(seconds):
                await self._post(job, fired, age=seconds)
                return False  # whatever was answered: the event itself is still owed
            case ForgeWebhook():
                # The lie goes first: an attacker does not wait for the gateway.
                await self._forge(job, fired)
                return await self._post(job, None)
            case other:
                raise TypeError(f"{type(other).__name__} cannot be done to a webhook")

    def failed(self, job: Job, error: Exception) -> None:
        """Write down that a try came to nothing by a bug of ours; its text could say too much."""
        self._record(job, Result(sent=False, error=f"bug: {type(error).__name__}"), None)

    async def _repeat(self, job: Job, fired: Fired | None, times: int) -> bool:
        """The genuine try, then copies one after the other; the hit stands at the first copy."""
        acknowledged = await self._post(job, None)
        for copy in range(times):
            taken = await self._post(job, fired if copy == 0 else None)
            acknowledged = acknowledged or taken
        return acknowledged

    async def _forge(self, job: Job, fired: Fired | None) -> None:
        wiring = self._wiring
        lie = wiring.letter(job.event).lie(job.happening, wiring.ids)
        if lie is not None:
            forged = replace(job, happening=lie, attempt=1)
            await self._post(forged, fired, secret=guessed_secret(lie.event))

    async def _post(
        self, job: Job, fired: Fired | None, *, secret: str | None = None, age: float = 0.0
    ) -> bool:
        """Send once and record it.

        `secret` is a forger's guess; that of the address by default. The signature is `age`
        seconds old.
        """
        wiring, target, event = self._wiring, self._target_of(job), job.event
        if target is None:  # taken away between two sends of this try
            return False
        letter = wiring.letter(event)
        body = letter.body(job.happening)
        signed = int(wiring.system.wall() - age)
        headers = {
            "content-type": "application/json",
            **letter.sign(secret or target.secret, event.id, signed, body),
        }
        result = await wiring.sender.post(target.url, headers, body)
        performed = fired if result.sent else None
        self._record(job, result, performed, genuine=secret is None, stale=age > 0)
        return result.acknowledged

    def _record(
        self,
        job: Job,
        result: Result,
        fired: Fired | None,
        *,
        genuine: bool = True,
        stale: bool = False,
    ) -> None:
        event, system = job.event, self._wiring.system
        self._wiring.record(
            Delivery(
                source="gateway",
                wall=system.wall(),
                mono=system.monotonic(),
                account=self._wiring.account,
                event=event.id,
                type=event.type,
                channel=event.channel,
                order=event.order,
                payment=event.payment,
                refund=event.refund,
                thing=event.thing,
                attempt=job.attempt,
                genuine=genuine,
                stale=stale,
                sent=result.sent,
                status=result.status,
                acknowledged=result.acknowledged,
                error=result.error,
                took=result.took,
                hits=(fired.hit(),) if fired else (),
                name=event.name,
                endpoint=job.endpoint,
            )
        )
