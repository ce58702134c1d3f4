"""The player: what holds when, and for whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.faults.actions import DropWebhook, Refuse
from simulator.scenario import loader
from simulator.scenario.document import Scenario
from simulator.scenario.facts import CLEAN, Facts, Fired, Plan
from simulator.scenario.player import Live, Player

Play = Callable[..., Player]
Charge = Callable[..., Facts]

STORM = (
    "phases:\n- {name: calm, lasts: 10s}\n"
    "- {name: storm, lasts: 20s, rules: [\n"
    "    {name: hang, fault: {hang: 1s}},\n"
    "    {name: late, at: 5s, for: 5s, fault: {lost_reply: 1s}},\n"
    "    {name: down, at: 15s, fault: outage, when: {channel: backup}}]}\n"
    "- {name: after, lasts: 5s}\n"
)
ALWAYS = "rules: [{name: always, fault: {duplicate_charge: {}}}]\n"


def names(plan: Plan) -> list[str]:
    """The rules that fire, stage by stage."""
    return [each.rule for each in (plan.before, plan.decide, plan.after, plan.wire) if each]


def live(text: str, id: str = "f1", expires: float | None = None) -> Live:  # noqa: A002
    """A fault put on by hand."""
    return Live(id, loader.live(text).rule(id), expires)


@pytest.mark.parametrize(
    ("now", "rules"),
    [
        (9.999, []), (10.0, ["hang"]), (14.999, ["hang"]), (15.0, ["hang", "late"]),
        (19.999, ["hang", "late"]), (20.0, ["hang"]), (29.999, ["hang"]), (30.0, []), (99.0, []),
    ],
)  # fmt: skip
def test_rules_hold_exactly_in_their_time(
    play: Play, charge: Charge, now: float, rules: list[str]
) -> None:
    """From `at` after the phase's start, for `for`, at most until the phase ends."""
    player = play(STORM.replace("{hang: 1s}", "{error: {status: 503}}"))
    assert names(player.plan(charge(), now)) == rules


def test_next_change_names_every_edge_once(play: Play) -> None:
    """Who waits for it sees each phase and each rule begin and end, and then nothing more."""
    player, now, seen = play(STORM), -1.0, []
    while (change := player.next_change(now)) is not None:
        seen.append((change, player.phase_at(change)))
        now = change
    assert seen == [
        (0.0, "calm"),
        (10.0, "storm"),
        (15.0, "storm"),
        (20.0, "storm"),
        (25.0, "storm"),
        (30.0, "after"),
        (35.0, "settle"),
    ]


def test_answers_do_not_depend_on_the_order_of_asking(play: Play, charge: Charge) -> None:
    """Asking about the past gives what it would have given then."""
    asked, fresh = play(STORM), play(STORM)
    for now in (40.0, 3.0, 27.0, 12.0, 16.0, 16.0, 9.0):
        assert asked.plan(charge(), now) == fresh.plan(charge(), now)
        assert names(play(STORM).plan(charge(), now)) == names(asked.plan(charge(), now))


def test_an_outage_refuses_its_channel_while_it_lasts(play: Play, charge: Charge) -> None:
    """It is no plan for an exchange, but a state of the channel."""
    player = play(STORM)
    assert player.refused(24.9) == {}
    (channel,) = player.refused(25.0)
    assert channel == "backup"
    assert isinstance(player.refused(25.0)["backup"].action, Refuse)
    assert names(player.plan(charge(channel="backup"), 26.0)) == ["hang"]
    assert player.refused(30.0) == {}


def test_an_outage_without_a_channel_takes_them_all(play: Play) -> None:
    """Both routes are gone."""
    assert set(play("rules: [{fault: outage}]").refused(0.0)) == {"primary", "backup"}


def test_the_first_rule_of_a_stage_wins(play: Play, charge: Charge) -> None:
    """In file order; other stages are free for others."""
    player = play(
        "rules:\n- {name: first, fault: {decline: lost_card}, when: {amount: 1..}}\n"
        "- {name: second, fault: {decline: stolen_card}}\n- {name: lost, fault: {lost_reply: 1s}}\n"
    )
    assert names(player.plan(charge(), 0.0)) == ["first", "lost"]
    assert names(player.plan(charge(amount=0), 0.0)) == ["second", "lost"]


def test_what_only_delays_gives_way_to_what_does_more(play: Play, charge: Charge) -> None:
    """Or a rule that slows everything down would hide every lost reply behind it."""
    player = play(
        "rules:\n- {name: slow, fault: {slow: {fixed: 1s, at: after}}, when: {amount: 1..99}}\n"
        "- {name: lost, fault: {lost_reply: 5s}, when: {amount: 1..9}}\n"
        "- {name: slower, fault: {slow: {fixed: 9s, at: after}}}\n"
    )
    assert names(player.plan(charge(amount=5), 0.0)) == ["lost"]
    assert names(player.plan(charge(amount=50), 0.0)) == ["slow"]


def test_delays_never_add_up(play: Play, charge: Charge) -> None:
    """An exchange waits once: in the first delay, or in what waits and does more."""
    player = play(
        "rules:\n- {name: after, fault: {slow: {fixed: 1s, at: after}}}\n"
        "- {name: before, fault: {slow: {fixed: 9s, at: before}}}\n"
        "- {name: hang, fault: {hang: 3s}, when: {amount: 1..9}}\n"
        "- {name: declined, fault: {decline: lost_card}}\n"
    )
    assert names(player.plan(charge(amount=50), 0.0)) == ["declined", "after"]
    assert names(player.plan(charge(amount=5), 0.0)) == ["hang", "declined"]


def test_a_drip_is_a_wait_and_other_wire_faults_are_none(play: Play, charge: Charge) -> None:
    """What takes time on the wire takes the place of a delay; what does not stands beside it."""
    player = play(
        "rules:\n- {name: slow, fault: {slow: {fixed: 1s, at: after}}}\n"
        "- {name: drip, fault: {drip: 5s}, when: {amount: 1..9}}\n"
        "- {name: reset, fault: reset}\n"
    )
    for amount, expected in ((5, [None, "drip"]), (50, ["slow", "reset"])):
        plan = player.plan(charge(amount=amount), 0.0)
        assert [fired and fired.rule for fired in (plan.after, plan.wire)] == expected


def test_rules_outside_phases_always_hold_where_a_scenario_is_served(
    play: Play, charge: Charge
) -> None:
    """After the last phase too; in a drill the shop is left in peace to settle."""
    served, drilled = play(STORM + ALWAYS, run=""), play(STORM + ALWAYS)
    for now, rules in ((0.0, ["always"]), (11.0, ["hang", "always"]), (31.0, ["always"])):
        assert names(served.plan(charge(), now)) == names(drilled.plan(charge(), now)) == rules
    assert names(served.plan(charge(), 35.0)) == ["always"]
    assert names(drilled.plan(charge(), 34.999)) == ["always"]
    assert names(drilled.plan(charge(), 35.0)) == []
    assert served.phase_at(35.0) == drilled.phase_at(35.0) == "settle"


def test_nothing_holds_before_the_start(play: Play, charge: Charge) -> None:
    """A scenario may be put on a moment before it begins."""
    player = play(STORM + ALWAYS, started=50.0)
    assert (player.plan(charge(), 49.9), player.phase_at(49.9)) == (CLEAN, "")
    assert player.next_change(0.0) == 50.0
    assert names(player.plan(charge(), 50.0)) == ["always"]


