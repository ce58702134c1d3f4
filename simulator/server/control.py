"""The control API: scenarios, faults, phases, clocks and journals of accounts.

Every path but `/health` needs the token. Errors are `{"error": {"message", "problems"}}`.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from aiohttp import web

from simulator import __version__, units
from simulator.accounts.account import Account
from simulator.dialects.native.render import payment_view
from simulator.errors import DocumentError, UsageError
from simulator.journal.entry import Delivery
from simulator.scenario import loader
from simulator.scenario.player import Live, Player
from simulator.server.gateway import Gateway
from simulator.server.tenancy import Tenant

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_JOURNAL_PAGE: Final = 4 * 1024 * 1024
#: A live fault that names no time to live ends after a minute.
_LIVE_TTL_S: Final = 60.0


def application(gateway: Gateway, token: str) -> web.Application:
    """The control API of a gateway, guarded by `token`."""
    app = web.Application(middlewares=[_guard(token), _explain])
    control = Control(gateway)
    base = "/accounts/{account}"
    app.add_routes(
        [
            web.get("/health", _health),
            web.get(base, control.status),
            web.get(f"{base}/scenario", control.get_scenario),
            web.put(f"{base}/scenario", control.put_scenario),
            web.put(f"{base}/webhook", control.put_webhook),
            web.post(f"{base}/phase", control.post_phase),
            web.post(f"{base}/lease", control.post_lease),
            web.post(f"{base}/faults", control.post_fault),
            web.delete(f"{base}/faults", control.heal),
            web.delete(f"{base}/faults/{{fault}}", control.delete_fault),
            web.post(f"{base}/reset", control.reset),
            web.get(f"{base}/journal", control.journal),
            web.get(f"{base}/payments", control.payments),
            web.get(f"{base}/deliveries", control.deliveries),
            web.post(f"{base}/clock/advance", control.advance),
        ]
    )
    return app


async def _health(_request: web.Request) -> web.Response:
    return _json({"status": "ok", "version": __version__})


class Control:
    """The handlers; each reads its request, acts on one account, and answers."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def status(self, request: web.Request) -> web.Response:
        """GET /accounts/{account}: what it plays, what is still to come, what has hit."""
        tenant = self._tenant(request)
        account, player = tenant.account, tenant.account.player
        now = account.clock.monotonic()
        hits = [
            {"rule": rule, "arm": arm, "hits": count}
            for (rule, arm), count in sorted(account.hits.items(), key=str)
        ]
        return _json(
            {
                "name": account.name,
                "scenario": player.scenario.name if player else None,
                "phase": player.phase_at(now) if player else None,
                "healed": player is None or not player.armed,
                "pending": {
                    "webhooks": tenant.postman.pending(),
                    "late": account.late(),
                    "refunds": 0,
                },
                "last_exchange": account.last_exchange,
                "hits": hits,
                "outages": sorted(account.down),
            }
        )

    async def get_scenario(self, request: web.Request) -> web.Response:
        """GET …/scenario: the YAML that was put."""
        player = self._tenant(request).account.player
        if player is None:
            raise UsageError("this account plays no scenario; PUT one here")
        return web.Response(text=player.scenario.text, content_type="application/yaml")

    async def put_scenario(self, request: web.Request) -> web.Response:
        """PUT …/scenario: play this YAML or JSON from now on, or after `start_in`."""
        tenant = self._tenant(request)
        account, query = tenant.account, request.query
        scenario = loader.load(await request.text(), file="scenario")
        start_in = units.duration(query["start_in"]) if "start_in" in query else 0.0
        seed = _whole(query["seed"], "seed") if "seed" in query else scenario.seed
        started = account.clock.monotonic() + start_in
        account.player = Player(scenario, seed=seed, run=query.get("run", ""), started=started)
        account.hits.clear()
        tenant.timekeeper.restart()
        if "lease" in query:
            tenant.timekeeper.hold(units.duration(query["lease"]))
        return _json(self._playing(account, account.player, start_in))

    def _playing(self, account: Account, player: Player, start_in: float) -> dict[str, Any]:
        """Times in the machine's own monotonic scale, whatever the account's clock says."""
        ahead = account.clock.monotonic() - account.system.monotonic()
        phases = [
            {"name": span.name, "from": span.begins - ahead, "to": span.ends - ahead}
            for span in player.spans()
        ]
        return {
            "scenario": player.scenario.name,
            "started": {
                "mono": account.system.monotonic() + start_in,
                "wall": account.system.wall() + start_in,
            },
            "phases": phases,
        }

    async def put_webhook(self, request: web.Request) -> web.Response:
        """PUT …/webhook {"url", "secret"}: where events go, and what signs them."""
        tenant = self._tenant(request)
        body = await _body(request, {"url": str, "secret": str})
        tenant.aim(body["url"], body["secret"])
        return _json({"url": body["url"]})

    async def post_phase(self, request: web.Request) -> web.Response:
        """POST …/phase {"name"}: jump to a phase; `settle` and `end` end all faults."""
        tenant = self._tenant(request)
        body = await _body(request, {"name": str})
        player = _player(tenant)
        player.jump(body["name"], tenant.account.clock.monotonic())
        await tenant.timekeeper.step()
        tenant.timekeeper.wake()
        return _json({"phase": body["name"]})

    async def post_lease(self, request: web.Request) -> web.Response:
        """POST …/lease {"ttl"}: heal by yourself unless this comes again in time."""
        tenant = self._tenant(request)
        body = await _body(request, {"ttl": str})
        seconds = units.duration(body["ttl"])
        self._gateway.leased(seconds)
        tenant.timekeeper.hold(seconds)
        return _json({"ttl": seconds})

    async def post_fault(self, request: web.Request) -> web.Response:
        """POST …/faults: a live fault with a time to live."""
        tenant = self._tenant(request)
        account = tenant.account
        asked = loader.live(await request.text())
        player = account.player or _idle_player(account)
        account.player = player
        fault = self._gateway.ids.new("flt")
        now = account.clock.monotonic()
        ttl = _LIVE_TTL_S if asked.ttl is None else asked.ttl
        player.add(Live(fault, asked.rule(fault), now + ttl))
        await tenant.timekeeper.step()
        tenant.timekeeper.wake()
        return _json({"id": fault, "expires": account.system.wall() + ttl}, status=201)

    async def delete_fault(self, request: web.Request) -> web.Response:
        """DELETE …/faults/{id}: end one live fault."""
        tenant = self._tenant(request)
        fault = request.match_info["fault"]
        if not _player(tenant).remove(fault):
            raise web.HTTPNotFound(text=f"no live fault {fault}; it may have run out")
        await tenant.timekeeper.step()
        return _json({"id": fault, "deleted": True})

    async def heal(self, request: web.Request) -> web.Response:
        """DELETE …/faults: end every fault, the scenario's too."""
        await self._tenant(request).timekeeper.heal("healed")
        return _json({"healed": True})

    async def reset(self, request: web.Request) -> web.Response:
        """POST …/reset: forget payments, keys, counters, scenario and owed webhooks."""
        name = request.match_info["account"]
        await self._tenant(request).timekeeper.heal("reset")
        await self._gateway.reset(name)
        return _json({"name": name, "reset": True})

    async def journal(self, request: web.Request) -> web.Response:
        """GET …/journal?after=: lines of this account after a cursor; `next` is the new one."""
        name = self._tenant(request).account.name
        after = _whole(request.query.get("after", "0"), "after")
        data, cursor = self._gateway.journal_after(after, name, _JOURNAL_PAGE)
        return _json({"data": data, "next": cursor})

    async def payments(self, request: web.Request) -> web.Response:
        """GET …/payments: all payments, as callers see them."""
        store = self._tenant(request).account.store
        every = [payment for channel in store.channels() for payment in channel.payments()]
        return _json({"data": [payment_view(payment) for payment in every]})

    async def deliveries(self, request: web.Request) -> web.Response:
        """GET …/deliveries: every try of a webhook."""
        name = self._tenant(request).account.name
        lines = self._gateway.lines(name)
        return _json({"data": [line for line in lines if isinstance(line, Delivery)]})

    async def advance(self, request: web.Request) -> web.Response:
        """POST …/clock/advance {"by"}: move the account's clock forward."""
        tenant = self._tenant(request)
        body = await _body(request, {"by": str})
        tenant.account.clock.advance(units.duration(body["by"]))
        await tenant.timekeeper.step()
        tenant.timekeeper.wake()
        tenant.postman.wake()
        return _json({"wall": tenant.account.clock.wall()})

    def _tenant(self, request: web.Request) -> Tenant:
        return self._gateway.tenant(request.match_info["account"])


