"""A leash: a command that stops when whoever holds the leash dies.

    python -m simulator.drills.leash -- command argument …

Standard input is the leash. The controller of a drill holds its other end and never writes to it,
so an end of file means that the controller is gone, however it went: the kernel closes a pipe even
after `kill -9`. A merchant or a load generator must not go on spending money then. The gateway is
not held like this, for it has to heal itself first.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from threading import Thread
from types import FrameType
from typing import Final

#: Seconds between the polite request to stop and the other one.
GRACE: Final = 3.0


def main(arguments: list[str]) -> int:
    """Run the command behind `--` and return its exit code, as a shell would give it."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    if not command:
        print("usage: python -m simulator.drills.leash -- command …", file=sys.stderr)  # noqa: T201 - its only words, and nobody else is there to say them
        return 2
    if os.getpgrp() != os.getpid():
        os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _outlive)
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - no shell
    except OSError as error:
        print(f"cannot run {command[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201 - goes to the drill's log
        return 127
    Thread(target=_hold, args=(child,), daemon=True).start()
    code = child.wait()
    os.killpg(0, signal.SIGTERM)  # whatever the command left behind in its group
    return code if code >= 0 else 128 - code


def _outlive(number: int, frame: FrameType | None) -> None:
    """Signals to the group are for the command; the leash ends when the command has ended.

    A handler, not SIG_IGN, for an ignored signal would stay ignored in the command.
    """


def _hold(child: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 512):
        pass
    os.killpg(0, signal.SIGTERM)
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
