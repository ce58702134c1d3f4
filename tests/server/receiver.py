"""A merchant's webhook endpoint on a real socket."""

from __future__ import annotations

from aiohttp import web


class Receiver:
    """A merchant's webhook endpoint."""

    def __init__(self, got: list[str]) -> None:
        self._got = got
        self.accept = True
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_post("/hooks", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _take(self, request: web.Request) -> web.Response:
        self._got.append(request.headers["webhook-id"])
        return web.Response(status=204 if self.accept else 500)

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
