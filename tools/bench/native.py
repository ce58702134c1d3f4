"""CPU per create-and-confirm payment of the native API against a bare aiohttp handler.

Both servers run at the same time; rounds alternate between them at the same rate. What is compared
is each server's own CPU time per request (user + system, from /proc), so a busy machine disturbs
little. The ratio is bare CPU / gateway CPU: the gateway's throughput on a full core as a part of
the bare handler's.
"""

from __future__ import annotations

import json
import secrets
import statistics
import time
from pathlib import Path

import uvloop

from tools.bench.generator import Pool
from tools.bench.servers import ROOT, Server, control, free_ports, gateway, started

SCENARIO = ROOT / "scenarios/drills/gateway-brownout.yaml"


def request(number: int, run: str) -> bytes:
    """A create-and-confirm payment with an idempotency key."""
    body = json.dumps(
        {
            "order_id": f"{run}-{number}",
            "amount": 1999,
            "currency": "USD",
            "method": {"type": "card", "token": f"tok_visa_DE_{number}"},
            "payer": {"country": "DE", "email": "a@example.com"},
        }
    ).encode()
    head = (
        "POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer sk_test_bench\r\nIdempotency-Key: {run}-{number}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def measure(server: Server, rate: float, seconds: float) -> None:
    """One round: CPU microseconds per request that was sent."""
    pool = Pool("127.0.0.1", server.port)
    run = secrets.token_hex(3)
    requests = [request(number, run) for number in range(int(rate * seconds))]
    before, own, began = server.cpu(), time.process_time(), time.monotonic()
    await pool.offer(rate, seconds, requests.__getitem__)
    used, took = server.cpu() - before, time.monotonic() - began
    pool.close()
    server.micros.append(used / pool.sent * 1e6)
    server.saturation.append((time.process_time() - own) / took)


def scenario() -> bytes:
    """The brownout with phases that outlast the measurement and never go down."""
    text = SCENARIO.read_text()
    text = text.replace("lasts: 10s", "lasts: 1h", 1)
    text = text.replace("lasts: 25s", "lasts: 1h", 1).replace("at: 15s", "at: 50m", 1)
    return text.encode()


async def compare(
    rounds: int, rate: float, seconds: float, bare: Server, ours: tuple[Server, int]
) -> None:
    """Alternate rounds in each phase and print the ratios."""
    server, port = ours
    control(port, "PUT", "/accounts/bench/scenario", scenario())
    for phase in ("baseline", "brownout"):
        control(port, "POST", "/accounts/bench/phase", json.dumps({"name": phase}).encode())
        for each in (bare, server):
            await measure(each, rate, 1.0)
            each.forget()
        for _ in range(rounds):
            await measure(bare, rate, seconds)
            await measure(server, rate, seconds)
        report(phase, bare, server)


def report(phase: str, bare: Server, ours: Server) -> None:
    """One line: medians, ratio, and how busy the generator was."""
    mine, theirs = statistics.median(ours.micros), statistics.median(bare.micros)
    ratios = sorted(b / g for b, g in zip(bare.micros, ours.micros, strict=True))
    print(
        f"{phase:9}  bare {theirs:6.1f} us   gateway {mine:6.1f} us   "
        f"ratio {theirs / mine:.2f} (rounds {ratios[0]:.2f} to {ratios[-1]:.2f})   "
        f"generator busy {max(bare.saturation + ours.saturation):.0%}"
    )


def run(rounds: int, rate: float, seconds: float, folder: Path) -> None:
    """Measure and print."""
    (port,) = free_ports(1)
    with (
        started("bare", port, "tools.bench.bare", str(port)) as bare,
        gateway(SCENARIO, folder) as ours,
    ):
        uvloop.run(compare(rounds, rate, seconds, bare, ours))
