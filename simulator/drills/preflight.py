"""Before a drill: everything that has to work is tried, so that a red verdict is the merchant's."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from simulator.drills import events
from simulator.drills.control import API_KEY
from simulator.drills.desk import Cast, Desk
from simulator.drills.halt import Halted
from simulator.drills.plan import Drill
from simulator.drills.ports import Gateway, Load, Process, Shop, Starters
from simulator.errors import ControlError, DrillInvalid, UsageError

#: Seconds that a merchant, and a load generator, are given to become ready.
MERCHANT_WAIT: Final = 30.0
LOAD_WAIT: Final = 60.0
_SECRET: Final = "PAYDRILL_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
_POLL: Final = 0.05


def check_call(drill: Drill) -> None:
    """What can be said before anything is started.

    Raises:
        UsageError: Locust is not installed; the scenario restarts a merchant that runs already;
            or nobody said which secret a running merchant knows.
    """
    if find_spec("locust") is None:
        raise UsageError(
            "a drill needs Locust for its shoppers, and this Python has none; "
            "install the extra: pip install 'paydrill[load]'"
        )
    if drill.merchant.start is None and drill.scenario.has_events:
        raise UsageError(
            f"{drill.scenario.name} ends the merchant and starts it again, and the merchant at "
            f"{drill.merchant.url} was not started by the drill; name a .yaml file with 'start:'"
        )
    if drill.merchant.start is None and drill.instances > 1:
        raise UsageError(
            f"{drill.instances} instances cannot be had of the merchant at {drill.merchant.url}, "
            "which was not started by the drill; name a .yaml file with 'start:', or say "
            "--instances 1"
        )
    if drill.instances > 1 and (drill.merchant.url or "").startswith("https:"):
        raise UsageError(
            "several instances share an address at which the drill listens, and that speaks http; "
            f"{drill.merchant.url} does not"
        )
    if drill.merchant.start is None and _SECRET not in os.environ:
        raise UsageError(
            f"the merchant at {drill.merchant.url} runs already and knows its webhook secret; "
            f"set {_SECRET} to it for the drill too"
        )


async def preflight(desk: Desk, starters: Starters) -> Cast:
    """Start gateway, merchant and load, in this order, and try each.

    Raises:
        ControlError: our gateway or load generator does not work.
        DrillInvalid: the merchant did not come up, or its order book cannot be read.
        Halted: somebody ended the drill meanwhile.
    """
    gateway = await starters.gateway()
    _go_on(desk)
    await _check_gateway(desk, gateway)
    secret = webhook_secret()
    path = desk.drill.merchant.mapping.api.webhooks.path
    shop = await starters.merchant(environment(gateway, secret, path))
    await gateway.control.webhook(shop.url + path, secret)
    await _check_shop(desk, shop)
    load = await starters.load(desk.drill.load_plan(shop.url))
    await _check_load(desk, load)
    _go_on(desk)
    return Cast(gateway, shop, load)


def webhook_secret() -> str:
    """The caller's PAYDRILL_WEBHOOK_SECRET, which a running merchant knows; else a fresh one."""
    given = os.environ.get(_SECRET)
    return given or "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def environment(gateway: Gateway, secret: str, webhooks: str) -> Mapping[str, str]:
    """What a merchant is told; the sixth, PAYDRILL_PORT, comes from whoever starts it."""
    return {
        "PAYDRILL_GATEWAY_URL": gateway.primary,
        "PAYDRILL_BACKUP_URL": gateway.backup,
        "PAYDRILL_API_KEY": API_KEY,
        _SECRET: secret,
        "PAYDRILL_WEBHOOK_PATH": webhooks,
    }


async def _check_gateway(desk: Desk, gateway: Gateway) -> None:
    version = await gateway.control.health()
    desk.tell(events.Preflight, step="gateway", detail=f"{version} at {gateway.primary}")
    await gateway.control.heal()
    state = await gateway.control.state()
    if state.outages:
        raise ControlError(f"healing does not work: still down: {', '.join(state.outages)}")
    desk.tell(events.Preflight, step="healing")


async def _check_shop(desk: Desk, shop: Shop) -> None:
    loop_ends = desk.pace.monotonic() + MERCHANT_WAIT
    while problem := await shop.problem():
        await _wait_on(desk, shop, loop_ends, f"the merchant never came up: {problem}")
    if (code := shop.ended()) is not None:
        raise DrillInvalid(
            f"somebody else answers at {shop.url}: the merchant that the drill started ended with "
            f"code {code}: {shop.last_words()}"
        )
    count = desk.drill.instances
    behind = f" ({count} instances)" if count > 1 else ""
    desk.tell(events.Preflight, step="merchant", detail=f"{shop.url}{behind}")
    rows = await shop.orders(desk.drill.run)
    if rows:
        raise DrillInvalid(f"the shop knows orders of run {desk.drill.run} before it began")
    desk.tell(events.Preflight, step="order book")


async def _check_load(desk: Desk, load: Load) -> None:
    loop_ends = desk.pace.monotonic() + LOAD_WAIT
    while problem := load.problem():
        try:
            await _wait_on(desk, load, loop_ends, problem)
        except DrillInvalid as error:
            raise ControlError(str(error)) from None
    desk.tell(events.Preflight, step="load")


def _go_on(desk: Desk) -> None:
    if desk.halt.on:
        raise Halted(desk.halt.reason or "")


async def _wait_on(desk: Desk, process: Process, until: float, problem: str) -> None:
    """Wait a moment; DrillInvalid with the problem if the time is up or the process has ended."""
    _go_on(desk)
    if (code := process.ended()) is not None:
        raise DrillInvalid(f"{problem}; it ended with code {code}: {process.last_words()}")
    if desk.pace.monotonic() >= until:
        raise DrillInvalid(f"{problem}; its last words: {process.last_words() or 'none'}")
    await desk.pace.rest(_POLL, desk.halt.event)
