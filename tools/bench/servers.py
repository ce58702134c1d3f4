"""Servers under measurement, as processes of their own on free ports of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TOKEN = "bench"  # noqa: S105 - guards nothing but this run


@dataclass
class Server:
    """One server under measurement; what was measured, round by round."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    micros: list[float] = field(default_factory=list)
    saturation: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def cpu(self) -> float:
        """CPU seconds used so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget(self) -> None:
        """What was measured so far was only to warm up."""
        for each in (self.micros, self.saturation, self.rates):
            each.clear()


@contextmanager
def started(name: str, port: int, *command: str, path: str = "/") -> Iterator[Server]:
    """A server that answers something at a path, for as long as the context lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        await_http(port, path)
        yield Server(name, process, port)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def gateway(scenario: Path | None, folder: Path) -> Iterator[tuple[Server, int]]:
    """Our own gateway, with a journal, and its control port."""
    port, backup, control_port = free_ports(3)
    command = ["simulator.cli", "serve", *([str(scenario)] if scenario else [])]
    command += ["--port", str(port), "--backup-port", str(backup), "--token", TOKEN]
    command += ["--control-port", str(control_port), "--journal", str(folder / "journal.jsonl")]
    with started("gateway", port, *command, path="/v1/methods") as server:
        yield server, control_port


def control(port: int, method: str, path: str, body: bytes = b"") -> None:
    """One call of the control API."""
    call = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=body or None,
        method=method,
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    urllib.request.urlopen(call, timeout=5).close()  # noqa: S310 - an address of this machine


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


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports
