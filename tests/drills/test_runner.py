"""Tests of the runner on virtual time: whatever happens it heals, stops everything, and judges."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.checkers.no_card_data import NoCardData
from simulator.drills import events
from simulator.drills.judge import judge_recording
from simulator.drills.ports import Held
from simulator.drills.runner import run
from simulator.journal.history import History
from tests.drills.fakes import FakeStarters, Performed, state
from tests.drills.stories import GOOD, SCENARIO
from tests.journal.story import ZERO


@pytest.fixture(name="show")
def _show(tmp_path: Path) -> Performed:
    return Performed(tmp_path)


async def test_whole_drill(show: Performed) -> None:
    """Preflight, phases, heal, settle, book, judge, report: in this order, and all is written."""
    verdict = await show.run()
    assert (verdict.verdict, verdict.reasons) == ("pass", ())
    assert show.starters.calls == ["health", "heal", "webhook", "perform", "lease", "heal"]
    often = (events.Progress, events.Settling)
    order = [type(event).__name__ for event in show.told if not isinstance(event, often)]
    assert order == [
        "Preflight", "Preflight", "Preflight", "Preflight", "Preflight", "Started",
        "PhaseBegan", "FaultProved", "FaultProved", "PhaseBegan", "PhaseBegan",
        "Healed", "BookRead", "Judged", "Finished",
    ]  # fmt: skip
    assert show.starters.closed
    assert show.starters.fake_gateway.collected
    folder = show.drill.folder
    assert json.loads(folder.verdict.read_bytes())["verdict"] == "pass"
    assert all(path.stat().st_size for path in (folder.junit, folder.report, folder.journal))


async def test_recording_gives_the_verdict_again(show: Performed) -> None:
    """What the drill found is in its journal, so deleting the verdict loses nothing."""
    verdict = await show.run()
    folder = show.drill.folder
    folder.verdict.unlink()
    assert judge_recording(folder.out) == verdict
    refund = [line for line in folder.journal.read_bytes().splitlines() if b'"f3"' in line]
    assert refund
    kept = folder.journal.read_bytes().replace(b"".join(line + b"\n" for line in refund), b"")
    folder.journal.write_bytes(kept)
    assert judge_recording(folder.out).verdict == "fail"


async def test_progress_each_second(show: Performed) -> None:
    """Each second of the phases is told, with shoppers, hits and rate."""
    await show.run()
    progress = show.of(events.Progress)
    assert len(progress) >= 30
    last = progress[-1]
    assert (last.phase, last.arrivals, last.paid, last.failed, last.waiting) == (
        "recovery", 5, 4, 1, 0,
    )  # fmt: skip
    assert last.hits == 2
    assert {each.phase for each in progress} == {"baseline", "brownout", "recovery"}


async def test_everybody_is_told_what_they_need(show: Performed) -> None:
    """The merchant its five variables, the shoppers their plan, both the same run."""
    await show.run()
    environment = show.starters.environment
    assert set(environment) == {
        "PAYDRILL_GATEWAY_URL", "PAYDRILL_BACKUP_URL", "PAYDRILL_API_KEY",
        "PAYDRILL_WEBHOOK_SECRET", "PAYDRILL_WEBHOOK_PATH",
    }  # fmt: skip
    assert environment["PAYDRILL_API_KEY"] == "sk_test_drill"
    assert environment["PAYDRILL_WEBHOOK_SECRET"].startswith("whsec_")
    plan = show.starters.plan
    assert plan is not None
    assert [(phase.name, phase.begins, phase.ends) for phase in plan.phases] == [
        ("baseline", 0.1, 0.1), ("brownout", 0.3, 0.3), ("recovery", 0.1, 0.1),
    ]  # fmt: skip
    assert (plan.run, plan.seed, plan.shop) == ("r1", 7, "http://shop")
    assert show.starters.fake_load.started == ZERO


# What goes wrong in mid-fault                                         verdict    said in a reason
_TROUBLE: tuple[tuple[Callable[[FakeStarters], None], str, str], ...] = (
    (lambda fakes: setattr(fakes.shop, "code", 3), "aborted", "the merchant ended with code 3"),
    (lambda fakes: setattr(fakes.fake_load, "code", 1), "error", "load generator ended with code"),
    (lambda fakes: setattr(fakes.fake_gateway, "code", 9), "error", "the gateway ended with code"),
    (
        lambda fakes: fakes.fake_gateway.control.broken.add("lease"),
        "error",
        "lease does not work",
    ),
)


@pytest.mark.parametrize(("trouble", "verdict", "reason"), _TROUBLE)
async def test_trouble_heals_at_once_and_is_judged(
    show: Performed, trouble: Callable[[FakeStarters], None], verdict: str, reason: str
) -> None:
    """Somebody who takes part dies: faults off, shoppers stopped, and the money still judged."""
    show.pace.at(14.8, lambda: trouble(show.starters))
    found = await show.run()
    assert found.verdict == verdict
    assert reason in " ".join(found.reasons)
    (healed,) = show.of(events.Healed)
    assert ZERO + 14 <= healed.at <= ZERO + 18
    assert show.healed_after_performing
    assert show.starters.closed
    assert [check.valid for check in found.checks] == [True] * 7
    assert judge_recording(show.drill.folder.out) == found


async def test_load_may_not_end_before_everybody_has_come(show: Performed) -> None:
    """A generator that was stopped behind our back proves nothing, however politely it ends."""
    show.starters.forget("r1-4", "r1-5")
    show.pace.at(14.8, show.starters.fake_load.end)
    verdict = await show.run()
    assert verdict.verdict == "error"
    assert "ended when 3 of 5 shoppers had come" in verdict.reasons[0]


async def test_load_may_end_when_everybody_has_come(show: Performed) -> None:
    """The last shopper can have left before the last phase is over."""
    show.pace.at(25.0, show.starters.fake_load.end)
    assert (await show.run()).verdict == "pass"


async def test_miss_of_the_control_api_is_forgiven(show: Performed) -> None:
    """One slow answer under load does not end a drill."""
    control = show.starters.fake_gateway.control
    show.pace.at(12.0, lambda: control.broken.add("state"))
    show.pace.at(13.5, lambda: control.broken.discard("state"))
    assert (await show.run()).verdict == "pass"


async def test_failed_healing_is_our_own_trouble(show: Performed) -> None:
    """A drill that could not end its faults says so; the lease remains."""
    control = show.starters.fake_gateway.control
    show.pace.at(12.0, lambda: control.broken.add("heal"))
    verdict = await show.run()
    assert verdict.verdict == "error"
    assert "healing failed" in verdict.reasons[0]
    assert show.of(events.Healed)[0].problem == "heal does not work"


async def test_abort_condition_ends_the_drill(tmp_path: Path) -> None:
    """More than the allowed share of technical failures: heal, settle shortly, judge, exit 3."""
    conditions = "abort:\n  - failure_ratio: {above: 50%, for: 5s}\n"
    show = Performed(tmp_path, SCENARIO + conditions)
    failed = "".join(
        f"{11 + n / 100:.2f} arrive r1-{n} 100\n{11.5 + n / 100:.2f} leave r1-{n} error"
        f" intended={11 + n / 100:.2f}\n"
        for n in range(100, 130)
    )
    show.starters.lines += FakeStarters(show.drill, show.pace, failed).lines
    verdict = await show.run()
    assert (verdict.verdict, verdict.exit_code) == ("aborted", 3)
    assert "30 of the 34 shoppers of the last 5 s failed technically" in verdict.reasons[0]
    (aborted,) = show.of(events.Aborted)
    assert aborted.at < ZERO + 20
    assert "phase settle" in show.starters.calls
    assert show.starters.fake_load.stops


async def test_double_charges_end_the_drill(tmp_path: Path) -> None:
    """Who takes twice in mid-fault is stopped, and judged for it: lost money outranks the abort."""
    reason = "abort:\n  - double_charge: {count: 1, for: 2s}\n"
    twice = GOOD + "11.5 charge r1-2 p9 backup captured key=k9 amount=2500\n"
    show = Performed(tmp_path, SCENARIO + reason, twice)
    verdict = await show.run()
    assert (verdict.verdict, verdict.exit_code) == ("fail", 1)
    assert "1 charged too much for 2 s or longer: r1-2" in verdict.reasons
    (aborted,) = show.of(events.Aborted)
    assert ZERO + 13.4 <= aborted.at <= ZERO + 14.5


async def test_double_charge_that_goes_back_in_time_ends_nothing(tmp_path: Path) -> None:
    """A merchant that puts its mistake right is not stopped."""
    reason = "abort:\n  - double_charge: {count: 1, for: 5s}\n"
    twice = GOOD + "11.5 charge r1-2 p9 backup captured key=k9 amount=2500\n"
    show = Performed(tmp_path, SCENARIO + reason, twice + "16.0 refund p9 f9 2500 succeeded\n")
    await show.run()
    assert show.of(events.Aborted) == []


async def test_card_data_in_row_and_log_are_found(show: Performed) -> None:
    """Fields of a row that nobody asked for are looked at too, and so is the merchant's log."""
    show.starters.shop.raw = b'{"order_id": "r1-1", "card": "4242424242424242"}'
    show.pace.at(
        12.0, lambda: show.drill.folder.merchant_log().write_text("ok\npaid with 5555555555554444")
    )
    await show.run()
    finding = NoCardData().judge(History.from_file(show.drill.folder.journal))
    assert finding.valid is False
    assert "the order book (5), the merchant's log (1)" in finding.summary
    assert "4242424242424242" not in show.drill.folder.journal.read_text()


