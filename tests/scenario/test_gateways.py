"""The profile of a scenario: by name, by file, or whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import profiles
from simulator.errors import DocumentError
from simulator.scenario import loader

HEAD = "scenario: 1\nname: t\n"
RULES = "rules:\n  - fault: {hang: {for: 1s}}\n"


def load(profile: str) -> loader.Scenario:
    """A scenario with this profile, from a text."""
    return loader.load(f"{HEAD}profile: {profile}\n{RULES}", "t.yaml")


def test_by_name() -> None:
    """One that ships; `default` if none is named."""
    assert load("oule-pay").profile is profiles.load("oule-pay")
    assert loader.load(HEAD + RULES).profile is profiles.load("default")
    assert loader.load(HEAD + RULES).gateway == "default"


def test_whole() -> None:
    """Written out, usually from a base, with what differs."""
    made = load("{base: oule-pay, maintenance: [{after: 5s, lasts: 10s}]}")

    assert made.profile.codes == profiles.load("oule-pay").codes
    assert [window.after for window in made.profile.maintenance] == [5.0]
    assert made.gateway == {
        "base": "oule-pay",
        "maintenance": [{"after": "5s", "lasts": "10s"}],
    }


@pytest.mark.parametrize("name", ["mine.yaml", "'mine.yaml'", '"mine.yaml"   # ours'])
def test_by_file(name: str, tmp_path: Path) -> None:
    """Found beside the scenario; the text then holds all of it, and reads the same anywhere."""
    (tmp_path / "mine.yaml").write_text(
        "profile: 1\nname: mine\nmethods: {card: }\npoll_every: 7s\n"
    )
    file = tmp_path / "s.yaml"
    file.write_text(f"{HEAD}profile: {name}\n{RULES}")

    made = loader.load(file)
    again = loader.load(made.text, "elsewhere")

    assert made.profile.name == "mine"
    assert made.profile.poll_every == 7.0
    assert again.profile == made.profile
    assert made.text.count("\n") == file.read_text().count("\n")
    assert ("# ours" in made.text) == ("# ours" in name)


def test_a_file_in_json(tmp_path: Path) -> None:
    """A scenario may be JSON, and its profile too."""
    (tmp_path / "mine.json").write_text('{"profile": 1, "name": "mine", "methods": {"card": {}}}')
    file = tmp_path / "s.json"
    file.write_text(
        '{"scenario": 1, "name": "t", "profile": "mine.json", "rules": [{"fault": {"reset": {}}}]}'
    )

    assert loader.load(loader.load(file).text).profile.name == "mine"


def test_mistakes_of_both_files_at_once(tmp_path: Path) -> None:
    """Each in its own file, at its own place."""
    (tmp_path / "mine.yaml").write_text("profile: 1\nname: mine\nmethods: {crad: }\n")
    file = tmp_path / "s.yaml"
    file.write_text(f"{HEAD}profile: mine.yaml\nsede: 4\n{RULES}")

    with pytest.raises(DocumentError) as raised:
        loader.load(file)

    said = [str(problem) for problem in raised.value.problems]
    assert said[0].startswith(f"{file}:4:1: unknown key 'sede'")
    assert said[1].startswith(f"{tmp_path / 'mine.yaml'}:3:11: unknown method 'crad'")
    assert len(said) == 2


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("oule", r"t.yaml:3:10: unknown profile 'oule' \(did you mean 'oule-pay'\?\)"),
        ("mine.yaml", "t.yaml:3:10: 'mine.yaml': only a scenario that is a file can name a file"),
        ("{base: evisa, limits: [{per: card}]}", "t.yaml:3:33: missing key 'over'"),
        ("{methods: {card: }}", "t.yaml:3:1: missing key 'name'"),
        ("[a]", "unknown profile"),
    ],
)
def test_what_cannot_be_used(profile: str, said: str) -> None:
    """Told at its place in the scenario."""
    with pytest.raises(DocumentError, match=said):
        load(profile)


def test_an_unknown_base_is_all_that_is_wrong() -> None:
    """No line about what the base would have given."""
    with pytest.raises(DocumentError) as raised:
        load("{base: olue}")
    [problem] = raised.value.problems
    assert "unknown profile 'olue'" in str(problem)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Told where it is named."""
    file = tmp_path / "s.yaml"
    file.write_text(f"{HEAD}profile: nowhere.yaml\n{RULES}")
    with pytest.raises(DocumentError, match=r"s.yaml:3:10: cannot read .*nowhere.yaml"):
        loader.load(file)


def test_shoppers_pay_by_what_the_gateway_takes() -> None:
    """Others would all be refused, so this is a mistake; by the right profile it is not."""
    traffic = "traffic:\n  methods: {card: 90%, ideal: 10%}\n"
    said = "the profile 'default' does not take 'ideal'; it takes card, wallet, bank_transfer"
    with pytest.raises(DocumentError, match=f"t.yaml:4:24: {said}"):
        loader.load(f"{HEAD}{traffic}{RULES}", "t.yaml")
    assert loader.load(f"{HEAD}profile: global\n{traffic}{RULES}")


def test_shipped_drills_do_not_depend_on_the_hour() -> None:
    """None of them plays a gateway that is under maintenance at some hours of the week."""
    root = Path(__file__).resolve().parents[2] / "scenarios"
    for file in root.rglob("*.yaml"):
        scenario = loader.load(file)
        if scenario.has_arrivals:
            windows = [
                *scenario.profile.maintenance,
                *(each for rule in scenario.profile.methods for each in rule.disabled_during),
            ]
            assert all(window.begins is None for window in windows), file.name
