"""One account: what it plays, and how it makes room for another of its name."""

from __future__ import annotations

from simulator.accounts.account import Account
from simulator.accounts.recorder import Recorder
from simulator.clock import VirtualClock
from simulator.profiles import load as load_profile
from simulator.scenario import loader
from simulator.scenario.facts import Facts
from simulator.scenario.player import Live, Player
from tests.accounts.test_restore import Recording

CLEAN = "scenario: 1\nname: clean\nrules: []\n"
CHARGE = Facts(channel="primary", operation="authorize", order="1", method="card")


def account(recording: Recording | None = None) -> Account:
    """A fresh one, on a clock that stands still."""
    clock = VirtualClock()
    recorder = Recorder(recording or Recording(), clock)
    return Account("shop", clock=clock, profile=load_profile("default"), recorder=recorder)


def player() -> Player:
    """Plays nothing that fails."""
    return Player(loader.load(CLEAN), seed=1, started=0.0)


def test_live_faults_go_on_under_another_scenario() -> None:
    """Until they run out; hits count anew."""
    it = account()
    it.perform(player())
    now = it.clock.monotonic()
    for name, ttl in (("gone", -1.0), ("there", 5.0)):
        rule = loader.live("fault: {decline: lost_card}").rule(name)
        assert it.player is not None
        it.player.add(Live(name, rule, now + ttl))
    it.hits["r", None] = 3
    it.perform(player())
    assert it.player is not None
    assert [live.id for live in it.player.live(now)] == ["there"]
    assert not it.hits
    fired = it.plan(CHARGE).decide
    assert fired is not None
    assert fired.rule == "there"


def test_a_retired_account_writes_nothing_more() -> None:
    """What is under way in it can end, unseen."""
    recording = Recording()
    it = account(recording)
    it.perform(player())
    it.recorder.note("shop", "before")
    it.retire()
    it.recorder.note("shop", "after")
    assert [line.text for line in recording.lines()] == ["before"]  # type: ignore[union-attr]
    assert it.player is None
    assert it.offer is None
