"""Tests of the judge: what a recording proves, and what decides if it proves several things."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import ClassVar

import pytest

from simulator.checkers.checker import Checker, Finding
from simulator.drills import judge as judging
from simulator.drills.judge import Grounds, judge, judge_recording, recorded
from simulator.drills.notes import ABORTED, BROKEN, INVALID
from simulator.drills.verdict import EXIT_CODES, Verdict
from simulator.errors import DocumentError, JournalError
from simulator.journal.history import History
from simulator.scenario import loader
from tests.drills import stories
from tests.drills.stories import GOOD, SCENARIO, history, note, scenario, without

# Grounds, the first of which decides         verdict    exit code
_PRECEDENCE = (
    ("money", "fail", 1),
    ("aborted", "aborted", 3),
    ("check", "fail", 1),
    ("error", "error", 5),
    ("invalid", "invalid", 4),
)


def _judge(story: str = GOOD, *notes: object, late: float = 2.0) -> Verdict:
    return judge(history(story, *notes, late=late), scenario())  # type: ignore[arg-type]


def _with_expectations(text: str) -> str:
    return stories.SCENARIO.replace("expect:\n", f"expect:\n  - {text}\n")


def test_careful_merchant_passes() -> None:
    """Money kept straight through lost replies and an outage is a pass, with all its figures."""
    verdict = _judge()
    assert (verdict.verdict, verdict.reasons, verdict.exit_code) == ("pass", (), 0)
    assert [check.valid for check in verdict.checks] == [True] * 7
    assert [(fault.rule, fault.arm, fault.hits) for fault in verdict.faults] == [
        ("answers", "lost_reply", 2),
        ("answers", "hang", 1),
        ("down", None, 1),
    ]
    assert [phase.arrivals for phase in verdict.phases] == [1, 3, 1]
    usd = verdict.money["USD"]
    assert (usd.captured, usd.refunded, usd.net, usd.due) == (11999, 3000, 8999, 8999)
    assert (usd.overcharged, usd.orphaned, usd.unpaid) == (0, 0, 0)
    assert verdict.generator.lateness_p99_ms == 2.0


def test_dropping_one_refund_line_flips_the_verdict() -> None:
    """The verdict hangs on every line: without the refund, money is held for nothing."""
    verdict = _judge(without(GOOD, "refund"))
    assert (verdict.verdict, verdict.exit_code) == ("fail", 1)
    false = {check.name for check in verdict.checks if check.valid is False}
    assert {"no_orphan_charge", "truth_told", "books_agree"} <= false
    assert verdict.money["USD"].orphaned == 3000
    assert any("no_orphan_charge is false" in reason for reason in verdict.reasons)


def test_money_of_a_double_charge() -> None:
    """What an order holds beyond its price is charged too much, and the difference is exact."""
    twice = GOOD + "16.5 charge r1-4 p9 primary captured key=k9 amount=4000\n"
    verdict = _judge(twice)
    assert verdict.verdict == "fail"
    assert verdict.money["USD"].overcharged == 4000


def test_money_of_an_order_served_for_nothing() -> None:
    """What a fulfilled order lacks is unpaid."""
    verdict = _judge(without(GOOD, "charge", "r1-5").replace(" ids=p5", ""))
    assert verdict.money["USD"].unpaid == 500
    assert verdict.verdict == "fail"


@pytest.mark.parametrize("size", range(1, 6))
def test_precedence(size: int) -> None:
    """Money false, aborted, check false, internal error, invalid, pass: the first decides."""
    for chosen in combinations(_PRECEDENCE, size):
        grounds = Grounds(**{kind: [f"because of {kind}"] for kind, _, _ in chosen})
        verdict, reasons = grounds.verdict()
        deciding, expected, code = chosen[0]
        assert verdict == expected
        assert EXIT_CODES[verdict] == code
        assert reasons[0] == f"because of {deciding}"
        assert len(set(reasons)) == len(reasons)
    assert Grounds().verdict() == ("pass", ())


def test_rule_without_a_hit_makes_the_drill_invalid() -> None:
    """A fault that was never performed proves nothing, whatever the shop did."""
    verdict = _judge(without(GOOD, "outage"))
    assert (verdict.verdict, verdict.exit_code) == ("invalid", 4)
    assert verdict.reasons == ("the fault down never hit",)


def test_outage_that_was_not_proved_does_not_count() -> None:
    """A channel that went on answering was not down."""
    verdict = _judge(GOOD.replace("down rule=down", "down rule=down unproved"))
    assert verdict.verdict == "invalid"


def test_arm_of_a_mix_without_a_hit_makes_the_drill_invalid() -> None:
    """Each arm of a mix is a fault of its own."""
    verdict = _judge(GOOD.replace(" hit=hang", ""))
    assert verdict.reasons == ("the fault answers, arm hang, never hit",)


def test_shop_that_fails_without_faults_makes_the_drill_invalid() -> None:
    """Nothing is learnt about a shop that does not work in peace."""
    broken = GOOD.replace("1.2 leave   r1-1 paid", "1.2 leave   r1-1 error")
    verdict = _judge(broken)
    assert verdict.verdict == "invalid"
    assert "the shop did not work even without faults" in verdict.reasons[0]


def test_shop_that_fails_everybody_without_a_decline_does_not_work() -> None:
    """Telling shoppers "failed" is an answer, but no service when no bank has declined."""
    verdict = _judge(GOOD.replace("1.2 leave   r1-1 paid", "1.2 leave   r1-1 failed"))
    assert "the shop did not work even without faults" in " ".join(verdict.reasons)


def test_decline_in_the_baseline_is_an_answer() -> None:
    """A shop whose customers lack funds works; only what gets no answer counts against it."""
    declined = without(
        GOOD.replace("1.2 leave   r1-1 paid", "1.2 leave   r1-1 failed")
        .replace("1.2 tell    r1-1 paid", "1.2 tell    r1-1 failed")
        .replace("r1-1 p1 primary captured", "r1-1 p1 primary failed"),
        "row",
        "r1-1",
    )
    verdict = _judge(declined + "35.0 row r1-1 failed 1999 ids=p1\n")
    assert verdict.verdict == "pass"


def test_baseline_in_which_nobody_came_makes_the_drill_invalid() -> None:
    """There is nothing to compare the rest with."""
    story = "\n".join(row for row in GOOD.splitlines() if "r1-1" not in row)
    assert "nobody was served before the first fault" in " ".join(_judge(story).reasons)


def test_unreadable_book_makes_the_drill_invalid() -> None:
    """Without the shop's view no money check can be answered."""
    verdict = _judge(without(GOOD, "row") + "35.0 nobook unreachable\n")
    assert verdict.verdict == "invalid"
    assert any("order book" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("kind", "expected"), [(ABORTED, "aborted"), (BROKEN, "error"), (INVALID, "invalid")]
)
def test_notes_of_the_controller_are_heard(kind: str, expected: str) -> None:
    """Why a drill ended early stands in its journal, and decides as it did during the drill."""
    verdict = _judge(GOOD, note(kind, "because it rained"))
    assert verdict.verdict == expected
    assert "because it rained" in verdict.reasons


def test_abort_does_not_hide_lost_money() -> None:
    """A money check that is false outranks the abort, which is told as well."""
    verdict = _judge(without(GOOD, "refund"), note(ABORTED, "stopped by SIGINT"))
    assert verdict.verdict == "fail"
    assert "stopped by SIGINT" in verdict.reasons


def test_broken_ledger_is_our_own_error() -> None:
    """A posting that the payment does not bear out is a bug of the gateway, exit 5."""
    lines = stories.journal(GOOD)
    broken = [
        stories.msgspec.structs.replace(line, postings=())
        if getattr(line, "order", "") == "r1-1" and getattr(line, "postings", ())
        else line
        for line in lines
    ]
    verdict = judge(History.from_lines(broken), scenario())
    assert (verdict.verdict, verdict.exit_code) == ("error", 5)
    assert "the gateway's own ledger is wrong" in verdict.reasons[0]


class _Crashing(Checker):
    """A checker with a bug."""

    name: ClassVar[str] = "crashing"
    always: ClassVar[bool] = True
    money: ClassVar[bool] = True

    def judge(self, history: History) -> Finding:
        """Divide by nothing."""
        return Finding(valid=True, summary="fine", count=1 // 0)


def test_checker_that_crashes_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others still answer, and a crashing money check makes the drill invalid."""
    monkeypatch.setattr(judging, "CHECKERS", (*judging.CHECKERS, _Crashing))
    usual = judging.defaults()
    monkeypatch.setattr(judging, "defaults", lambda *_: (*usual, _Crashing()))
    verdict = _judge()
    crashed = verdict.checks[-1]
    assert (crashed.name, crashed.valid) == ("crashing", None)
    assert "ZeroDivisionError" in crashed.summary
    assert verdict.verdict == "invalid"
    assert [check.valid for check in verdict.checks[:-1]] == [True] * 7


def test_late_load_makes_timing_checks_unknown() -> None:
    """What our own generator did late says nothing about the shop; money is judged all the same."""
    expecting = scenario_with("success_ratio: {at_least: 1%}")
    verdict = judge(history(GOOD, late=51.0), expecting)
    timing = next(check for check in verdict.checks if check.name == "success_ratio")
    assert timing.valid is None
    assert verdict.verdict == "invalid"
    assert all(check.valid for check in verdict.checks if check.name != "success_ratio")


def test_expectation_that_is_unknown_makes_the_drill_invalid() -> None:
    """Too few shoppers for a check that was asked for: no verdict, rather than a guess."""
    verdict = judge(history(GOOD), scenario_with("success_ratio: {at_least: 99%}"))
    assert verdict.verdict == "invalid"
    assert verdict.reasons[0].startswith("success_ratio is unknown")


def test_expect_sets_the_parameters_of_checks_that_always_run() -> None:
    """A check named in `expect` runs once, with the parameters given there."""
    assert [check.name for check in _judge().checks].count("no_orphan_charge") == 1
    story = GOOD.replace("14.7 refund", "26.0 refund")
    assert _judge(story).verdict == "fail"
    patient = stories.SCENARIO.replace("refund_within: 5s", "refund_within: 15s")
    verdict = judge(history(story), stories.loader.load(patient, "small.yaml"))
    assert "no_orphan_charge" not in " ".join(verdict.reasons)


def test_two_expectations_of_a_kind_have_names_of_their_own() -> None:
    """Each phase can have its own ratio, and each is told apart in the verdict."""
    both = scenario_with(
        "success_ratio: {phase: baseline, at_least: 1%}",
        "success_ratio: {phase: recovery, at_least: 1%}",
    )
    names = [check.name for check in judge(history(GOOD), both).checks]
    assert names[-2:] == ["success_ratio", "success_ratio-2"]


def test_recording_is_judged_from_its_journal_alone(tmp_path: Path) -> None:
    """A folder and its journal give one verdict, with or without the files beside it."""
    journal = stories.write(tmp_path / "journal.jsonl", GOOD)
    first = judge_recording(tmp_path)
    (tmp_path / "verdict.json").write_bytes(first.to_json())
    assert judge_recording(journal) == first
    (tmp_path / "verdict.json").unlink()
    assert judge_recording(tmp_path) == first == _judge()


def test_recording_can_be_judged_by_another_scenario(tmp_path: Path) -> None:
    """Yesterday's drill can be held against today's expectations."""
    stories.write(tmp_path / "journal.jsonl", GOOD)
    other = tmp_path / "other.yaml"
    other.write_text(_with_expectations("success_ratio: {at_least: 99%}"))
    assert judge_recording(tmp_path).verdict == "pass"
    assert judge_recording(tmp_path, loader.load(other)).verdict == "invalid"


def test_journal_of_no_drill_is_refused(tmp_path: Path) -> None:
    """A gateway's own journal has no run line, so it says neither scenario nor seed."""
    journal = tmp_path / "gateway.jsonl"
    lines = stories.write(journal, GOOD).read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[1:]))
    with pytest.raises(JournalError, match="not the journal of a drill"):
        recorded(journal)


