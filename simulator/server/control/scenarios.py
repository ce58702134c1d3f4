"""Scenarios of accounts: put, read, steered, explained."""

from __future__ import annotations

import asyncio
from math import inf

from simulator.accounts.account import Account
from simulator.errors import UsageError, did_you_mean
from simulator.scenario import loader
from simulator.scenario.nearness import Nearness
from simulator.scenario.player import Player
from simulator.server.control import answers
from simulator.server.control.bodies import Jump, Nothing, OneRule, Performance
from simulator.server.control.call import Call, Missing, Text, seconds
from simulator.server.tenancy import Tenant


async def get_scenario(call: Call[Nothing, Nothing]) -> Text:
    """Give back the scenario as it was put."""
    player = call.tenant.account.player
    if player is None:
        raise Missing("this account plays no scenario; PUT one here")
    return Text("application/yaml", player.scenario.text.encode())


async def put_scenario(call: Call[Performance, str]) -> answers.Playing:
    """Play this scenario, YAML or JSON, from now on, or after `start_in`.

    It takes the place of the one that was played; requests under way end as that one wanted them.
    Hits count anew. Faults that were put on by hand stay.
    """
    asked = call.query
    start_in = seconds(asked.start_in, "start_in") if asked.start_in else 0.0
    lease = seconds(asked.lease, "lease") if asked.lease else None
    # In a thread: reading YAML takes milliseconds in which payments would have to wait.
    scenario = await asyncio.to_thread(loader.load, call.body, "scenario")
    tenant = call.tenant
    account = tenant.account
    seed = scenario.seed if asked.seed is None else asked.seed
    started = account.clock.monotonic() + start_in
    player = Player(scenario, seed=seed, run=asked.run, started=started)
    before = account.profile
    account.perform(player)
    if account.profile != before or account.usage.any:
        account.remember_profile()
    tenant.timekeeper.restart()
    if lease is not None:
        tenant.timekeeper.hold(lease)
    return _playing(account, player, start_in)


async def jump(call: Call[Nothing, Jump]) -> answers.PhaseBegun:
    """Let a phase begin now; in `settle` and `end` no rule of the scenario holds."""
    tenant = call.tenant
    playing(tenant).jump(call.body.name, tenant.account.clock.monotonic())
    await tenant.timekeeper.step()
    tenant.timekeeper.wake()
    return answers.PhaseBegun(phase=call.body.name)


async def explain(call: Call[OneRule, Nothing]) -> answers.Explanation:
    """Say of each rule how often it was asked and matched of late, and what was nearest."""
    account = call.tenant.account
    player = playing(call.tenant)
    near = player.nearness(account.clock.monotonic())
    rule = call.query.rule
    if rule is not None:
        names = [each.rule for each in near]
        if rule not in names:
            raise Missing(f"the scenario has no rule '{rule}'{did_you_mean(rule, names)}")
        near = tuple(each for each in near if each.rule == rule)
    return answers.Explanation(data=[_explained(each, account) for each in near])


def playing(tenant: Tenant) -> Player:
    """The account's player; UsageError if it plays nothing."""
    player = tenant.account.player
    if player is None:
        raise UsageError("this account plays no scenario; PUT one at .../scenario first")
    return player


def _playing(account: Account, player: Player, start_in: float) -> answers.Playing:
    """Times in the machine's own monotonic scale, whatever the account's clock says."""
    ahead = account.clock.monotonic() - account.system.monotonic()
    return answers.Playing(
        scenario=player.scenario.name,
        started=answers.Moment(
            mono=account.system.monotonic() + start_in, wall=account.system.wall() + start_in
        ),
        phases=[
            answers.Span(
                name=span.name,
                begins=span.begins - ahead,
                ends=None if span.ends == inf else span.ends - ahead,
            )
            for span in player.spans()
        ],
    )


def _explained(near: Nearness, account: Account) -> answers.Explained:
    nearest = None
    if near.differences:
        differences = [
            answers.Difference(key=each.key, wanted=each.wanted, got=each.got)
            for each in near.differences
        ]
        nearest = answers.Nearest(order=near.order, differences=differences)
    return answers.Explained(
        rule=near.rule,
        holds=near.holds,
        asked=near.asked,
        matched=near.matched,
        hits=sum(count for (rule, _), count in account.hits.items() if rule == near.rule),
        nearest=nearest,
        says=str(near),
    )
