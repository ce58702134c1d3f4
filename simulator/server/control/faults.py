"""Faults that are put on by hand, and healing."""

from __future__ import annotations

from typing import Final

from simulator.accounts.account import Account
from simulator.scenario import loader
from simulator.scenario.player import Live, Player
from simulator.server.control import answers
from simulator.server.control.bodies import Nothing
from simulator.server.control.call import Call, Missing

#: A live fault that names no time to live ends after a minute.
_TTL_S: Final = 60.0
_NOTHING: Final = "scenario: 1\nname: live-faults-only\nrules: []\n"


async def put_fault(call: Call[Nothing, str]) -> answers.Live:
    """Put a fault on, before all rules, until its time to live ends (a minute by default)."""
    asked = loader.live(call.body)
    tenant = call.tenant
    account = tenant.account
    if account.player is None:
        account.perform(_idle(account))
    fault = call.gateway.ids.new("flt")
    ttl = _TTL_S if asked.ttl is None else asked.ttl
    live = Live(fault, asked.rule(fault), account.clock.monotonic() + ttl)
    if account.player is not None:
        account.player.add(live)
    await tenant.timekeeper.step()
    tenant.timekeeper.wake()
    return answers.Live(id=fault, expires=account.system.wall() + ttl)


async def list_faults(call: Call[Nothing, Nothing]) -> answers.LiveFaults:
    """List the faults that were put on by hand and have not ended."""
    account = call.tenant.account
    now = account.clock.monotonic()
    live = account.player.live(now) if account.player is not None else ()
    return answers.LiveFaults(data=[_shown(each, account) for each in live])


async def delete_fault(call: Call[Nothing, Nothing]) -> answers.Deleted:
    """End one fault that was put on by hand."""
    tenant, fault = call.tenant, call.places["fault"]
    player = tenant.account.player
    if player is None or not player.remove(fault):
        raise Missing(f"no live fault {fault}; it may have run out")
    await tenant.timekeeper.step()
    return answers.Deleted(id=fault)


async def heal(call: Call[Nothing, Nothing]) -> answers.Healed:
    """End every fault, the scenario's too, and bring every channel up."""
    await call.tenant.timekeeper.heal("healed")
    return answers.Healed()


def _shown(live: Live, account: Account) -> answers.Live:
    left = (live.expires or 0.0) - account.clock.monotonic()
    return answers.Live(id=live.id, expires=account.system.wall() + left)


def _idle(account: Account) -> Player:
    """A player without rules of its own, for an account that only has live faults."""
    scenario = loader.load(_NOTHING)
    return Player(scenario, seed=scenario.seed, started=account.clock.monotonic())