def _player(tenant: Tenant) -> Player:
    if tenant.account.player is None:
        raise UsageError("this account plays no scenario; PUT one at …/scenario first")
    return tenant.account.player


def _idle_player(account: Account) -> Player:
    """A player without rules of its own, for an account that only has live faults."""
    scenario = loader.load("scenario: 1\nname: live-faults-only\nrules: []\n")
    return Player(scenario, seed=scenario.seed, started=account.clock.monotonic())


def _guard(token: str) -> Any:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.path != "/health" and not hmac.compare_digest(given.encode(), token.encode()):
            return _error("the control API needs its token: Authorization: Bearer <token>", 401)
        return await handler(request)

    return guard


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Mistakes of the caller as JSON."""
    try:
        return await handler(request)
    except DocumentError as error:
        problems = [str(problem) for problem in error.problems]
        return _error(f"{len(problems)} problem(s) in this document", 422, problems)
    except (UsageError, ValueError) as error:
        return _error(str(error), 422)
    except web.HTTPException as error:
        return _error(error.text or error.reason, error.status)


def _error(message: str, status: int, problems: list[str] | None = None) -> web.Response:
    return _json({"error": {"message": message, "problems": problems or []}}, status=status)


def _json(value: object, *, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json"
    )


def _whole(text: str, name: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"{name}: '{text}' is not a whole number")
    return int(text)


async def _body(request: web.Request, fields: dict[str, type]) -> dict[str, Any]:
    """The JSON body, which has exactly these fields."""
    try:
        body = msgspec.json.decode(await request.read() or b"{}")
    except msgspec.DecodeError as error:
        raise UsageError(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise UsageError(f"the body must be an object with {', '.join(fields)}")
    for name in body:
        if name not in fields:
            raise UsageError(f"{name}: unknown field; known: {', '.join(fields)}")
    for name, kind in fields.items():
        if not isinstance(body.get(name), kind):
            raise UsageError(f"{name}: a {kind.__name__} is needed")
    return body