def test_a_rule_outside_phases_may_have_a_time_of_its_own(play: Play, charge: Charge) -> None:
    """Counted from the start of the scenario; without phases there is no phase to name."""
    player = play("rules: [{name: r, at: 5s, for: 10s, fault: {hang: 1s}}]")
    assert [bool(names(player.plan(charge(), now))) for now in (4.9, 5.0, 14.9, 15.0)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [player.next_change(now) for now in (0.0, 5.0, 15.0)] == [5.0, 15.0, None]
    assert (player.phase_at(7.0), player.spans()) == ("", ())


def test_a_loop_plays_again_and_again(play: Play, charge: Charge) -> None:
    """Phases and the times within them repeat; rules outside them just go on."""
    player = play(STORM + ALWAYS + "loop: true\n")
    assert names(player.plan(charge(), 35 * 9 + 16.0)) == ["hang", "always"]
    assert names(player.plan(charge(), 35 * 9 + 31.0)) == ["always"]
    assert player.phase_at(35 * 9 + 1.0) == "calm"
    assert player.next_change(35 * 9 + 16.0) == 35 * 9 + 20.0


def test_a_jump_lets_a_phase_begin_now(play: Play, charge: Charge) -> None:
    """And the later ones follow it."""
    player = play(STORM)
    player.jump("storm", 3.0)
    assert player.phase_at(3.0) == "storm"
    assert [(span.name, span.begins) for span in player.spans()][1:] == [
        ("storm", 3.0),
        ("after", 23.0),
    ]
    assert names(player.plan(charge(), 22.9)) == ["hang"]
    assert names(player.plan(charge(), 23.0)) == []
    assert player.next_change(18.5) == 23.0


@pytest.mark.parametrize("name", ["settle", "end"])
def test_a_jump_to_the_end_switches_every_rule_off(play: Play, charge: Charge, name: str) -> None:
    """Rules outside phases and outages too, for as long as nobody jumps back."""
    player = play(STORM + ALWAYS, run="")
    player.jump(name, 26.0)
    assert player.plan(charge(), 26.0) == CLEAN
    assert (player.refused(26.0), player.phase_at(26.0)) == ({}, name)
    assert player.next_change(26.0) is None
    player.jump("storm", 50.0)
    assert names(player.plan(charge(), 50.0)) == ["hang", "always"]


def test_a_jump_to_nowhere_changes_nothing(play: Play) -> None:
    """A misspelt phase is refused with a near one."""
    player = play(STORM)
    with pytest.raises(UsageError, match="did you mean 'storm'"):
        player.jump("strom", 3.0)
    assert player.phase_at(3.0) == "calm"


def test_a_healed_player_stays_healed(play: Play, charge: Charge) -> None:
    """No rule of the scenario holds again; time goes on."""
    player = play(STORM + ALWAYS)
    player.disarm()
    assert player.plan(charge(), 16.0) == CLEAN
    assert (player.refused(26.0), player.phase_at(26.0), player.armed) == ({}, "storm", False)
    player.jump("storm", 30.0)
    assert player.plan(charge(), 31.0) == CLEAN


def test_live_faults_come_first_and_end_by_themselves(play: Play, charge: Charge) -> None:
    """They beat rules of the same stage until they expire, exactly then."""
    player = play("rules: [{name: scored, fault: {hang: 1s}}]")
    player.add(live("{fault: {error: {status: 503}}}", "flt_1", expires=20.0))
    assert names(player.plan(charge(), 19.999)) == ["flt_1"]
    assert player.next_change(10.0) == 20.0
    assert names(player.plan(charge(), 20.0)) == ["scored"]
    assert [each.id for each in player.live(19.0)] == ["flt_1"]
    assert player.live(20.0) == ()


def test_live_faults_can_be_taken_off(play: Play, charge: Charge) -> None:
    """One by its id, or all of them; healing the scenario leaves them alone."""
    player = play("rules: []")
    player.add(live("{fault: {hang: 1s}, name: by-hand}", "f1"))
    player.add(live("{fault: {hang: 2s}}", "f2"))
    player.disarm()
    assert names(player.plan(charge(), 0.0)) == ["by-hand"]
    assert (player.remove("f1"), player.remove("f1")) == (True, False)
    assert names(player.plan(charge(), 0.0)) == ["f2"]
    player.add(live("{fault: outage}", "f3"))
    assert set(player.refused(0.0)) == {"primary", "backup"}
    player.clear()
    assert (player.plan(charge(), 0.0), player.refused(0.0)) == (CLEAN, {})


def test_webhooks_have_plans_of_their_own(play: Play, charge: Charge) -> None:
    """The first webhook rule that strikes wins, and exchanges know nothing of it."""
    player = play(
        "rules:\n- {name: hang, fault: {hang: 1s}}\n"
        "- {name: lost, when: {webhook: payment.captured}, first: 1, fault: webhook_drop}\n"
        "- {name: twice, fault: {webhook_duplicate: {times: 1}}}\n"
    )

    def fired(event: str, attempt: int) -> Fired | None:
        facts = charge(operation="webhook", webhook=event, attempt=attempt, exchange=attempt)
        return player.webhook(facts, 0.0)

    first, second = fired("payment.captured", 1), fired("payment.captured", 2)
    assert first is not None
    assert second is not None
    assert (first.rule, second.rule) == ("lost", "twice")
    assert isinstance(first.action, DropWebhook)
    assert names(player.plan(charge(), 0.0)) == ["hang"]
    assert play("rules: []").webhook(charge(operation="webhook"), 0.0) is None


def test_network_faults_strike_requests_that_have_no_name(play: Play, charge: Charge) -> None:
    """Making a payment without confirm is none of the operations, and yet it can be slow."""
    player = play(
        "rules: [{name: no, fault: {decline: lost_card}}, {name: slow, fault: {slow: 1s}},"
        " {name: named, when: {operation: authorize}, fault: {lost_reply: 1s}}]"
    )
    assert names(player.plan(charge(operation="create"), 0.0)) == ["slow"]


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("r1-17", "17"), ("r1-17-2", "17"), ("r1-17_b", "17"), ("r1-gift", "gift"),
        ("r1-17b", "17b"), ("r2-17", "r2-17"), ("shop-r1-17", "shop-r1-17"), ("17-2", "17-2"),
        ("r1", "r1"), ("", ""),
    ],
)  # fmt: skip
def test_a_fate_knows_orders_without_the_run(play: Play, reference: str, key: str) -> None:
    """So that a seed can be repeated against a shop that keeps its database."""
    assert play("rules: []").key_order(reference) == key
    assert play("rules: []", run="").key_order(reference) == reference


