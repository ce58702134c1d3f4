"""Child processes under supervision: each in its own group, with a log, all stopped at the end.

Signals go to process groups that this module made, never to a name.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import msgspec

from simulator.drills import leash

#: Seconds that a child is given to stop after SIGTERM.
GRACE: Final = 5.0
_POLL: Final = 0.02
_REACH: Final = 1.0
LOOPBACK: Final = "127.0.0.1"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: never through a shell. `environment` is whole, not an addition.

    A `leashed` command stops when this process dies, even by SIGKILL.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: Path
    log: Path
    leashed: bool = True


class Child:
    """One running command."""

    def __init__(self, command: Command) -> None:
        self.name = command.name
        self.log = command.log
        argv = command.argv
        if command.leashed:
            argv = (sys.executable, "-I", leash.__file__, "--", *argv)
        command.log.parent.mkdir(parents=True, exist_ok=True)
        with command.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - no shell; the argv is the drill's own
                argv,
                stdin=subprocess.PIPE if command.leashed else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(command.environment),
                cwd=command.cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is the id of its group too."""
        return self._process.pid

    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def interrupt(self) -> None:
        """Ask as Ctrl-C would; a load generator writes its last lines then."""
        self._signal(signal.SIGINT)

    async def wait(self, seconds: float) -> int | None:
        """The exit code, or None if it still runs after so many seconds."""
        deadline = asyncio.get_running_loop().time() + seconds
        while (code := self.ended()) is None:
            if asyncio.get_running_loop().time() >= deadline:
                return None
            await asyncio.sleep(_POLL)
        return code

    async def stop(self, grace: float = GRACE) -> int:
        """SIGTERM, a while, then SIGKILL; the exit code."""
        if self.ended() is None:
            self._signal(signal.SIGTERM)
            await self.wait(grace)
        return self.kill()

    def kill(self) -> int:
        """SIGKILL to the group if it still runs, at once; the exit code."""
        if self.ended() is None:
            self._signal(signal.SIGKILL)
        code = self._process.wait()
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        return code

    def last_words(self, lines: int = 6) -> str:
        """The end of its log, for an error message."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.rstrip().splitlines()[-lines:])

    def terminate(self) -> None:
        """Ask it to stop, and do not wait."""
        if self.ended() is None:
            self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return  # it ended between the look and the signal


class Household:
    """Owns the children of one drill; leaving it stops them, the youngest first."""

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = grace
        self._children: list[Child] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def start(self, command: Command) -> Child:
        """Start a child; OSError if the command cannot be run at all."""
        child = Child(command)
        self._children.append(child)
        return child

    async def close(self) -> None:
        """Stop all children; what a cancellation leaves running is killed at once."""
        try:
            for child in reversed(self._children):
                await child.stop(self._grace)
        finally:
            for child in reversed(self._children):
                child.kill()
            self._children.clear()


def free_ports(count: int) -> tuple[int, ...]:
    """So many different free ports of the loopback address, as the system hands them out.

    Another process can take one before it is used, so whoever uses them tries again.
    """
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return tuple(each.getsockname()[1] for each in sockets)
    finally:
        for each in sockets:
            each.close()


def listens(url: str) -> bool:
    """Whether anybody takes connections at the host and port of a URL."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or LOOPBACK, port), timeout=_REACH).close()
    except OSError:
        return False
    return True


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """The argv that runs a module with the interpreter of this process."""
    return (sys.executable, "-m", module, *arguments)


def words(argv: Sequence[str]) -> tuple[str, ...]:
    """A user's command in which a leading `python` or `python3` means this interpreter."""
    head, *rest = argv
    return (sys.executable if head in {"python", "python3"} else head, *rest)
