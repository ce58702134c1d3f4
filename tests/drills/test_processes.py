"""Tests of child processes: started, logged, stopped, and let go of by a controller that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.drills import leash
from simulator.drills.processes import Child, Command, Household, free_ports, words

_STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('ready', flush=True)\n"
    "time.sleep(60)\n"
)
_PLIANT = "import time\nprint('ready', flush=True)\ntime.sleep(60)\n"


def _command(folder: Path, code: str, *, leashed: bool = True, name: str = "child") -> Command:
    return Command(
        name=name,
        argv=(sys.executable, "-c", code),
        environment=dict(os.environ),
        cwd=folder,
        log=folder / "logs" / f"{name}.log",
        leashed=leashed,
    )


async def _says(child: Child, word: str) -> None:
    for _ in range(500):
        if word in child.last_words():
            return
        await child.wait(0.01)
    pytest.fail(f"{child.name} never said {word!r}")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not _alive(pid):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("leashed", [True, False])
async def test_exit_code_and_log(tmp_path: Path, leashed: bool) -> None:
    """A child's exit code arrives through its leash, and its words are in its log."""
    async with Household() as house:
        child = house.start(
            _command(tmp_path, "print('hello'); raise SystemExit(7)", leashed=leashed)
        )
        assert await child.wait(10) == 7
        assert child.last_words() == "hello"


@pytest.mark.parametrize("leashed", [True, False])
async def test_leaving_the_household_stops_children(
    tmp_path: Path,
    leashed: bool,
) -> None:
    """A child that runs is asked to stop, and one that will not is killed."""
    async with Household(grace=0.3) as house:
        pliant = house.start(_command(tmp_path, _PLIANT, leashed=leashed, name="pliant"))
        stubborn = house.start(_command(tmp_path, _STUBBORN, leashed=leashed, name="stubborn"))
        await _says(pliant, "ready")
        await _says(stubborn, "ready")
    assert pliant.ended() in {-signal.SIGTERM, 128 + signal.SIGTERM}
    assert stubborn.ended() == -signal.SIGKILL


async def test_children_stop_youngest_first(tmp_path: Path) -> None:
    """The gateway, started first, is stopped last."""
    code = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        f"    open({str(tmp_path / 'order')!r}, 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    async with Household() as house:
        for name in "abc":
            base = _command(tmp_path, code, leashed=False, name=name)
            command = Command(
                name=name,
                argv=(*base.argv, name),
                environment=base.environment,
                cwd=base.cwd,
                log=base.log,
                leashed=False,
            )
            await _says(house.start(command), "ready")
    assert (tmp_path / "order").read_text() == "cba"


async def test_command_that_does_not_exist(tmp_path: Path) -> None:
    """A leashed command that cannot be run ends with 127 and says why in the log."""
    command = Command(
        name="nothing",
        argv=("./there-is-no-such-shop",),
        environment=dict(os.environ),
        cwd=tmp_path,
        log=tmp_path / "nothing.log",
    )
    async with Household() as house:
        child = house.start(command)
        assert await child.wait(10) == 127
        assert "cannot run ./there-is-no-such-shop" in child.last_words()


async def test_interrupt_reaches_the_command_through_its_leash(tmp_path: Path) -> None:
    """SIGINT is for the command; the leash waits and passes its exit code on."""
    code = (
        "import time\n"
        "print('ready', flush=True)\n"
        "try:\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n    raise SystemExit(3)\n"
    )
    async with Household() as house:
        child = house.start(_command(tmp_path, code))
        await _says(child, "ready")
        child.interrupt()
        assert await child.wait(10) == 3


@pytest.mark.parametrize("code", [_PLIANT, _STUBBORN], ids=["pliant", "stubborn"])
def test_killed_controller_takes_the_leashed_child_along(tmp_path: Path, code: str) -> None:
    """After `kill -9` of the controller the merchant is gone, even one that ignores SIGTERM."""
    pid_file = tmp_path / "pid"
    child = f"import os\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\n" + code
    controller_code = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-I', {leash.__file__!r}, '--',"
        f" sys.executable, '-c', {child!r}], stdin=subprocess.PIPE, start_new_session=True)\n"
        "time.sleep(60)\n"
    )
    controller = subprocess.Popen([sys.executable, "-c", controller_code], stdout=subprocess.PIPE)
    with controller:
        assert controller.stdout is not None
        assert controller.stdout.readline() == b"ready\n"
        pid = int(pid_file.read_text())
        assert _alive(pid)
        controller.kill()
        assert _gone(pid)


def test_leash_without_a_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A leash with nothing on it is the caller's mistake."""
    assert leash.main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_free_ports_are_different() -> None:
    """Ports that are asked for together never coincide."""
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(1024 <= port <= 65535 for port in ports)


def test_words_replace_only_a_leading_python() -> None:
    """`python` means the interpreter of the drill; anything else is left as it is."""
    assert words(["python", "a.py"]) == (sys.executable, "a.py")
    assert words(["./a", "python"]) == ("./a", "python")
