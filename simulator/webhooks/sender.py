"""One try over the network: a POST and what came back."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import aiohttp
import msgspec

from simulator import __version__
from simulator.clock import Clock

#: Seconds that a merchant has to answer. Standard Webhooks asks senders for 15 to 30 s; WeChat Pay
#: gives 5 s, and a drill is short.
TIMEOUT: Final = 5.0
#: Who sends.
_AGENT: Final = f"paydrill/{__version__}"


class Result(msgspec.Struct, frozen=True):
    """What became of one try. `status` is None when no answer came; `took` is in seconds."""

    sent: bool = True
    status: int | None = None
    error: str | None = None
    took: float = 0.0

    @property
    def acknowledged(self) -> bool:
        """Whether the merchant took it: any 2xx does."""
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """Posts to merchants through one client session; redirects are not followed."""

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, timeout: float = TIMEOUT
    ) -> None:
        self._session = session
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Result:
        """Send `body` once. Whatever the network does comes back as a Result, never raised."""
        began = self._clock.monotonic()
        sent, status, error = True, None, None
        try:
            async with self._session.post(
                url,
                data=body,
                headers={"User-Agent": _AGENT, **headers},
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                status = response.status
                # The status line settles the matter; the rest is read so that the connection
                # can serve again.
                with suppress(aiohttp.ClientError, TimeoutError):
                    await response.read()
        except TimeoutError:
            error = f"no answer within {self._timeout.total:g} s"
        except aiohttp.ClientConnectorError as problem:
            sent, error = False, f"no connection: {problem.strerror or problem}"
        except aiohttp.ClientError as problem:
            error = f"{type(problem).__name__}: {problem}"
        return Result(sent, status, error, self._clock.monotonic() - began)
