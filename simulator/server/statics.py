"""Files that belong to pages: the same for everybody, moved by no fault, written in no journal."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.web_request import BaseRequest

from simulator.dialects.dialect import Reply
from simulator.server import wire
from simulator.server.channels import Handler


class Statics:
    """Answers requests for a few files by itself, and leaves all others to `handler`."""

    def __init__(self, folder: str, files: Mapping[str, Reply], handler: Handler) -> None:
        self._folder = folder
        self._files = files
        self._handler = handler

    async def __call__(self, http: BaseRequest) -> web.StreamResponse:
        """The file that is asked for, or whatever the handler answers."""
        if not http.path.startswith(self._folder):
            return await self._handler(http)
        if http.method != "GET":
            return wire.answer(http, Reply(405, b"", "text/plain"))
        return wire.answer(http, self._files.get(http.path, Reply(404, b"", "text/plain")))