async def test_clean_row_and_log_are_looked_at(show: Performed) -> None:
    """What was looked at, and what was not."""
    show.pace.at(12.0, lambda: show.drill.folder.merchant_log().write_text("all is well\n"))
    await show.run()
    finding = NoCardData().judge(History.from_file(show.drill.folder.journal))
    assert (finding.valid, finding.count) == (True, 6)
    assert "not looked at: messages to shoppers; notifications;" in finding.summary


async def test_signal_ends_the_drill(show: Performed) -> None:
    """Ctrl-C heals at once; what was recorded is judged, and the verdict is aborted."""
    show.pace.at(14.8, interrupt)
    verdict = await show.run()
    assert verdict.verdict == "aborted"
    assert verdict.reasons == ("stopped by SIGINT",)
    assert show.of(events.Healed)[0].at < ZERO + 15
    assert show.healed_after_performing


async def test_signal_before_the_start_puts_nothing_on(show: Performed) -> None:
    """Who stops a drill in its preflight sees no fault and no shopper, and an aborted verdict."""
    show.starters.shop.ill = "not yet"
    show.pace.at(-0.2, interrupt)
    verdict = await show.run()
    assert verdict.verdict == "aborted"
    assert "perform" not in show.starters.calls
    assert show.starters.closed


async def test_second_signal_heals_but_does_not_judge(show: Performed) -> None:
    """Who presses Ctrl-C twice wants out; the faults are off all the same."""
    show.starters.fake_load.stubborn = True
    show.pace.at(12.0, interrupt)
    show.pace.at(16.0, interrupt)
    with pytest.raises(asyncio.CancelledError):
        await show.run()
    assert show.healed_after_performing
    assert show.starters.closed
    assert not show.drill.folder.verdict.exists()


