"""Judges a recording: a pure function of a history and its scenario, whenever it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from simulator.checkers.audit import audit
from simulator.checkers.catalogue import CHECKERS, defaults
from simulator.checkers.checker import Checker, Finding
from simulator.checkers.exactly_once import ExactlyOnce
from simulator.checkers.no_orphan_charge import NoOrphanCharge
from simulator.drills.figures import fault_hits, generator_result, money_rows, phase_results
from simulator.drills.notes import ABORTED, BROKEN, INVALID, STRUCK
from simulator.drills.verdict import Check, PhaseResult, Verdict
from simulator.errors import JournalError
from simulator.journal.history import History
from simulator.scenario import loader
from simulator.scenario.document import Scenario

#: Above this 99th percentile of lateness, in milliseconds, timing says more about our load
#: generator than about the merchant.
LATENESS_MAX_MS: Final = 50.0
#: The share of shoppers in the first phase who must be served, or declined, before any fault.
BASELINE: Final = 0.99


@dataclass(slots=True)
class Grounds:
    """What there is to say against a drill, each kind by its rank; the first kind that is decides.

    A pass has no grounds.
    """

    money: list[str] = field(default_factory=list)
    aborted: list[str] = field(default_factory=list)
    check: list[str] = field(default_factory=list)
    error: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)

    def verdict(self) -> tuple[str, tuple[str, ...]]:
        """The verdict and its reasons, with all else that was found but what makes it invalid."""
        ranks = (
            ("fail", self.money),
            ("aborted", self.aborted),
            ("fail", self.check),
            ("error", self.error),
            ("invalid", self.invalid),
        )
        for verdict, deciding in ranks:
            if deciding:
                more = [*self.aborted, *self.check, *self.error]
                return verdict, (*deciding, *(each for each in more if each not in deciding))
        return "pass", ()


def judge(history: History, scenario: Scenario) -> Verdict:
    """The verdict on a recorded drill: nothing counts but what stands in the history."""
    phases = phase_results(history, scenario)
    grounds = Grounds()
    checks = tuple(_asked(history, scenario, grounds))
    _audit(history, grounds)
    _doubt(history, scenario, phases, grounds)
    _hear_notes(history, grounds)
    verdict, reasons = grounds.verdict()
    run = history.run
    return Verdict(
        verdict=verdict,
        seed=run.seed if run else scenario.seed,
        scenario=scenario.name,
        run=run.run if run else "",
        checks=checks,
        faults=fault_hits(history, scenario),
        phases=phases,
        money=money_rows(history),
        generator=generator_result(history),
        reasons=reasons,
    )


class Recorded(msgspec.Struct, frozen=True):
    """A recording read back, with the scenario it is judged by."""

    history: History
    scenario: Scenario

    def judged(self) -> Verdict:
        """The verdict on it."""
        return judge(self.history, self.scenario)


def recorded(where: Path, other: Scenario | None = None) -> Recorded:
    """Read a drill's folder or journal, and its scenario unless another one is given.

    Raises:
        JournalError: the journal cannot be read, or does not say which drill it is of.
        DocumentError: the recorded scenario has mistakes.
    """
    journal = where / "journal.jsonl" if where.is_dir() else where
    history = History.from_file(journal)
    if history.run is None:
        raise JournalError(
            f"{journal} is not the journal of a drill: its first line is no 'run' line"
        )
    if other is not None:
        return Recorded(history, other)
    file = history.run.scenario_file or f"{journal}:1"
    return Recorded(history, loader.load(history.run.scenario, file))


def judge_recording(where: Path, other: Scenario | None = None) -> Verdict:
    """Judge a recording again, from the journal alone; the same verdict as the drill's own."""
    return recorded(where, other).judged()