def test_the_same_seed_gives_two_runs_the_same_fates(play: Play, charge: Charge) -> None:
    """Another run id and another start change nothing."""
    text = "rules: [{share: 30%, fault: {hang: 1s}}]"
    first, second = play(text, run="ra"), play(text, run="rb", started=5000.0)
    for number in range(200):
        one = first.plan(charge(first.key_order(f"ra-{number}")), 1.0)
        two = second.plan(charge(second.key_order(f"rb-{number}-2")), 5001.0)
        assert names(one) == names(two)


def test_a_rule_explains_how_near_it_came(play: Play, charge: Charge) -> None:
    """Nearest first; a rule whose time it is not says so."""
    player = play(
        "phases:\n- {name: a, lasts: 9s, rules: [{name: far, fault: {hang: 1s}, "
        "when: {amount: 1..9, currency: JPY}}, {name: near, fault: {hang: 1s}, "
        "when: {amount: 1..9}}]}\n- {name: b, lasts: 9s, rules: [{name: later, fault: {hang: 1s}}]}"
    )
    explained = player.explain(charge(), 1.0)
    assert [(near.rule, near.holds) for near in explained] == [
        ("later", False),
        ("near", True),
        ("far", True),
    ]
    assert str(explained[1].differences[0]) == "amount is 1999, wanted 1..9"


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_order_of_arrival_cannot_change_a_fate(data: st.DataObject) -> None:
    """Any order of exchanges, on any number of players, gives each exchange the same plan."""
    scenario = loader.load(
        "scenario: 1\nname: t\nrules:\n- {name: a, share: 40%, fault: {decline: lost_card}}\n"
        "- {name: b, mix: [{share: 30%, fault: {hang: 1s}},"
        " {share: 30%, fault: {lost_reply: 1s}}]}\n"
        "- {name: c, fault: {slow: {exponential: {mean: 1s}}}}\n"
    )
    exchanges = [
        Facts(channel=channel, operation="authorize", order=str(order), attempt=n, exchange=n)
        for order in range(8)
        for n in (1, 2)
        for channel in ("primary", "backup")
    ]
    expected = Player(scenario, seed=3, started=0.0)
    plans = {facts: expected.plan(facts, 1.0) for facts in exchanges}
    shuffled = data.draw(st.permutations(exchanges))
    workers = [Player(scenario, seed=3, started=0.0) for _ in range(3)]
    for facts in shuffled:
        worker = data.draw(st.sampled_from(workers))
        assert worker.plan(facts, data.draw(st.floats(0, 100))) == plans[facts]


def test_every_rule_and_arm_of_the_first_drill_can_hit(brownout: Scenario, charge: Charge) -> None:
    """Over the orders that it brings, so that the drill can prove something."""
    player = Player(brownout, seed=brownout.seed, run="r1", started=0.0)
    hits: set[tuple[str, str | None]] = {
        (fired.rule, fired.arm) for fired in player.refused(26.0).values()
    }
    for order in range(1, 900):
        plan = player.plan(charge(order, card_country="IN"), 12.0)
        fired = (plan.before, plan.decide, plan.after, plan.wire)
        hits |= {(each.rule, each.arm) for each in fired if each}
    assert hits == set(brownout.hit_points())


PROVING = (
    "rules:\n- {name: ask, when: {operation: authorize}, fault: {three_ds: challenge}}\n"
    "- {name: no, when: {operation: authorize}, fault: {decline: lost_card}}\n"
)
MIXED = (
    "rules:\n- name: mixed\n  per: order\n  when: {operation: authorize}\n  mix:\n"
    "  - {share: 40%, fault: {otp: never}}\n  - {share: 60%, fault: {decline: lost_card}}\n"
)


def test_what_is_proved_is_asked_no_more(play: Play, charge: Charge) -> None:
    """First the payer is asked for proof; behind that, the rule for the charge has its say."""
    player = play(PROVING)
    assert names(player.plan(charge(), 0.0)) == ["ask"]
    assert names(player.plan(charge(proved=True), 0.0)) == ["no"]


def test_an_arm_that_asked_for_proof_leaves_nothing_behind_it(play: Play, charge: Charge) -> None:
    """One roll decides: who drew the code does not draw the decline as well."""
    player = play(MIXED)
    for n in range(30):
        drawn = player.plan(charge(order=str(n)), 0.0).decide
        behind = player.plan(charge(order=str(n), proved=True), 0.0).decide
        assert drawn is not None
        assert (behind is None) is drawn.fault.proves
        assert behind in (None, drawn)
