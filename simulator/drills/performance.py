"""The phases of a drill: watched each second, kept alive by a lease, and healed in any case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from simulator.drills import events
from simulator.drills.aborts import AbortWatch
from simulator.drills.control import API_KEY
from simulator.drills.desk import Cast, Desk
from simulator.drills.ports import AccountState, Control, Performance, Span
from simulator.drills.restarts import Restarts
from simulator.drills.tail import Tail
from simulator.errors import ControlError
from simulator.journal.naming import Names

#: Seconds for which faults outlive their controller; renewed each second.
LEASE: Final = 5.0
#: Seconds between putting the scenario on and its first phase.
START_IN: Final = 0.5
_TICK: Final = 1.0
#: So many shoppers have paid, and the gateway has not been asked once: that is no accident.
_UNHEARD: Final = 3
#: So many control calls in a row may fail before the gateway counts as lost.
_MISSES: Final = 3


async def perform(desk: Desk, cast: Cast) -> Watch:
    """Put the scenario on, let the shoppers come, and watch until the last phase ends.

    Whatever happens, all faults are off when this returns or raises. Trouble with the gateway does
    not raise: it halts the drill, for what has been recorded is still judged.
    """
    watch = Watch(desk, cast)
    try:
        spans = await cast.gateway.control.perform(
            Performance(
                scenario=desk.drill.scenario.text,
                run=desk.drill.run,
                seed=desk.drill.seed,
                start_in=START_IN,
                lease=LEASE,
            )
        )
        _same_clock(desk, spans)
        cast.load.go(spans[0].begins)
        desk.tell(events.Started, started=spans[0].begins, ends=spans[-1].ends)
        await watch.phases(spans)
    except ControlError as error:
        desk.halt.fail(str(error))
    finally:
        await heal(desk, cast.gateway.control)
    watch.restarts.end()
    return watch


async def heal(desk: Desk, control: Control) -> None:
    """All faults off; if even that fails the drill is broken, and the lease is the last resort."""
    began = desk.pace.monotonic()
    problem = None
    try:
        await control.heal()
    except ControlError as error:
        problem = str(error)
        desk.halt.fail(f"healing failed, the gateway heals itself within {LEASE:g} s: {error}")
    desk.tell(events.Healed, took=desk.pace.monotonic() - began, problem=problem)


def _same_clock(desk: Desk, spans: tuple[Span, ...]) -> None:
    """Journals merge by monotonic time, which only processes of one machine share."""
    if abs(spans[0].begins - START_IN - desk.pace.monotonic()) > LEASE:
        raise ControlError(
            "the gateway's monotonic clock is not ours; a drill and its gateway run on one machine"
        )


def _elsewhere(paid: int) -> str:
    return (
        f"{paid} shoppers were told paid and the shop has never asked this gateway: it pays "
        "elsewhere, or with another account's key (look at PAYDRILL_GATEWAY_URL; PAYDRILL_API_KEY "
        f"is to be {API_KEY})"
    )


class Watch:
    """Looks at everything once a second, and says what it saw."""

    def __init__(self, desk: Desk, cast: Cast) -> None:
        self._desk = desk
        self._cast = cast
        self.restarts = Restarts(desk, cast.shop)
        self._tails = [Tail(path) for path in desk.drill.folder.load.histories()]
        self._aborts = AbortWatch(desk.drill.scenario.abort)
        self.tally = self._aborts.tally
        self._proved: set[tuple[str, str | None]] = set()
        self._phase = ""
        self._misses = 0
        self._last = (desk.pace.monotonic(), 0)
        self._names = Names(desk.drill.merchant.order)
        self._read = 0

    async def names(self) -> Names:
        """What the merchant has called its payments until now."""
        while True:
            commits, cursor = await self._cast.gateway.control.commits(self._read)
            for commit in commits:
                self._names.learn(commit)
            if cursor == self._read:
                return self._names
            self._read = cursor

    async def phases(self, spans: tuple[Span, ...]) -> None:
        """Return when the last phase is over or the drill is halted."""
        self.restarts.schedule(spans)
        while not self._desk.halt.on and self._desk.pace.monotonic() < spans[-1].ends:
            await self._desk.pace.rest(self._pause(spans), self._desk.halt.event)
            if not self._desk.halt.on:
                await self.restarts.perform()
                await self._tick(spans)

    def _pause(self, spans: tuple[Span, ...]) -> float:
        """Until the next second, or until the next phase or restart if that is nearer."""
        now = self._desk.pace.monotonic()
        edges = [edge - now for span in spans for edge in (span.begins, span.ends) if edge > now]
        restart = self.restarts.next(now)
        edges += [max(0.0, restart - now)] if restart is not None else []
        return min([_TICK, *edges])

    async def _tick(self, spans: tuple[Span, ...]) -> None:
        self._announce(spans)
        self.check_processes()
        state = await self.keep()
        self.read_on()
        unheard = state.last_exchange is None and not self._misses
        if unheard and self.tally.results["paid"] >= _UNHEARD:
            self._desk.halt.abort(_elsewhere(self.tally.results["paid"]))
        if reason := self._aborts.met(self._desk.pace.monotonic(), spans[0].begins):
            self._desk.halt.abort(reason)
        self._report(spans[0].begins, state)

    async def keep(self) -> AccountState:
        """Renew the lease and ask how the account stands; a miss or two are forgiven."""
        control = self._cast.gateway.control
        try:
            await control.lease(LEASE)
            state = await control.state()
            await self._aborts.follow(control)
        except ControlError:
            self._misses += 1
            if self._misses >= _MISSES:
                raise
            return AccountState(phase=self._phase)
        self._misses = 0
        self._prove(state)
        return state

    def check_processes(self) -> None:
        """Halt the drill if somebody who takes part has ended before the work was done."""
        halt, cast = self._desk.halt, self._cast
        if (code := cast.gateway.ended()) is not None:
            halt.fail(f"the gateway ended with code {code}: {cast.gateway.last_words()}")
        if problem := cast.shop.unreachable():
            halt.fail(problem)
        if (code := cast.load.ended()) is not None:
            self._check_load(code)
        if not self.restarts.away and (code := cast.shop.ended()) is not None:
            halt.abort(f"the merchant ended with code {code}: {cast.shop.last_words()}")

    def _check_load(self, code: int) -> None:
        """The load generator may end when it has brought everybody, and not before."""
        self.read_on()
        came, due = self.tally.arrivals + self.tally.dropped, self._desk.drill.shoppers
        words = self._cast.load.last_words
        if code:
            self._desk.halt.fail(f"the load generator ended with code {code}: {words()}")
        elif came < due:
            self._desk.halt.fail(
                f"the load generator ended when {came} of {due} shoppers had come: {words()}"
            )

    def read_on(self) -> None:
        """Count what the load generator has written since."""
        for tail in self._tails:
            for line in tail.lines():
                self._aborts.take(line)

    def _announce(self, spans: Iterable[Span]) -> None:
        now = self._desk.pace.monotonic()
        for span in spans:
            if span.begins <= now < span.ends and span.name != self._phase:
                self._phase = span.name
                self._desk.tell(events.PhaseBegan, name=span.name, lasts=span.ends - span.begins)

    def _prove(self, state: AccountState) -> None:
        for hit in state.hits:
            if hit.hits and (hit.rule, hit.arm) not in self._proved:
                self._proved.add((hit.rule, hit.arm))
                self._desk.tell(events.FaultProved, rule=hit.rule, arm=hit.arm)

    def _report(self, started: float, state: AccountState) -> None:
        now, tally = self._desk.pace.monotonic(), self.tally
        then, before = self._last
        self._last = (now, tally.arrivals)
        self._desk.tell(
            events.Progress,
            phase=self._phase,
            elapsed=now - started,
            arrivals=tally.arrivals,
            waiting=tally.waiting,
            paid=tally.results["paid"],
            failed=tally.results["failed"],
            pending=tally.results["pending"],
            errors=tally.results["error"],
            rate=(tally.arrivals - before) / (now - then) if now > then else 0.0,
            hits=sum(hit.hits for hit in state.hits),
            outages=state.outages,
        )
