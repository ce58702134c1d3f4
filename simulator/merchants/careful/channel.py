"""A channel of the gateway as the rest of the shop sees it: what to ask, what an answer is worth.

Every exchange ends in one of six ways. The shop acts on these and never on a status code:

| kind     | what happened                                  | was anything charged?               |
|----------|------------------------------------------------|-------------------------------------|
| told     | a whole answer: a success, or a decline        | the payment in it says so           |
| rejected | the request makes no sense, or not now         | not by this request                 |
| busy     | the same key is under way                      | ask again                           |
| denied   | "not now", says the answer                     | no, if the answer is true           |
| unsent   | no connection: refused                         | no: nothing ever left               |
| unknown  | silence, a torn answer, a failure of the other | nobody can tell                     |

Which answer is which depends on the language that the channel is spoken to in: see gateway.py for
one, and the folder careful_stripe for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import aiohttp
import msgspec

from simulator.merchants.careful.breaker import Breaker
from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.records import Attempt, Order, Payment, Refund
from simulator.merchants.careful.rows import Row


class Kind(StrEnum):
    """How an exchange ended; see the table above."""

    TOLD = "told"
    REJECTED = "rejected"
    BUSY = "busy"
    DENIED = "denied"
    UNSENT = "unsent"
    UNKNOWN = "unknown"


class PaymentBody(msgspec.Struct):
    """The fields of a payment that this shop reads; `charge` as in records.Payment."""

    id: str
    order_id: str
    status: str
    currency: str
    amount_captured: int = 0
    amount_reversed: int = 0
    amount_disputed: int = 0
    next_action: dict[str, Any] | None = None
    failure: str | None = None
    dispute: str | None = None
    charge: str | None = None

    def as_payment(
        self, channel: str, attempt: int = 0, message: str | None = None, since: float = 0.0
    ) -> Payment:
        """The payment as a fact about an order; it is known `since` this wall time."""
        return Payment(
            self.id,
            channel,
            self.status,
            self.amount_captured,
            attempt,
            message,
            self.next_action,
            self.failure,
            self.amount_reversed,
            since,
            self.charge,
        )


class RefundBody(msgspec.Struct):
    """The fields of a refund that this shop reads."""

    id: str
    status: str
    payment: str


@dataclass(frozen=True, slots=True)
class Reply:
    """How an exchange ended and what the answer held. `retry_after` is in seconds."""

    kind: Kind
    payments: tuple[PaymentBody, ...] = ()
    refund: RefundBody | None = None
    delivered: bool = False
    statement: tuple[Row, ...] | None = None
    message: str | None = None
    code: str | None = None
    retry_after: float = 0.0
    answered: bool = True  # the channel works, whatever it said


class Channel(Protocol):
    """One channel, with its own breaker. Nothing here raises for what the network does."""

    name: str
    breaker: Breaker
    quiet_until: float

    async def charge(
        self, order: Order, attempt: Attempt, card: Mapping[str, object] | None
    ) -> Reply:
        """Take the money, or learn what became of the attempt when it is sent again."""
        ...

    async def look(self, order: Order) -> Reply:
        """All payments of the order on this channel."""
        ...

    async def close(self, order: Order) -> Reply:
        """Take care that nothing more is charged: void what is under way, refuse what comes."""
        ...

    async def give_back(self, order: Order, refund: Refund) -> Reply:
        """Refund a payment; it happens once however often it is sent."""
        ...

    async def ask_refund(self, refund: str) -> Reply:
        """What became of a refund that was accepted."""
        ...

    async def tell(self, order: str, notice: Notice, way: str) -> Reply:
        """Send the payer a message, once however often it is sent."""
        ...

    async def answer(self, dispute: str, evidence: Mapping[str, str] | None) -> Reply:
        """Send evidence for a dispute, or accept it if there is none."""
        ...

    async def decline(self, request: str, reason: str) -> Reply:
        """Say no to a payer who asks for money back, and why."""
        ...

    async def statement(self, day: str) -> Reply:
        """What moved on a day (YYYY-MM-DD, UTC)."""
        ...

    async def find(self, name: str) -> Reply:
        """The payment that something in a statement is about, by the name that stands there."""
        ...


class LostAnswer(aiohttp.ClientError):
    """The connection broke before an answer came."""


async def only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request once: aiohttp by itself sends a GET that broke again at once.

    It does so on two exceptions of its own, so they leave here as another one.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise LostAnswer from error


def new_session(timeout: float) -> aiohttp.ClientSession:
    """A session for all channels; a request may take `timeout` seconds, and is sent once."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout),
        # As many connections as there are shoppers: waiting for one would eat into the timeout.
        connector=aiohttp.TCPConnector(limit=0),
        middlewares=(only_once,),
    )


def seconds(retry_after: str | None) -> float:
    """A Retry-After in seconds; the form with a date is not used by this gateway."""
    try:
        return max(0.0, float(retry_after or 0.0))
    except ValueError:
        return 0.0
