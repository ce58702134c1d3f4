"""What the shop must be told: six environment variables. What it decides itself: its timings."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from simulator.merchants.careful.errors import ConfigError

PRIMARY = "primary"
BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Timings:
    """Every span and limit of the integration, in seconds unless said otherwise."""

    #: One request to the gateway, from connecting to the last byte of the answer.
    request: float = 2.0
    #: How long a shopper's own request waits for a result before it is told "pending".
    answer: float = 2.8
    #: The first pause before something is tried again; it doubles with each try.
    backoff: float = 0.25
    #: The longest such pause while the matter is fresh, and after `stale_tries` tries.
    backoff_cap: float = 1.0
    backoff_stale: float = 5.0
    stale_tries: int = 60
    #: Two queries about one order are never closer together than this.
    query_gap: float = 0.35
    #: A payment that waits for its payer, or that the gateway sends again by itself, is not asked
    #: about more often than this: there is time, and webhooks are quicker.
    waiting_gap: float = 2.0
    #: How long a payment may be "processing" or "retrying" before it is stopped, and tried
    #: elsewhere.
    processing: float = 10.0
    #: How long a payer may take over a challenge before the payment is stopped.
    challenge: float = 300.0
    #: How long an order that no channel would take is tried before it fails.
    give_up: float = 8.0
    #: The longest Retry-After that is waited for when there is another channel.
    retry_after: float = 1.0
    #: The oldest webhook signature that is believed (Standard Webhooks advises five minutes).
    webhook_age: float = 300.0
    #: When, after an order was settled, the gateway is asked about it again. The short list is
    #: for an order that was paid at the first try; the long one for all others. The money of a
    #: late capture must be found well within the time in which a refund is due.
    checks_clean: tuple[float, ...] = (3.0, 30.0)
    checks: tuple[float, ...] = (
        1.5, 4.0, 8.0, 12.0, 18.0, 25.0, 33.0, 42.0, 51.0, 60.0, 120.0, 300.0, 900.0, 3600.0,
    )  # fmt: skip
    #: How long a result may take before the payer is told to wait and not to pay again.
    lasting: float = 6.0
    #: How often the gateway's statement is read, and how old a charge is before it must be in it.
    statement: float = 5.0
    settled: float = 2.0
    #: A channel that refused a connection is left alone by background work for this long.
    refused: float = 0.5
    #: Background exchanges that may be under way at once.
    background: int = 32
    #: An instance that has not renewed its lease for so long is dead: others take its orders over.
    lease: float = 3.0
    #: How often a lease is renewed, and the others' leases are looked at.
    renewal: float = 0.5
    #: How often an instance looks for what others have left for it.
    glance: float = 0.03


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    """When a channel counts as down: in a row, or so many of the last `window` charges."""

    in_a_row: int = 5
    of_window: int = 10
    window: int = 20
    #: Seconds before an open breaker lets one order through to see whether the channel is back.
    cooldown: float = 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the gateway is and how to speak to it.

    `instance` is this process among those that share the `database`.
    """

    channels: tuple[tuple[str, str], ...]  # (name, URL), the preferred one first
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    webhook_path: str = "/webhooks"
    port: int = 8000
    timings: Timings = Timings()
    breaker: BreakerLimits = BreakerLimits()
    database: str = ":memory:"
    instance: str = "the shop"


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read the six variables; all that is missing or wrong is named in one ConfigError."""
    problems = [
        f"{name} is not set: {meaning}"
        for name, meaning in _REQUIRED.items()
        if not environ.get(name)
    ]
    port = environ.get("PAYDRILL_PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        problems.append(f"PAYDRILL_PORT is '{port}'; write a port number such as 8000")
    path = environ.get("PAYDRILL_WEBHOOK_PATH") or "/webhooks"
    if not path.startswith("/"):
        problems.append(f"PAYDRILL_WEBHOOK_PATH is '{path}'; write a path such as /webhooks")
    if problems:
        raise ConfigError("\n".join(problems))
    urls = (
        (PRIMARY, environ["PAYDRILL_GATEWAY_URL"]),
        (BACKUP, environ.get("PAYDRILL_BACKUP_URL")),
    )
    return Settings(
        channels=tuple((name, url.rstrip("/")) for name, url in urls if url),
        api_key=environ["PAYDRILL_API_KEY"],
        webhook_secret=environ["PAYDRILL_WEBHOOK_SECRET"],
        webhook_path=path,
        port=int(port),
        database=f"careful-{_account(environ['PAYDRILL_API_KEY'])}.sqlite",
        instance=f"{socket.gethostname()}:{port}",
    )


def _account(key: str) -> str:
    """A short name for the account of an API key, from which the key cannot be had.

    Instances of one shop take money for one account: started in one directory they find the same
    order book, and another shop in that directory has its own.
    """
    return blake2b(key.encode(), digest_size=4).hexdigest()


_REQUIRED: Final[Mapping[str, str]] = {
    "PAYDRILL_GATEWAY_URL": "the gateway's address, such as http://127.0.0.1:4242",
    "PAYDRILL_API_KEY": "the key for the gateway, such as sk_test_default",
    "PAYDRILL_WEBHOOK_SECRET": "the secret that signs webhooks, whsec_<base64>",
}
