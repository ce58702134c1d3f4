"""The verdict as JUnit XML, for a pipeline.

One suite a drill; one case for the verdict, for each check and for the proof of each fault. A check
that is false is a failure; one that had to be answered and could not be is an error; one that was
merely not reached is skipped. The case `verdict` is red exactly when the exit code is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from simulator.drills.verdict import Check, FaultHits, Verdict
from simulator.journal.history import History

#: What XML 1.0 (section 2.2) cannot hold, not even escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(verdict: Verdict, history: History, money_checks: frozenset[str]) -> bytes:
    """The content of `junit.xml`; `money_checks` are the names of the checks that judge money."""
    name = f"drill.{verdict.scenario}"
    seconds = history.judged - history.began if history.phases else 0.0
    wall = history.run.wall if history.run else 0.0
    suites = Element("testsuites")
    suite = _element(
        suites,
        "testsuite",
        {
            "name": name,
            "time": f"{max(0.0, seconds):.3f}",
            "timestamp": datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        },
    )
    properties = SubElement(suite, "properties")
    for key in ("verdict", "scenario", "seed", "run"):
        _element(properties, "property", {"name": key, "value": str(getattr(verdict, key))})
    _verdict(suite, name, verdict)
    for check in verdict.checks:
        _check(suite, name, check, verdict, money=check.name in money_checks)
    for fault in verdict.faults:
        _fault(suite, name, fault, verdict)
    _count(suite)
    indent(suites)
    document: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _verdict(suite: Element, name: str, verdict: Verdict) -> None:
    case = _case(suite, f"{name}.verdict", "verdict")
    if verdict.exit_code == 0:
        return
    tag = "failure" if verdict.verdict == "fail" else "error"
    reasons = verdict.reasons or (verdict.verdict,)
    _outcome(case, tag, verdict.verdict, reasons[0], reasons)


def _check(suite: Element, name: str, check: Check, verdict: Verdict, *, money: bool) -> None:
    case = _case(suite, f"{name}.{'money' if money else 'check'}", check.name)
    if check.valid is False:
        lines = [str(example.get("what", example)) for example in check.examples]
        _outcome(case, "failure", "check", check.summary, lines)
    elif check.valid is None:
        needed = verdict.verdict != "aborted" and any(
            reason.startswith(f"{check.name} ") for reason in verdict.reasons
        )
        _outcome(case, "error" if needed else "skipped", "unknown", check.summary, ())


def _fault(suite: Element, name: str, fault: FaultHits, verdict: Verdict) -> None:
    arm = f", arm {fault.arm}" if fault.arm is not None else ""
    case = _case(suite, f"{name}.fault", f"{fault.rule}{arm} was injected")
    if not fault.hits:
        tag = "skipped" if verdict.verdict == "aborted" else "error"
        _outcome(case, tag, "not proved", "it never hit, so nothing is known of it", ())


def _case(suite: Element, classname: str, name: str) -> Element:
    return _element(suite, "testcase", {"classname": classname, "name": name, "time": "0"})


def _outcome(case: Element, tag: str, kind: str, message: str, lines: Iterable[str]) -> None:
    outcome = _element(case, tag, {"type": kind, "message": message})
    outcome.text = _clean("\n".join(lines)) or None


def _count(suite: Element) -> None:
    tags = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, tag in tags.items():
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))


def _element(parent: Element, tag: str, attributes: Mapping[str, str]) -> Element:
    return SubElement(parent, tag, {key: _clean(value) for key, value in attributes.items()})


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
