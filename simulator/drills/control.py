"""The control API of a gateway, as a drill uses it: one account, one token, typed answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import aiohttp
import msgspec

from simulator.drills.ports import AccountState, Held, Performance, Span
from simulator.errors import ControlError, UsageError
from simulator.journal.entry import Commit

#: The account of a drill, and the key by which the merchant reaches it.
ACCOUNT: Final = "drill"
API_KEY: Final = "sk_test_drill"

_TIMEOUT: Final = aiohttp.ClientTimeout(total=2)

_Kind = TypeVar("_Kind")


class _Span(msgspec.Struct, rename={"begins": "from", "ends": "to"}):
    """A phase; what comes after the last one has no end."""

    name: str
    begins: float
    ends: float | None


class _Performed(msgspec.Struct):
    phases: tuple[_Span, ...]


class _Health(msgspec.Struct):
    version: str


class _Payments(msgspec.Struct):
    data: tuple[Held, ...]


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    next: int


class _Line(msgspec.Struct):
    kind: str
    mono: float


class HttpControl:
    """Speaks to the control port at `base`; the session is the caller's.

    Every method raises ControlError, and UsageError if the token is another gateway's.
    """

    def __init__(self, session: aiohttp.ClientSession, base: str, token: str) -> None:
        self._session = session
        self.base = base.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    async def health(self) -> str:
        """The gateway's version, once it answers."""
        return _decode(await self._call("GET", "/health"), _Health).version

    async def webhook(self, url: str, secret: str) -> None:
        """Where events go."""
        body = msgspec.json.encode({"url": url, "secret": secret})
        await self._call("PUT", self._path("/webhook"), body)

    async def perform(self, performance: Performance) -> tuple[Span, ...]:
        """Put the scenario on; its phases on the monotonic clock."""
        query = {
            "run": performance.run,
            "seed": str(performance.seed),
            "start_in": f"{performance.start_in:g}s",
            "lease": f"{performance.lease:g}s",
        }
        body = performance.scenario.encode()
        answer = await self._call("PUT", self._path("/scenario"), body, query)
        spans = _decode(answer, _Performed).phases
        return tuple(Span(span.name, span.begins, span.ends) for span in spans if span.ends)

    async def lease(self, ttl: float) -> None:
        """Keep the faults on for so many seconds more."""
        await self._call("POST", self._path("/lease"), msgspec.json.encode({"ttl": f"{ttl:g}s"}))

    async def heal(self) -> None:
        """All faults off, all channels up."""
        await self._call("DELETE", self._path("/faults"))

    async def phase(self, name: str) -> None:
        """Jump to a phase, or to `settle`."""
        await self._call("POST", self._path("/phase"), msgspec.json.encode({"name": name}))

    async def state(self) -> AccountState:
        """How the account stands."""
        return _decode(await self._call("GET", self._path()), AccountState)

    async def payments(self) -> tuple[Held, ...]:
        """All payments, over all channels."""
        return _decode(await self._call("GET", self._path("/payments")), _Payments).data

    async def commits(self, after: int) -> tuple[tuple[Commit, ...], int]:
        """The commits on the journal's next page, and where the page after it begins."""
        page = await self._page(after)
        lines = (line for line in page.data if _decode(line, _Line).kind == "commit")
        return tuple(_decode(line, Commit) for line in lines), page.next

    async def reset(self) -> None:
        """Forget what earlier drills left in the account."""
        await self._call("POST", self._path("/reset"))

    async def journal(self, since: float) -> list[bytes]:
        """The account's lines of `since` (monotonic seconds) and later."""
        lines: list[bytes] = []
        after = -1
        page = _Page([], 0)
        while page.next != after:
            after = page.next
            page = await self._page(after)
            lines += [bytes(line) for line in page.data if _decode(line, _Line).mono >= since]
        return lines

    async def _page(self, after: int) -> _Page:
        query = {"after": str(after)}
        return _decode(await self._call("GET", self._path("/journal"), query=query), _Page)

    def _path(self, rest: str = "") -> str:
        return f"/accounts/{ACCOUNT}{rest}"

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> bytes:
        try:
            async with self._session.request(
                method,
                self.base + path,
                params=query,
                data=body,
                headers=self._headers,
                timeout=_TIMEOUT,
            ) as reply:
                answer = await reply.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = str(error) or "no answer in time"
            raise ControlError(f"the gateway's control API, {method} {path}: {reason}") from error
        if reply.status == 401:
            raise UsageError(
                f"the gateway at {self.base} refused the token; give the one that it was started "
                "with, or that it printed"
            )
        if reply.status >= 300:
            said = answer.decode(errors="replace").strip()[:500]
            raise ControlError(f"the gateway refused {method} {path}: {reply.status} {said}")
        return answer


def _decode(answer: bytes | msgspec.Raw, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.json.decode(answer, type=kind)
    except msgspec.MsgspecError as error:
        raise ControlError(f"the control API answered in another shape: {error}") from error