def _asked(history: History, scenario: Scenario, grounds: Grounds) -> Iterator[Check]:
    expected = {checker.name for checker in scenario.expect}
    names: dict[str, int] = {}
    for checker in _checkers(scenario):
        names[checker.name] = number = names.get(checker.name, 0) + 1
        name = checker.name if number == 1 else f"{checker.name}-{number}"
        finding = _ask(checker, history)
        if finding.valid is False:
            reasons = grounds.money if checker.money else grounds.check
            reasons.append(f"{name} is false: {finding.summary}")
        elif finding.valid is None and (checker.money or checker.name in expected):
            grounds.invalid.append(f"{name} is unknown: {finding.summary}")
        yield Check(name, finding.valid, finding.summary, finding.count, finding.examples)


def _checkers(scenario: Scenario) -> Iterator[Checker]:
    """Those that always run, as `expect` sets them or by default, then the others it names."""
    expected = {checker.name for checker in scenario.expect}
    poll_every = scenario.profile.poll_every
    usual = {each.name: each for each in defaults(poll_every, _refund_within(scenario))}
    for kind in CHECKERS:
        if kind.name in usual and kind.name not in expected:
            yield usual[kind.name]
        yield from (checker for checker in scenario.expect if checker.name == kind.name)


def _refund_within(scenario: Scenario) -> float | None:
    """The longest that `expect` lets a refund take; None if it says nothing of it."""
    limits = [
        each.refund_within
        for each in scenario.expect
        if isinstance(each, ExactlyOnce | NoOrphanCharge)
    ]
    return max(limits, default=None)


def _ask(checker: Checker, history: History) -> Finding:
    try:
        finding = checker.judge(history)
    except Exception as error:  # noqa: BLE001 - a checker that crashes answers nothing; the others still do
        crashed = f"the checker crashed: {type(error).__name__}: {error}"
        return Finding(valid=None, summary=crashed, count=0)
    late = _late(history) if checker.timing and finding.valid is not None else None
    return msgspec.structs.replace(finding, valid=None, summary=late) if late else finding


def _late(history: History) -> str | None:
    """Why nothing can be said about timing; None if something can."""
    if history.generator is None:
        return "the load generator left no word on how late it was"
    p99 = history.generator.lateness_p99_ms
    if p99 > LATENESS_MAX_MS:
        return f"shoppers were sent late: 1 in 100 by more than {p99:.0f} ms"
    return None


def _hear_notes(history: History, grounds: Grounds) -> None:
    """What the controller noted. If a drill never began, that is why it proves nothing."""
    noted: dict[str, list[str]] = {ABORTED: [], BROKEN: [], INVALID: []}
    for note in history.notes:
        if note.text in noted and note.source == "client":
            noted[note.text].append(str(note.data.get("reason") or note.text))
    grounds.aborted += noted[ABORTED]
    grounds.error += noted[BROKEN]
    grounds.invalid = noted[INVALID] or grounds.invalid


def _audit(history: History, grounds: Grounds) -> None:
    finding = audit(history)
    if finding.valid is False:
        grounds.error.append(f"the gateway's own ledger is wrong: {finding.summary}")


def _doubt(
    history: History, scenario: Scenario, phases: tuple[PhaseResult, ...], grounds: Grounds
) -> None:
    """What makes a drill prove nothing, besides checks that are unknown."""
    for fault in fault_hits(history, scenario):
        if not fault.hits:
            arm = f", arm {fault.arm}," if fault.arm is not None else ""
            grounds.invalid.append(f"the fault {fault.rule}{arm} never hit")
    planned = sum(len(phase.events) for phase in scenario.phases)
    struck = sum(note.text == STRUCK for note in history.notes)
    if struck < planned:
        said = f"the merchant was to be ended {planned} times, and was ended {struck} times"
        grounds.invalid.append(said)
    if history.book_problem:
        grounds.invalid.append(f"the order book cannot be used: {history.book_problem}")
    if not phases or not phases[0].rules:
        _baseline(phases, grounds)


def _baseline(phases: tuple[PhaseResult, ...], grounds: Grounds) -> None:
    first = phases[0] if phases else None
    if first is None or first.technical is None:
        grounds.invalid.append("nobody was served before the first fault, so nothing is compared")
    elif first.technical < BASELINE:
        grounds.invalid.append(
            f"the shop did not work even without faults: in {first.name} only "
            f"{first.technical:.1%} of {first.arrivals} shoppers were served"
        )
