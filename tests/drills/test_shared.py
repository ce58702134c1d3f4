"""A drill on a gateway that runs already and that others use too."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from simulator.assembly import Settings, serving
from simulator.drills.judge import judge_recording
from simulator.journal.entry import Exchange, Note, Outage
from simulator.journal.reader import read_lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_SCENARIO = """\
scenario: 1
name: shared
seed: 5
traffic: {patience: 8s}
phases:
  - {name: baseline, lasts: 1s, arrivals: 15/s}
  - name: dark
    lasts: 3s
    arrivals: 15/s
    rules:
      - {name: down, when: {channel: primary}, fault: outage}
  - {name: recovery, lasts: 1s, arrivals: 15/s}
settle: 10s
expect:
  - failover: {rule: down, within: 2s}
"""
_PERFORMANCES = 3  # at most
_SETTINGS: dict[str, Any] = {"port": 0, "backup_port": 0, "control_port": 0, "token": "t"}


async def _drill(folder: Path, *words: str) -> tuple[int | None, str]:
    """The exit code of a drill, and what it said; one on too busy a machine is done again."""
    for _ in range(_PERFORMANCES):
        code, said = await _performed(folder, *words)
        if "shoppers were sent late" not in said:
            break
    return code, said


async def _performed(folder: Path, *words: str) -> tuple[int | None, str]:
    (folder / "scenario.yaml").write_text(_SCENARIO)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator.cli", "drill", "scenario.yaml", "--out", "out", *words,
        cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()


@asynccontextmanager
async def _customer(gateway: str) -> AsyncIterator[list[int]]:
    """Meanwhile another account pays through the gateway; the statuses it was answered."""
    answers: list[int] = []
    body = {
        "order_id": "o", "amount": 100, "currency": "USD", "confirm": True,
        "method": {"type": "card", "token": "tok_visa_DE_000123"},
    }  # fmt: skip

    async def pay() -> None:
        headers = {"Authorization": "Bearer sk_test_other"}
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                async with session.post(f"{gateway}/v1/payments", json=body) as reply:
                    answers.append(reply.status)
                await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        customer = group.create_task(pay())
        yield answers
        customer.cancel()


async def test_an_outage_on_a_shared_gateway_is_for_one_account_alone(tmp_path: Path) -> None:
    """The drill's requests are reset, and that proves the outage; the others notice nothing."""
    async with serving(Settings(**_SETTINGS)) as running, _customer(running.primary) as answers:
        code, said = await _drill(
            tmp_path, "--gateway", running.primary, "--backup", running.backup,
            "--control", running.control, "--token", running.token,
        )  # fmt: skip
    assert code == 0, said
    assert set(answers) == {201}
    assert len(answers) > 40
    lines = list(read_lines(tmp_path / "out" / "journal.jsonl"))
    assert {line.account for line in lines} == {"drill"}
    notes = [line.text for line in lines if isinstance(line, Note)]
    assert "outage of primary by reset: other accounts use this gateway" in notes
    outages = [line for line in lines if isinstance(line, Outage)]
    assert [(line.state, line.proved) for line in outages] == [("down", False), ("up", True)]
    resets = [line for line in lines if isinstance(line, Exchange) and line.hits]
    assert len(resets) > 2
    assert all(line.sent == "none" and line.hits[0].rule == "down" for line in resets)
    assert any(line.operation == "authorize" and line.order for line in resets)
    verdict = judge_recording(tmp_path / "out")
    assert [(fault.rule, fault.hits) for fault in verdict.faults] == [("down", len(resets))]
    failover = next(check for check in verdict.checks if check.name == "failover")
    assert failover.valid is True


async def test_another_gateways_token_is_a_wrong_call(tmp_path: Path) -> None:
    """Exit code 2, before anything is started."""
    async with serving(Settings(**_SETTINGS)) as running:
        code, said = await _drill(
            tmp_path, "--gateway", running.primary, "--control", running.control, "--token", "no"
        )
    assert code == 2, said
    assert f"the gateway at {running.control} refused the token" in " ".join(said.split())
