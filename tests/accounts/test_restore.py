"""A restart from the journal brings back exactly what there was."""

from __future__ import annotations

import contextlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.accounts.account import Account, Origin
from simulator.accounts.recorder import Recorder
from simulator.accounts.registry import Registry
from simulator.accounts.restore import RESET, event_of, restore
from simulator.clock import VirtualClock
from simulator.errors import InvariantViolation, UsageError
from simulator.gateway.commands import CancelOrder, Command, CreatePayment, CreateRefund
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context, Decision
from simulator.gateway.idempotency import Replay, Slot
from simulator.gateway.model import Event, Payment
from simulator.gateway.statements import day_of, rows_of
from simulator.gateway.timers import ring
from simulator.ids import IdSource
from simulator.journal.entry import Commit, Delivery, Entry, Line, Note, Run
from simulator.profiles import load
from tests.gateway.table import CARD, DIRECTIVES


class Recording:
    """A journal in memory that keeps lines as they would stand in the file."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []

    def commit(self, line: Entry) -> None:
        """Keep a line."""
        self.raw.append(msgspec.json.encode(line))

    later = commit

    def lines(self) -> list[Line]:
        """What a reader would read."""
        decoder = msgspec.json.Decoder(Line)
        return [decoder.decode(raw) for raw in self.raw]


class Bench:
    """One account over a recording."""

    def __init__(self) -> None:
        self.recording = Recording()
        self.clock = VirtualClock()
        self.registry = self.fresh()
        self.account = self.registry.account("shop")
        self.ids = IdSource("t")
        self.count = 0

    def fresh(self) -> Registry:
        """Accounts that have seen nothing yet."""
        recorder = Recorder(self.recording, self.clock)
        return Registry(clock=self.clock, profile=load("default"), recorder=recorder)

    def do(self, command: Command, directive: str | None = None, key: str | None = None) -> None:
        """Decide and commit one command of a caller."""
        order = getattr(command, "order", "o1")
        origin = Origin("primary", command.operation, order)
        origin.attempt = self.account.store.next_attempt(order, command.operation)
        if key is not None:
            origin.slot, origin.fingerprint = Slot("primary", "/p", key), "f"
        snapshot = self.account.store.channel("primary")
        fate = DIRECTIVES[directive] if directive else None
        decision = decide(command, Context(snapshot, fate, self.clock.wall(), self.ids))
        if decision.changes:
            self.account.commit(origin, decision)
        self.clock.advance(1.0)

    def restarted(self) -> tuple[Account, object]:
        """The same account, brought back from the recording."""
        registry = self.fresh()
        restored = restore(self.recording.lines(), registry)
        return registry.account("shop"), restored


def pay(order: str, amount: int = 1000) -> CreatePayment:
    """A sale."""
    return CreatePayment(order=order, amount=amount, currency="USD", method=CARD)


ORDERS = st.sampled_from(["o1", "o2", "o3"])
STEPS = st.one_of(
    st.tuples(st.just("pay"), ORDERS, st.sampled_from([None, *DIRECTIVES])),
    st.tuples(st.just("close"), ORDERS, st.none()),
    st.tuples(st.just("refund"), ORDERS, st.sampled_from([None, *DIRECTIVES])),
    st.tuples(st.just("wait"), ORDERS, st.none()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_a_restart_equals_the_life_before(steps: list[tuple[str, str, str | None]]) -> None:
    """Payments, tombstones, balances, counters, keys and late effects are all there again."""
    bench = Bench()
    for number, (verb, order, directive) in enumerate(steps):
        if verb == "pay":
            bench.do(pay(order), directive, key=f"k{number}")
        elif verb == "close":
            bench.do(CancelOrder(order))
        elif verb == "refund":
            for payment in bench.account.store.channel("primary").payments_of(order)[:1]:
                bench.do(CreateRefund(payment.id, 1), directive)
        else:
            bench.clock.advance(10.0)
            bench.account.settle_late(bench.ids)
    back, _ = bench.restarted()
    _same(bench.account, back, len(steps), bench.clock.wall())


@pytest.mark.parametrize(
    ("error", "why"),
    [(InvariantViolation("impossible"), "impossible"), (KeyError("x"), "KeyError")],
)
def test_a_late_effect_that_fails_holds_up_no_other(
    error: Exception, why: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever our bug is, it is logged and noted, once; the next one is performed."""
    bench = Bench()
    bench.do(pay("o1"), "later")
    bench.do(pay("o2"), "later")

    def broken(thing: Payment, context: Context) -> Decision:
        if thing.order == "o1":
            raise error
        return ring(thing, context)

    monkeypatch.setattr("simulator.accounts.account.ring", broken)
    bench.clock.advance(10.0)
    bench.account.settle_late(bench.ids)
    bench.account.settle_late(bench.ids)
    state = bench.account.store.channel("primary")
    payments = (*state.payments_of("o1"), *state.payments_of("o2"))
    assert [payment.status for payment in payments] == ["processing", "captured"]
    assert caplog.text.count("what was due for") == 1
    notes = [line for line in bench.recording.lines() if isinstance(line, Note)]
    assert [(note.text, note.data["why"]) for note in notes] == [("late effect failed", why)]


