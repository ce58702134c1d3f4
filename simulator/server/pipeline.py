"""One payment request, in one direction.

    receive -> parse -> reserve -> plan -> before -> decide -> commit -> after -> send

Each step takes what the last one left in the Passage; nothing calls back. Between `decide` and
`commit` nothing is awaited. A disconnect never stops or undoes a commit.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Final

import msgspec
from aiohttp import web
from aiohttp.web_request import BaseRequest

from simulator.accounts.account import Origin
from simulator.accounts.registry import Registry
from simulator.accounts.view import Told, Turn, facts_of, told_by
from simulator.clock import Clock
from simulator.dialects.dialect import Misread, Reply, Trouble
from simulator.errors import InvariantViolation
from simulator.faults.actions import Answer, Delay, Hang, Lose, Queue
from simulator.faults.fault import COUNTED
from simulator.gateway.commands import Command
from simulator.gateway.decision import Decision
from simulator.gateway.idempotency import Replay
from simulator.gateway.outcomes import Outcome, Refused
from simulator.gateway.ports import Ids
from simulator.gateway.subject import Subject
from simulator.journal.entry import Hit
from simulator.profiles.rules import Capacity
from simulator.scenario.facts import Fired
from simulator.server import proof, wire, wirefaults
from simulator.server.effects import booking_of, directive_of, is_booked, took_effect
from simulator.server.passage import Ending, Passage, headed
from simulator.server.reception import Wording, admit, check_key, receive
from simulator.server.result import record
from simulator.stores.replays import is_kept

log = logging.getLogger("paydrill.gateway")

#: The profile's own capacity, as a rule of its own.
_CAPACITY: Final = Hit("capacity", "saturation", "before", "none", "fail")
_LOST: Final = Told(seen="info")
#: HTTP statuses of a falsified answer that say plainly that nothing was charged.
_PLAIN_REFUSALS: Final = frozenset({403, 429, 503})


class Pipeline:
    """Handles the requests of one channel in one dialect."""

    def __init__(
        self, channel: str, *, accounts: Registry, wording: Wording, clock: Clock, ids: Ids
    ) -> None:
        self._channel = channel
        self._accounts = accounts
        self._wording = wording
        self._clock = clock
        self._ids = ids

    async def __call__(self, http: BaseRequest) -> web.StreamResponse:
        """The answer to one request; journaled when it has ended."""
        received = self._clock.monotonic()
        dialect, exchange = self._wording.of(http), self._ids.new("ex")
        try:
            request = await receive(http)
            account = admit(http, self._accounts, dialect)
            check_key(request.key)  # before anything is written down: it could be a card number
        except Misread as error:
            refusal = error.reply or dialect.complain(error.trouble, error.message)
            head = dialect.letterhead(refusal, None, exchange, "")
            return wire.answer(http, headed(refusal, head))
        passage = Passage(http, request, account, dialect)
        passage.received = received
        passage.channel = self._channel
        passage.exchange = exchange
        try:
            down = account.down.get(self._channel)
            if down is not None:
                return self._reset(passage, down)
            try:
                ending = await self._pass(passage)
            except Exception as error:  # a bug may neither keep the key nor go unrecorded
                log.exception("exchange %s failed", passage.exchange)
                ending = self._internal(passage, error)
            passage.head(ending)
            fired, reply = passage.plan.wire, ending.reply
            if fired is None or reply is None or passage.outcome is None or not passage.connected:
                return self._send(passage, ending)
            return await self._maul(passage, ending, reply, fired)
        finally:
            for queue in passage.queues:
                queue.leave()

    async def _pass(self, passage: Passage) -> Ending:
        try:
            passage.command = passage.dialect.parse(passage.request)
        except Misread as error:
            reply = error.reply or passage.dialect.complain(error.trouble, error.message)
            return Ending(reply, Told("fail", failure=str(error.trouble)))
        passage.subject = self._subject(passage, passage.command)
        refusal = self._reserve(passage)
        if refusal is not None:
            return self._tell(passage, refusal)
        self._plan(passage)
        ending = await self._before(passage)
        if ending is not None:
            return ending
        if not passage.replay:
            self._decide(passage)
        return await self._after(passage)

    def _subject(self, passage: Passage, command: Command) -> Subject:
        account = passage.account
        state = account.store.channel(self._channel)
        return passage.dialect.subject(command, state, account.clock.wall())

    def _reserve(self, passage: Passage) -> Refused | None:
        """Take the idempotency key; a replay brings its outcome, a refusal ends the exchange."""
        request, key = passage.request, passage.request.key
        if key is None or request.method != "POST":
            return None
        slot = passage.dialect.slot(self._channel, request, key)
        passage.fingerprint = passage.dialect.fingerprint(request)
        now = passage.account.clock.wall()
        held = passage.account.store.keys.reserve(slot, passage.fingerprint, now)
        match held:
            case Refused():
                return held
            case Replay(outcome, original):
                passage.replay, passage.outcome, passage.original = True, outcome, original
            case _:
                passage.slot = slot
        return None

    def _plan(self, passage: Passage) -> None:
        """Ask the scenario. A replay keeps its decision; only its exchange can still fail."""
        account, subject = passage.account, passage.subject
        if subject is None:
            return
        reference = subject.order or passage.nameless
        order, operation, attempt = account.key_order(reference), subject.operation, 1
        if passage.replay:
            attempt = account.tries.replay(order, operation)
        elif operation in COUNTED:
            passage.attempt = account.store.next_attempt(reference, operation)
            attempt = account.tries.attempt(order, operation)
        exchange = account.tries.exchange(order, operation, self._channel)
        if account.player is not None:
            facts = facts_of(subject, Turn(self._channel, order, attempt, exchange))
            passage.plan = account.plan(facts)
            passage.charge = proof.charge_plan(passage, facts)
        passage.number = attempt

    async def _before(self, passage: Passage) -> Ending | None:
        """The gateway's own capacity, then faults that spare the money."""
        capacity, fired = passage.account.profile.capacity, passage.plan.before
        if capacity is not None:
            ending = await self._line_up(passage, capacity, _CAPACITY)
            if ending is not None:
                return ending
        if fired is None:
            return None
        if isinstance(fired.action, Queue):
            return await self._line_up(passage, fired.action.capacity, fired.hit())
        passage.hit(fired)
        match fired.action:
            case Delay(seconds):
                await self._wait(passage, seconds, whole=True)
                return None
            case Hang(seconds):
                self._undecided(passage)
                await self._wait(passage, seconds, whole=False)
                return Ending(None, _LOST)
            case Answer():
                self._undecided(passage)
                return self._falsify(passage, fired.action)
            case other:
                raise InvariantViolation(f"{other} cannot be performed before the decision")

    async def _line_up(self, passage: Passage, capacity: Capacity, hit: Hit) -> Ending | None:
        """Wait for a place; whoever finds the line full is turned away, and hears so."""
        account = passage.account
        rule = hit.rule if hit.arm is None else f"{hit.rule}/{hit.arm}"
        queue = account.queues.at(self._channel, rule, capacity)
        wait = queue.enter(account.clock.monotonic())
        if wait is None:
            passage.note(hit)
            self._undecided(passage)
            return self._falsify(passage, Answer(capacity.then, retry_after=capacity.retry_after))
        passage.queues += (queue,)
        if wait:
            passage.note(msgspec.structs.replace(hit, effect="once", seen="ok"))
            await self._wait(passage, wait, whole=True)
        return None

    def _undecided(self, passage: Passage) -> None:
        """Nothing will be decided: the key is free again, and the attempt is remembered."""
        passage.free_key()
        subject = passage.subject
        if passage.attempt and subject is not None:
            passage.account.recorder.attempt(
                passage.account.name,
                channel=self._channel,
                operation=subject.operation,
                order=subject.order,
                n=passage.attempt,
            )

    def _decide(self, passage: Passage) -> None:
        """Decide and commit; nothing is awaited in between."""
        account, command, subject = passage.account, passage.command, passage.subject
        if command is None or subject is None:
            raise InvariantViolation("an exchange reached its decision without a command")
        fired = passage.plan.decide
        book = passage.plan.book or passage.charge.book
        directive, booking = directive_of(fired), booking_of(book)
        context = account.context(self._channel, directive, self._ids, booking)
        decision = passage.dialect.decide(command, proof.context_of(passage, context))
        passage.outcome = decision.outcome
        if not subject.order and decision.payments:  # an order that was named just now
            named = decision.payments[0].order
            passage.subject = msgspec.structs.replace(subject, order=named)
            if passage.attempt:  # the next is the second of this order
                account.tries.remember(account.key_order(named), subject.operation, passage.number)
        self._commit(passage, decision)
        if fired is not None and took_effect(directive, decision):
            passage.hit(fired)
        if passage.charge.decide is not None and decision.charged:
            passage.hit(passage.charge.decide)
        if book is not None and is_booked(booking, decision):
            passage.hit(book)

    def _commit(self, passage: Passage, decision: Decision) -> None:
        slot, subject = passage.slot, passage.subject
        told = self._false_answer(passage)
        kept = decision.outcome if told is None else passage.dialect.kept(decision.outcome, told)
        stored = slot is not None and is_kept(kept)
        if not stored:
            passage.free_key()
        if subject is None or not (decision.changes or stored):
            return
        origin = Origin(self._channel, subject.operation, subject.order)
        origin.exchange = passage.exchange
        origin.attempt = passage.attempt
        if stored:
            origin.slot, origin.fingerprint, origin.kept = slot, passage.fingerprint, kept
        passage.account.commit(origin, decision)

    async def _after(self, passage: Passage) -> Ending:
        """Faults once money has moved."""
        outcome, fired = passage.outcome, passage.plan.after
        if outcome is None:
            raise InvariantViolation("an exchange reached its answer without an outcome")
        if fired is None:
            return self._tell(passage, outcome)
        passage.hit(fired)
        match fired.action:
            case Delay(seconds):
                await self._wait(passage, seconds, whole=False)
                return self._tell(passage, outcome)
            case Lose(seconds):
                await self._wait(passage, seconds, whole=False)
                return Ending(None, _LOST)
            case Answer():
                return self._falsify(passage, fired.action)
            case other:
                raise InvariantViolation(f"{other} cannot be performed after the decision")

    def _tell(self, passage: Passage, outcome: Outcome) -> Ending:
        reply = passage.dialect.render(outcome, passage.account.profile)
        return Ending(reply, told_by(outcome))

    def _false_answer(self, passage: Passage) -> Reply | None:
        """What will be said in place of the outcome, as far as that is planned already."""
        fired = passage.plan.after
        if fired is None or not isinstance(fired.action, Answer):
            return None
        action = fired.action
        return passage.dialect.falsify(action.status, action.body, passage.account.profile)

    def _falsify(self, passage: Passage, action: Answer) -> Ending:
        reply = passage.dialect.falsify(action.status, action.body, passage.account.profile)
        seen = "fail" if action.status in _PLAIN_REFUSALS else "info"
        if action.retry_after is not None:
            header = ("Retry-After", f"{action.retry_after:.0f}")
            reply = msgspec.structs.replace(reply, headers=(header,))
        return Ending(reply, Told(seen), action.retry_after)

    def _internal(self, passage: Passage, error: Exception) -> Ending:
        passage.free_key()
        message = f"the gateway failed by itself ({type(error).__name__}); nothing was decided"
        return Ending(passage.dialect.complain(Trouble.INTERNAL, message), _LOST)

    async def _wait(self, passage: Passage, seconds: float, *, whole: bool) -> None:
        began = self._clock.monotonic()
        await wire.wait(seconds, passage.http, whole=whole)
        passage.waited += self._clock.monotonic() - began

    def _reset(self, passage: Passage, fired: Fired) -> web.StreamResponse:
        """The outage of one account on a gateway that others use too; what was asked is noted."""
        with suppress(Misread):
            passage.command = passage.dialect.parse(passage.request)
            passage.subject = self._subject(passage, passage.command)
        passage.hit(fired)
        response = wire.reset(passage.http)
        record(passage, Ending(None, _LOST), "none", self._clock.monotonic())
        return response

    async def _maul(
        self, passage: Passage, ending: Ending, reply: Reply, fired: Fired
    ) -> web.StreamResponse:
        """Wire faults: the answer to what was decided does not get through as it is."""
        passage.hit(fired)
        response, sent = await wirefaults.perform(fired.action, passage, reply, self._clock)
        record(passage, ending, sent, self._clock.monotonic())
        return response

    def _send(self, passage: Passage, ending: Ending) -> web.StreamResponse:
        sent = "whole" if ending.reply is not None and passage.connected else "none"
        record(passage, ending, sent, self._clock.monotonic())
        if ending.reply is None or sent == "none":
            return wire.close(passage.http)
        return wire.answer(passage.http, ending.reply)
