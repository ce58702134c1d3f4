"""Tests of whole drills, with real processes: short, small, and on this machine only."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulator.drills.control import HttpControl
from simulator.drills.judge import judge_recording

_TOKEN = "for-this-test-only"
_SHORT = """\
scenario: 1
name: short
seed: 5
phases:
  - {name: baseline, lasts: 1s, arrivals: 12/s}
  - name: fault
    lasts: 3s
    arrivals: 12/s
    rules:
      - name: lost
        when: {channel: primary, operation: authorize}
        share: 40%
        fault: {lost_reply: {after: 200ms}}
      - {name: down, at: 2s, when: {channel: primary}, fault: outage}
  - {name: recovery, lasts: 1s, arrivals: 12/s}
settle: 3s
expect:
  - no_card_data
  - webhooks_handled
  - latency: {percentile: p50, below: 2s}
"""
_LONG_FAULT = """\
scenario: 1
name: long-fault
phases:
  - {name: baseline, lasts: 1s, arrivals: 5/s}
  - name: fault
    lasts: 60s
    arrivals: 5/s
    rules:
      - {name: down, when: {channel: primary}, fault: outage}
  - {name: recovery, lasts: 1s, arrivals: 5/s}
"""


_PERFORMANCES = 4  # at most


@contextmanager
def _drill(folder: Path, text: str, merchant: str) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir()
    (folder / "scenario.yaml").write_text(text)
    argv = [sys.executable, "-m", "simulator.cli", "drill", "scenario.yaml"]
    argv += ["--merchant", merchant, "--out", "out"]
    environ = {**os.environ, "PAYDRILL_TOKEN": _TOKEN, "PYTHONPATH": str(Path.cwd())}
    with (folder / "console.txt").open("wb") as console:
        process = subprocess.Popen(
            argv, cwd=folder, env=environ, stdout=console, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _verdict(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "verdict.json").read_bytes())
    return found


def test_careful_passes_and_naive_loses_money(tmp_path: Path) -> None:
    """The same faults: one merchant keeps its books, the other charges twice or for nothing."""
    for number in range(_PERFORMANCES):
        careful, naive = tmp_path / f"careful{number}", tmp_path / f"naive{number}"
        with _drill(careful, _SHORT, "careful") as good, _drill(naive, _SHORT, "naive") as bad:
            codes = good.wait(60), bad.wait(60)
        if "shoppers were sent late" not in (careful / "console.txt").read_text():
            break  # on too busy a machine a drill proves nothing, and is done again
    assert codes == (0, 1), (careful / "console.txt").read_text()
    assert _verdict(careful)["verdict"] == "pass"
    cards = next(each for each in _verdict(careful)["checks"] if each["name"] == "no_card_data")
    assert "not looked at: notifications; descriptions" in cards["summary"]
    false = {check["name"] for check in _verdict(naive)["checks"] if check["valid"] is False}
    assert false & {"exactly_once", "no_orphan_charge", "truth_told", "books_agree"}
    for folder in (careful, naive):
        again = judge_recording(folder / "out")
        assert json.loads(again.to_json()) == _verdict(folder)
        assert (folder / "out" / "report.html").stat().st_size > 1_000_000
    assert list((careful / "out" / "merchant").glob("*.sqlite"))
    assert not list(careful.glob("*.sqlite"))


async def test_gateway_heals_by_itself_when_the_controller_is_killed(tmp_path: Path) -> None:
    """After `kill -9` in mid-fault the lease runs out, the channel is back, and nobody shops."""
    folder = tmp_path / "drill"
    with _drill(folder, _LONG_FAULT, "careful") as controller:
        card = await _card(folder / "out" / "parts" / "gateway.json", controller)
        async with aiohttp.ClientSession() as session:
            control = HttpControl(session, card["control"], _TOKEN)
            try:
                await _until(control, down=True)
                children = _children(controller.pid)
                assert card["pid"] in children
                controller.kill()
                await _until(control, down=False)
                assert (await control.state()).healed
                async with session.get(f"{card['primary']}/v1/methods") as reply:
                    assert reply.status == 401  # it answers again
                others = [pid for pid in children if pid != card["pid"]]
                assert len(others) == 2
                await _gone(others)
                assert _runs(card["pid"])
            finally:
                os.kill(card["pid"], signal.SIGTERM)
    journal = (folder / "out" / "parts" / "gateway.jsonl").read_text()
    assert "healed: lease ran out" in journal


async def _card(path: Path, controller: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and controller.poll() is None:
        if path.exists() and path.read_bytes().endswith(b"}"):
            found: dict[str, Any] = json.loads(path.read_bytes())
            return found
        await asyncio.sleep(0.05)
    pytest.fail((path.parents[2] / "console.txt").read_text())


async def _until(control: HttpControl, *, down: bool) -> None:
    """Wait until the primary is down, or up again."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if bool((await control.state()).outages) is down:
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"the primary never came {'down' if down else 'up'}")


async def _gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 15
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still there: {[p for p in pids if _runs(p)]}"
        await asyncio.sleep(0.1)
