"""What a run is to do: from the plan file of a drill, or from the command line.

A drill names its plan file in PAYDRILL_PLAN and gives the start by writing the `go` file; a run
alone is described by the options that this module adds to Locust's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import habits
import msgspec
from arrivals import Ramp

from simulator.documents import build
from simulator.drills.mapping import STANDARD, ShopMapping
from simulator.errors import UsageError
from simulator.units import duration, rate, share

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from simulator.clock import Clock

VARIABLE: Final = "PAYDRILL_PLAN"
TOKEN: Final = "PAYDRILL_TOKEN"  # noqa: S105 - the name of a variable


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes. Shares are weights, but for those of `habits`; `patience` is in seconds.

    `wallets` are the methods that are paid from a wallet which the gateway keeps. `at_most` bounds
    the shoppers under way at a time; who comes when it is reached is dropped.
    """

    personas: dict[str, float]
    methods: dict[str, float] = msgspec.field(default_factory=lambda: {"card": 1.0})
    habits: dict[str, float] = msgspec.field(default_factory=dict)
    wallets: frozenset[str] = frozenset()
    patience: float = 20.0
    at_most: int = 4000

    def __post_init__(self) -> None:
        habits.check(self.habits)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One worker's part of a run. Orders are named `<run>-<n>`; `shop` is the base URL.

    `history` is the file to write, `go` the file to wait for; empty for neither. `mapping` is how
    to speak to a shop whose API is not the standard one. `control` is the base URL of the gateway's
    control API, where shoppers' messages are found; its token stands in the environment alone.
    """

    run: str
    seed: int
    shop: str
    phases: tuple[Ramp, ...]
    traffic: Traffic
    history: str = ""
    go: str = ""
    account: str = "default"
    control: str = ""
    worker: int = 0
    workers: int = 1
    mapping: ShopMapping = STANDARD

    def order(self, n: int) -> str:
        """The order reference of shopper `n`."""
        return f"{self.run}-{n}"

    def part(self, worker: int, workers: int) -> Plan:
        """What one of several processes does; `client.jsonl` becomes `client-0.jsonl` and so on."""
        path = Path(self.history)
        own = str(path.with_stem(f"{path.stem}-{worker}")) if self.history else ""
        return msgspec.structs.replace(self, worker=worker, workers=workers, history=own)


class Go(msgspec.Struct, frozen=True):
    """The content of the `go` file."""

    mono: float


def declare(parser: ArgumentParser) -> None:
    """Add our options to Locust's, and let its web page be served to this machine alone."""
    parser.set_defaults(web_host="127.0.0.1", master_bind_host="127.0.0.1")
    group = parser.add_argument_group("paydrill", "open-model load; PAYDRILL_PLAN replaces them")
    group.add_argument("--rate", default="10/s", help="arrivals: 20, 20/s or 600/m")
    group.add_argument("--rate-to", default="", help="the rate at the end, if it changes")
    group.add_argument("--lasts", default="30s", help="how long shoppers arrive: 30s, 2m")
    group.add_argument("--seed", type=int, default=1, help="same seed, same shoppers")
    group.add_argument("--run-name", default="", help="orders are named <run-name>-<n>")
    group.add_argument("--personas", default="en_US:100%", help="zh_CN:60%%,de_DE:40%%")
    group.add_argument("--methods", default="card:100%", help="card:80%%,wallet:20%%")
    group.add_argument("--habits", default="", help="double_click:10%%,give_up:5%%; see README")
    group.add_argument("--patience", default="20s", help="how long a shopper asks when pending")
    group.add_argument("--at-most", type=int, default=4000, help="shoppers at a time")
    group.add_argument("--control", default="", help="the gateway's control API, for codes")
    group.add_argument("--account", default="default", help="the account there")
    group.add_argument("--history", default="", help="file for the client's journal lines")


def chosen(environ: Mapping[str, str], options: Namespace, host: str | None, clock: Clock) -> Plan:
    """The plan file that `environ` names, else the plan that the options describe for `host`.

    The wall clock names the run, where no option does.

    Raises:
        UsageError: the file cannot be read or is not a plan, or an option's value is wrong.
    """
    path = environ.get(VARIABLE)
    return _read(Path(path)) if path else _from_options(options, host, clock)


def start_of(go: str) -> float | None:
    """The start that the drill has written to the file `go`, on the monotonic clock, in seconds.

    None while the file is not there, or not whole.
    """
    try:
        return msgspec.json.decode(Path(go).read_bytes(), type=Go).mono
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _read(path: Path) -> Plan:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan, dec_hook=_mapping)
    except OSError as error:
        raise UsageError(f"{VARIABLE}: {path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{VARIABLE}: {path}: {error}") from error


def _mapping(_kind: type, value: object) -> ShopMapping:
    """Called by msgspec for what is not a type of its own; a ValueError of it becomes an error."""
    return build(ShopMapping, value)


def _from_options(options: Namespace, host: str | None, clock: Clock) -> Plan:
    if not host:
        raise UsageError("--host: name the shop to load, as in --host http://127.0.0.1:8000")
    try:
        first = _rate(options.rate)
        ramp = Ramp(
            lasts=duration(options.lasts),
            first=first,
            last=_rate(options.rate_to) if options.rate_to else first,
        )
        traffic = Traffic(
            personas=_shares(options.personas),
            methods=_shares(options.methods),
            habits=_shares(options.habits) if options.habits else {},
            patience=duration(options.patience),
            at_most=options.at_most,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    return Plan(
        run=options.run_name or f"alone{int(clock.wall()):x}",
        seed=options.seed,
        shop=host,
        phases=(ramp,),
        traffic=traffic,
        control=options.control,
        account=options.account,
        history=options.history,
    )


def _rate(text: str) -> float:
    return rate(text if "/" in text else f"{text}/s")


def _shares(text: str) -> dict[str, float]:
    pairs = [re.split(r"\s*:\s*", part.strip(), maxsplit=1) for part in text.split(",")]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"'{text}' is not a list of shares; write zh_CN:60%,de_DE:40%")
    return {name: float(share(part)) for name, part in pairs}