def _same(live: Account, back: Account, steps: int, now: float) -> None:
    mine, theirs = live.store.channel("primary"), back.store.channel("primary")
    for order in ("o1", "o2", "o3"):
        assert mine.payments_of(order) == theirs.payments_of(order)
        assert mine.is_closed(order) == theirs.is_closed(order)
        for operation in ("authorize", "cancel", "refund"):
            # An attempt that was refused leaves no commit, so the counter may lag but never lead.
            assert back.store.attempts(order, operation) <= live.store.attempts(order, operation)
        for payment in mine.payments_of(order):
            assert mine.before(payment.id) == theirs.before(payment.id)
            assert mine.refunds_of(payment.id) == theirs.refunds_of(payment.id)
    assert mine.disputes() == theirs.disputes()
    today = day_of(now)
    assert [rows_of(day, mine) for day in (today - 1, today)] == [
        rows_of(day, theirs) for day in (today - 1, today)
    ]
    assert live.store.ledger.totals() == back.store.ledger.totals()
    assert live.store.ledger.balance("merchant", "USD") == back.store.ledger.balance(
        "merchant", "USD"
    )
    assert live.late() == back.late()
    for number in range(steps):
        slot = Slot("primary", "/p", f"k{number}")
        before = live.store.keys.reserve(slot, "f", now)
        if isinstance(before, Replay):
            assert back.store.keys.reserve(slot, "f", now) == before


def test_events_are_owed_until_they_are_acknowledged() -> None:
    """What no merchant took is owed, with the number of the next try; what it took is not."""
    bench = Bench()
    bench.do(pay("o1"))
    bench.do(pay("o2"))
    bench.do(pay("o3"))
    first, second, third = (
        line.events[0] for line in bench.recording.lines() if getattr(line, "events", ())
    )
    sent = ((first, True, False), (second, False, False), (third, True, True))
    for event, acknowledged, stale in sent:
        bench.recording.commit(
            Delivery(
                source="gateway",
                wall=0.0,
                mono=0.0,
                account="shop",
                event=event.id,
                type=event.type,
                channel="primary",
                order=event.order,
                attempt=3,
                acknowledged=acknowledged,
                stale=stale,
            )
        )
    _, restored = bench.restarted()
    owed = [(debt.happening.event.id, debt.attempt) for debt in restored.owed]  # type: ignore[attr-defined]
    assert owed == [(second.id, 4), (third.id, 4)]  # a stale try acknowledges nothing
    assert restored.seq == 3  # type: ignore[attr-defined]


def test_a_commit_that_cannot_be_written_changes_nothing() -> None:
    """No journal, no change: a full disk leaves the state as it was."""
    bench = Bench()

    def full(_line: Entry) -> None:
        raise OSError("no space left on device")

    bench.recording.commit = full  # type: ignore[method-assign]
    with contextlib.suppress(OSError):
        bench.do(pay("o1"))
    assert bench.account.store.channel("primary").payments_of("o1") == ()


def _delivered(bench: Bench, event: Event, attempt: int) -> None:
    line = Delivery(
        source="gateway",
        wall=0.0,
        mono=0.0,
        account="shop",
        event=event.id,
        type=event.type,
        channel="primary",
        order=event.order,
        attempt=attempt,
        acknowledged=True,
    )
    bench.recording.commit(line)


def test_an_event_is_found_as_it_was_born() -> None:
    """Acknowledged or not, with the number of its next try; nobody's event is nothing."""
    bench = Bench()
    bench.do(pay("o1"))
    (born,) = (line for line in bench.recording.lines() if isinstance(line, Commit))
    event = born.events[0]
    _delivered(bench, event, 1)
    _delivered(bench, event, 2)
    found = event_of(bench.recording.lines(), event.id)
    assert found is not None
    assert (found.happening.event, found.happening.payment) == (event, born.payments[0])
    assert found.attempt == 3
    assert event_of(bench.recording.lines(), "evt_other") is None
    bench.account.recorder.note("shop", RESET)
    assert event_of(bench.recording.lines(), event.id) is None


def test_what_was_reset_stays_forgotten() -> None:
    """Payments, keys and debts of before the note; those of after it are there."""
    bench = Bench()
    bench.do(pay("o1"), key="k1")
    bench.account.recorder.note("shop", RESET)
    bench.account = bench.registry.forget("shop")
    bench.do(pay("o2"), key="k2")
    back, restored = bench.restarted()
    store = back.store.channel("primary")
    assert (len(store.payments_of("o1")), len(store.payments_of("o2"))) == (0, 1)
    assert [debt.happening.event.order for debt in restored.owed] == ["o2"]  # type: ignore[attr-defined]
    _same(bench.account, back, 3, bench.clock.wall())


def test_the_recording_of_a_drill_is_not_gone_on_with() -> None:
    """It is merged from many hands; a gateway's own journal is another file."""
    bench = Bench()
    run = Run(source="gateway", wall=0.0, mono=0.0, version="0", seed=1, run="r", scenario="")
    bench.recording.commit(run)
    with pytest.raises(UsageError, match="recording of a drill"):
        bench.restarted()
