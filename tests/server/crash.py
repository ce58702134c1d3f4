"""A gateway as a process of its own, killed and started again on the same journal."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

import aiohttp

TOKEN = "t"


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


class Process:
    """`paydrill serve` with a journal; `kill` is kill -9."""

    def __init__(self, journal: Path, *options: str) -> None:
        self._journal = journal
        self._options = options
        self.port, self._backup, self._control = free_ports(3)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """The primary channel."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def control(self) -> str:
        """The control API."""
        return f"http://127.0.0.1:{self._control}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["-m", "simulator.cli", "serve", "--port", str(self.port)]
        command += ["--backup-port", str(self._backup), "--control-port", str(self._control)]
        command += ["--journal", str(self._journal), "--token", TOKEN, *self._options]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(20), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self._control}/health"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