def test_broken_scenario_in_a_journal_is_named(tmp_path: Path) -> None:
    """Problems in the recorded scenario are located in its own file."""
    journal = stories.write(tmp_path / "journal.jsonl", GOOD)
    journal.write_bytes(journal.read_bytes().replace(b"lost_reply", b"lost_replies", 1))
    with pytest.raises(DocumentError, match=r"small.yaml:\d+:\d+"):
        recorded(journal)


def test_verdict_json_has_the_documented_shape() -> None:
    """Scripts parse it, so its names are a contract."""
    document = json.loads(_judge(without(GOOD, "refund")).to_json())
    assert list(document) == [
        "verdict", "seed", "scenario", "run", "checks", "faults", "phases", "money", "generator",
        "reasons",
    ]  # fmt: skip
    assert list(document["checks"][0]) == ["name", "valid", "summary", "count", "examples"]
    assert list(document["faults"][0]) == ["rule", "arm", "hits"]
    assert list(document["generator"]) == ["lateness_p99_ms", "dropped"]
    assert document["faults"][2]["arm"] is None
    assert document["seed"] == 7


def scenario_with(*expectations: str) -> stories.Scenario:
    """The scenario of the stories with more expectations."""
    text = stories.SCENARIO
    for each in reversed(expectations):
        text = text.replace("expect:\n", f"expect:\n  - {each}\n")
    return stories.loader.load(text, "small.yaml")


def test_what_expect_allows_a_refund_holds_for_all_who_wait_for_it() -> None:
    """A charge of a failed order, some seconds before the end: in time, or too late."""
    story = GOOD.replace("14.7 refund  p3 f3 3000 succeeded\n", "").replace(" refunded=3000", "")
    patient = loader.load(SCENARIO.replace("refund_within: 5s", "refund_within: 30s"), "small.yaml")
    valid = {check.name: check.valid for check in judge(history(story), patient).checks}
    assert (valid["truth_told"], valid["books_agree"]) == (None, None)
    assert judge(history(story), patient).verdict == "invalid"
    valid = {check.name: check.valid for check in judge(history(story), scenario()).checks}
    assert (valid["truth_told"], valid["books_agree"]) == (False, False)
