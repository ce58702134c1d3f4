"""The scenario that is served, and who plays it."""

from __future__ import annotations

from simulator.accounts.programme import Programme
from simulator.scenario import loader
from simulator.scenario.player import Player
from tests.accounts.test_account import account

ONE = loader.load("scenario: 1\nname: one\nseed: 11\nrules: []\n")
TWO = loader.load("scenario: 1\nname: two\nseed: 12\nrules: []\n")


def test_an_account_plays_what_is_served_from_when_it_began() -> None:
    """With the scenario's seed, or the one that was given in its place."""
    for seed, expected in ((None, 11), (5, 5)):
        it = account()
        Programme(ONE, seed).begin(it)
        assert it.player is not None
        assert (it.player.scenario, it.player.seed) == (ONE, expected)


def test_nothing_is_played_where_nothing_is_served() -> None:
    """Nothing fails then."""
    it = account()
    Programme().begin(it)
    assert it.player is None


def test_a_change_reaches_those_without_a_scenario_of_their_own() -> None:
    """Old and new accounts alike; one that was given another scenario keeps it."""
    programme = Programme(ONE)
    served, own = account(), account()
    for each in (served, own):
        programme.begin(each)
    own.perform(Player(TWO, seed=1, started=0.0))
    three = loader.load("scenario: 1\nname: three\nrules: []\n")
    assert programme.change(three, (served, own)) == (served,)
    fresh = account()
    programme.begin(fresh)
    names = [each.player.scenario.name for each in (served, own, fresh) if each.player]
    assert names == ["three", "two", "three"]


def test_phases_start_anew_with_a_change() -> None:
    """The clock of the scenario is that of the change."""
    text = "scenario: 1\nname: p\nphases: [{name: a, lasts: 10s}, {name: b, lasts: 10s}]\n"
    programme = Programme(loader.load(text))
    it = account()
    programme.begin(it)
    it.clock.advance(15.0)
    assert it.player is not None
    assert it.player.phase_at(it.clock.monotonic()) == "b"
    programme.change(loader.load(text), (it,))
    assert it.player.phase_at(it.clock.monotonic()) == "a"
