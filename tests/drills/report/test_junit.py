"""Tests of the JUnit file: a strict parser takes it, and its colours follow the verdict."""

from __future__ import annotations

from pathlib import Path

import junitparser
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from simulator.drills.judge import judge
from simulator.drills.notes import ABORTED
from simulator.drills.report import junit
from tests.drills.stories import GOOD, history, note, scenario, without

_MONEY = frozenset({"exactly_once", "no_orphan_charge"})


def _document(story: str, *notes: object) -> bytes:
    recorded = history(story, *notes)  # type: ignore[arg-type]
    return junit.render(judge(recorded, scenario()), recorded, _MONEY)


def _results(document: bytes) -> dict[str, list[type]]:
    (suite,) = JUnitXml.fromstring(document)
    return {case.name: [type(result) for result in case.result] for case in suite}


def test_pass_has_no_red(tmp_path: Path) -> None:
    """All cases of a drill that passed are green, and the counts say so."""
    path = tmp_path / "junit.xml"
    path.write_bytes(_document(GOOD))
    (suite,) = JUnitXml.fromfile(str(path))
    assert isinstance(suite, junitparser.TestSuite)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (11, 0, 0, 0)
    assert suite.name == "drill.small-brownout"
    assert suite.timestamp == "2023-11-14T22:13:19"
    assert suite.time == 36.0
    properties = {each.name: each.value for each in suite.properties()}
    assert properties == {
        "verdict": "pass", "scenario": "small-brownout", "seed": "7", "run": "r1",
    }  # fmt: skip


def test_cases_are_grouped_by_what_they_judge() -> None:
    """Money, other checks and proofs of faults are told apart by their class."""
    (suite,) = JUnitXml.fromstring(_document(GOOD))
    classes = {case.name: case.classname.removeprefix("drill.small-brownout.") for case in suite}
    assert classes["verdict"] == "verdict"
    assert classes["exactly_once"] == "money"
    assert classes["retry_rules"] == "check"
    assert classes["answers, arm hang was injected"] == "fault"
    assert classes["down was injected"] == "fault"


def test_false_checks_are_failures_with_their_orders() -> None:
    """What went wrong can be read in the pipeline, down to the order."""
    document = _document(without(GOOD, "refund"))
    results = _results(document)
    assert results["verdict"] == [Failure]
    assert results["no_orphan_charge"] == [Failure]
    assert results["exactly_once"] == []
    (suite,) = JUnitXml.fromstring(document)
    (failure,) = next(case.result for case in suite if case.name == "no_orphan_charge")
    assert "r1-3" in failure.text


def test_fault_that_never_hit_is_an_error() -> None:
    """A drill that proved nothing is red, but not as if the shop had failed."""
    results = _results(_document(without(GOOD, "outage")))
    assert results["verdict"] == [Error]
    assert results["down was injected"] == [Error]


def test_unreadable_book_makes_the_money_checks_errors() -> None:
    """A money check that could not be answered is not skipped."""
    results = _results(_document(without(GOOD, "row") + "35.0 nobook unreachable\n"))
    assert results["no_orphan_charge"] == [Error]


def test_what_an_abort_left_out_is_skipped() -> None:
    """Faults that an aborted drill did not come to are not held against anybody."""
    results = _results(_document(without(GOOD, "outage"), note(ABORTED, "stopped by SIGINT")))
    assert results["verdict"] == [Error]
    assert results["down was injected"] == [Skipped]


@pytest.mark.parametrize("text", ["\x00 and \x1b[31m", "<&>\"'", "\ud800 alone", "下单 \U0001f4b3"])
def test_any_text_makes_good_xml(text: str) -> None:
    """Words of a merchant or a person cannot break the file."""
    assert _results(_document(GOOD, note(ABORTED, text)))["verdict"] == [Error]
