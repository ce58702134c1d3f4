"""Accounts: how they stand, their leases and clocks, and a fresh start."""

from __future__ import annotations

from typing import Final

from simulator import __version__
from simulator.accounts.account import Account
from simulator.accounts.restore import RESET
from simulator.errors import UsageError
from simulator.server.control import answers
from simulator.server.control.bodies import Advance, Lease, Nothing, Webhook
from simulator.server.control.call import Call, seconds

#: How far an account's clock may be ahead of the machine's, in seconds: a hundred years, so that
#: every moment of it still has a date.
_FURTHEST_S: Final = 100 * 365 * 86_400.0


async def health(_call: Call[Nothing, Nothing]) -> answers.Health:
    """Say that the gateway is there, and its version."""
    return answers.Health(version=__version__)


async def list_accounts(call: Call[Nothing, Nothing]) -> answers.Accounts:
    """List the accounts that have been used."""
    return answers.Accounts(data=sorted(account.name for account in call.gateway.accounts))


async def status(call: Call[Nothing, Nothing]) -> answers.AccountStatus:
    """Say what an account plays, what is still to come, what has hit."""
    tenant = call.tenant
    account, player = tenant.account, tenant.account.player
    now = account.clock.monotonic()
    return answers.AccountStatus(
        name=account.name,
        scenario=player.scenario.name if player else None,
        profile=account.profile.name,
        phase=player.phase_at(now) if player else None,
        healed=player is None or not player.armed,
        pending=answers.Pending(webhooks=tenant.postman.pending(), late=account.late()),
        last_exchange=account.last_exchange,
        hits=_hits(account),
        outages=sorted(account.down),
        lines=[
            answers.Line(
                channel=channel,
                rule=rule,
                waiting=queue.depth(now),
                under_way=queue.under_way,
                waited=queue.waited,
                refused=queue.refused,
            )
            for channel, rule, queue in account.queues
        ],
    )


async def put_webhook(call: Call[Nothing, Webhook]) -> answers.Aimed:
    """Send events to this address from now on, signed with this secret."""
    call.tenant.aim(call.body.url, call.body.secret)
    return answers.Aimed(url=call.body.url)


async def take_lease(call: Call[Nothing, Lease]) -> answers.Leased:
    """Heal by yourself unless this comes again in time.

    So a drill whose controller was killed leaves no faults behind.
    """
    ttl = seconds(call.body.ttl, "ttl")
    tenant = call.tenant
    call.gateway.leased(ttl)
    tenant.timekeeper.hold(ttl)
    return answers.Leased(ttl=ttl)


async def advance_clock(call: Call[Nothing, Advance]) -> answers.Clock:
    """Move the account's clock forward: phases, late effects and webhooks follow it."""
    by = seconds(call.body.by, "by")
    tenant = call.tenant
    clock = tenant.account.clock
    if clock.wall() - tenant.account.system.wall() + by > _FURTHEST_S:
        raise UsageError("by: the clock would be a hundred years ahead; reset the account")
    tenant.account.advance(by)
    await tenant.timekeeper.step()
    tenant.timekeeper.wake()
    tenant.postman.wake()
    return answers.Clock(wall=clock.wall())


async def reset(call: Call[Nothing, Nothing]) -> answers.Fresh:
    """Forget payments, keys, counters, faults, clock, webhook address and what is owed.

    Requests under way end in the old state, which nobody sees any more. The account plays what
    the gateway was started with, if anything.
    """
    name = call.tenant.account.name
    await call.tenant.timekeeper.heal(RESET)
    call.gateway.reset(name)
    return answers.Fresh(name=name)


def _hits(account: Account) -> list[answers.Hits]:
    return [
        answers.Hits(rule=rule, arm=arm, hits=count)
        for (rule, arm), count in sorted(account.hits.items(), key=str)
    ]
