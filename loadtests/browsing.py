"""Where shoppers go beside the shop: the pages that it sends them to, and their own telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from scenes import Reply
from wire import Wire

from simulator.errors import UsageError

if TYPE_CHECKING:
    from scenes import Page

LOOK_WITHIN: Final = 5.0  # seconds


class Browser:
    """Follows addresses: kept connections to each host, each request sent once."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._wires: dict[str, Wire] = {}

    def send(
        self, method: str, url: str, body: bytes = b"", *, within: float, headers: str = ""
    ) -> Reply:
        """Send a request to an absolute address and wait `within` seconds for the whole answer."""
        parts = urlsplit(url)
        base = f"{parts.scheme}://{parts.netloc}"
        wire = self._wires.get(base)
        if wire is None:
            try:
                wire = self._wires[base] = Wire(base, self._at_most)
            except UsageError as error:
                return Reply(error=str(error), sent=False)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return wire.send(f"{method} {path}", body, within=within, headers=headers)

    def close(self) -> None:
        """Close the connections that are kept."""
        for wire in self._wires.values():
            wire.close()


class _Message(msgspec.Struct):
    code: str | None = None


class _Messages(msgspec.Struct):
    data: list[_Message]


_MESSAGES: Final = msgspec.json.Decoder(_Messages)


class Telephone:
    """The messages with codes that shoppers got, read through the gateway's control API."""

    def __init__(self, browser: Page, control: str, account: str, token: str) -> None:
        self._browser = browser
        self._inbox = f"{control.rstrip('/')}/accounts/{quote(account)}/inbox?payment="
        self._headers = f"Authorization: Bearer {token}\r\n"

    def codes(self, payment: str) -> list[str]:
        """The codes that have arrived for a payment, the oldest first; none if nobody answers."""
        reply = self._browser.send(
            "GET", self._inbox + quote(payment), within=LOOK_WITHIN, headers=self._headers
        )
        if reply.code != 200:
            return []
        try:
            found = _MESSAGES.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return []
        return [each.code for each in found.data if each.code]


def telephone(browser: Page, plan: Any, token: str) -> Telephone | None:
    """The telephones of a plan's shoppers; None where nobody says how to look at them."""
    return Telephone(browser, plan.control, plan.account, token) if plan.control and token else None