async def test_cancelled_drill_heals_and_stops_everything(show: Performed) -> None:
    """A drill that is cancelled in mid-fault leaves no fault and no process behind."""
    task = asyncio.current_task()
    assert task is not None
    show.pace.at(12.0, lambda: cancel(task))
    with pytest.raises(asyncio.CancelledError):
        await show.run()
    assert show.healed_after_performing
    assert show.starters.closed


async def test_bug_of_a_listener_heals_too(show: Performed) -> None:
    """An exception that nobody foresaw still passes by the healing."""

    def listen(event: events.Event) -> None:
        if isinstance(event, events.Progress) and event.phase == "brownout":
            raise RuntimeError("the console is gone")

    with pytest.raises(RuntimeError, match="the console is gone"):
        await run(show.drill, show.starters, listen, show.pace)
    assert show.healed_after_performing
    assert show.starters.closed


async def test_settling_waits_for_what_is_still_to_happen(show: Performed) -> None:
    """Late effects, a busy merchant and refunds that are due are waited for, and named."""
    control = show.starters.fake_gateway.control
    control.held = (Held(id="p9", order="r1-3-retry", amount_captured=3000),)
    show.pace.at(29.0, lambda: setattr(control, "now", state(late=2, last_exchange=ZERO + 29)))
    show.pace.at(33.0, lambda: setattr(control, "now", state(last_exchange=ZERO + 33)))
    show.pace.at(38.0, lambda: setattr(control, "held", ()))
    await show.run()
    waits = [event.waits_for for event in show.of(events.Settling)]
    assert ("the last shoppers", "2 late effects", "the merchant to be quiet") in waits
    assert ("2 late effects",) in waits
    assert ("the merchant to be quiet",) in waits
    assert ("1 refunds that are due",) in waits
    assert waits[-1] == ()
    assert ZERO + 38 <= show.of(events.BookRead)[0].at < ZERO + 40


async def test_settling_ends_at_its_cap(show: Performed) -> None:
    """A merchant that never gives back is not waited for beyond the scenario's settling time."""
    show.starters.fake_gateway.control.held = (Held(id="p3", order="r1-3", amount_captured=3000),)
    await show.run()
    assert ZERO + 45 <= show.of(events.BookRead)[0].at < ZERO + 46


def interrupt() -> None:
    """Press Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def cancel(task: asyncio.Task[object]) -> None:
    """Cancel, as a caller of the drill might."""
    task.cancel()
