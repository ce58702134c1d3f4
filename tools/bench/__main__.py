"""CPU per create-and-confirm payment against a bare aiohttp handler, interleaved in one run.

    python -m tools.bench [--rounds 5] [--rate 900] [--seconds 3]

Both servers run at the same time; rounds alternate between them at the same rate. What is compared
is each server's own CPU time per request (user + system, from /proc), so a busy machine disturbs
little. The ratio is bare CPU / gateway CPU: the gateway's throughput on a full core as a part of
the bare handler's.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from tools.bench.generator import Pool

ROOT = Path(__file__).parent.parent.parent
SCENARIO = ROOT / "scenarios/drills/gateway-brownout.yaml"
TOKEN = "bench"  # noqa: S105 - guards nothing but this run


@dataclass
class Server:
    """One server under measurement."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    micros: list[float] = field(default_factory=list)
    saturation: list[float] = field(default_factory=list)

    def cpu(self) -> float:
        """CPU seconds used so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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


def control(port: int, method: str, path: str, body: bytes = b"") -> None:
    """One call of the control API."""
    call = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=body or None,
        method=method,
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    urllib.request.urlopen(call, timeout=5).close()  # noqa: S310 - the same


def await_http(port: int, path: str) -> None:
    """Wait up to 10 s until something answers."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing answers on port {port}")


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


def start(folder: Path) -> tuple[Server, Server, int]:
    """The bare server, the gateway, and the gateway's control port."""
    bare_port, port, backup, control_port = free_ports(4)
    serve = [sys.executable, "-m", "simulator.cli", "serve", str(SCENARIO)]
    serve += ["--port", str(port), "--backup-port", str(backup), "--token", TOKEN]
    serve += ["--control-port", str(control_port), "--journal", str(folder / "journal.jsonl")]
    bare = subprocess.Popen([sys.executable, "-m", "tools.bench.bare", str(bare_port)], cwd=ROOT)
    gateway = subprocess.Popen(serve, cwd=ROOT, stdout=subprocess.DEVNULL)
    await_http(bare_port, "/")
    await_http(control_port, "/health")
    return Server("bare", bare, bare_port), Server("gateway", gateway, port), control_port


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


def scenario() -> bytes:
    """The brownout with phases that outlast the measurement and never go down."""
    text = SCENARIO.read_text()
    text = text.replace("lasts: 10s", "lasts: 1h", 1)
    text = text.replace("lasts: 25s", "lasts: 1h", 1).replace("at: 15s", "at: 50m", 1)
    return text.encode()


async def compare(arguments: argparse.Namespace, bare: Server, gateway: Server, port: int) -> None:
    """Alternate rounds in each phase and print the ratios."""
    control(port, "PUT", "/accounts/bench/scenario", scenario())
    for phase in ("baseline", "brownout"):
        control(port, "POST", "/accounts/bench/phase", json.dumps({"name": phase}).encode())
        for server in (bare, gateway):
            await measure(server, arguments.rate, 1.0)  # warm up
            server.micros.clear()
            server.saturation.clear()
        for _ in range(arguments.rounds):
            await measure(bare, arguments.rate, arguments.seconds)
            await measure(gateway, arguments.rate, arguments.seconds)
        report(phase, bare, gateway)


def report(phase: str, bare: Server, gateway: Server) -> None:
    """One line: medians, ratio, and how busy the generator was."""
    ours, theirs = statistics.median(gateway.micros), statistics.median(bare.micros)
    ratios = sorted(b / g for b, g in zip(bare.micros, gateway.micros, strict=True))
    print(
        f"{phase:9}  bare {theirs:6.1f} us   gateway {ours:6.1f} us   "
        f"ratio {theirs / ours:.2f} (rounds {ratios[0]:.2f} to {ratios[-1]:.2f})   "
        f"generator busy {max(bare.saturation + gateway.saturation):.0%}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=float, default=900.0)
    parser.add_argument("--seconds", type=float, default=3.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bare, gateway, control_port = start(Path(folder))
        try:
            uvloop.run(compare(arguments, bare, gateway, control_port))
        finally:
            for server in (bare, gateway):
                server.process.terminate()
                server.process.wait(10)


if __name__ == "__main__":
    main()
