"""Loading scenarios: all mistakes at once, in file order."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.errors import DocumentError, UsageError
from simulator.scenario import loader

EIGHT = Path(__file__).parent / "eight-mistakes.yaml"


def test_a_file_with_eight_mistakes_gives_eight_messages() -> None:
    """One of each kind, each at its place, in file order, in words that help."""
    with pytest.raises(DocumentError) as caught:
        loader.load(EIGHT)
    assert str(caught.value).splitlines() == [
        f"{EIGHT}:{rest}"
        for rest in (
            "8:5: unknown key 'arivals' (did you mean 'arrivals'?)",
            "10:12: '25' is not a duration; write a number and a unit: 200ms, 1.5s, 2m",
            "14:34: unknown key 'chanel' (did you mean 'channel'?)",
            "18:16: '104%' is more than the whole; a share is at most 100%",
            "22:33: unknown fault 'lost_replay' (did you mean 'lost_reply'?)",
            "26:16: 'decline' can never strike query; only authorize, confirm",
            "28:1: duplicate key 'seed'; it stands already in line 4",
            "30:5: unknown checker 'no_orphan_charges' (did you mean 'no_orphan_charge'?)",
        )
    ]


def test_a_scenario_keeps_the_text_that_it_was_read_from(tmp_path: Path) -> None:
    """A recording carries the text, so that it can be judged again."""
    text = "scenario: 1\nname: kept  # with its comments\nrules: []\n"
    file = tmp_path / "kept.yaml"
    file.write_text(text)
    assert loader.load(file).text == text
    assert loader.load(file).file == str(file)
    assert (loader.load(text).text, loader.load(text).file) == (text, "")


def test_json_is_accepted() -> None:
    """The control API takes scenarios as JSON too."""
    text = '{"scenario": 1, "name": "j", "rules": [{"share": "5%", "fault": {"hang": "5s"}}]}'
    assert loader.load(text).rules[0].name == "hang"


def test_a_text_that_is_not_yaml_gives_a_located_error() -> None:
    """Broken YAML is a DocumentError like any other."""
    with pytest.raises(DocumentError, match=r"body:2:2: not readable as YAML"):
        loader.load("a: [1\nb: 2", file="body")


def test_a_file_that_is_not_there_is_named() -> None:
    """A wrong path is a usage error."""
    with pytest.raises(UsageError, match=r"cannot read .*none\.yaml"):
        loader.load(Path("none.yaml"))


def test_a_live_fault_is_read_and_checked_like_a_rule() -> None:
    """The same fields, the same words, the same checks between fields."""
    live = loader.live('{"fault": {"hang": {"for": "5s"}}, "share": "5%", "ttl": "10s"}')
    assert live.ttl == 10.0
    assert live.rule("flt_1").name == "flt_1"
    with pytest.raises(DocumentError) as caught:
        loader.live("{fault: outage, share: 5%, when: {operation: query}, tll: 10s}")
    assert [problem.message for problem in caught.value.problems] == [
        "an outage holds for everybody as long as it lasts; leave 'share' out",
        (
            "an outage takes the whole channel; it cannot depend on 'operation'; "
            "error, hang and reset can"
        ),
        "unknown key 'tll' (did you mean 'ttl'?)",
    ]
