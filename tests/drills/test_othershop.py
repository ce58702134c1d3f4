"""A shop of another house, drilled through a mapping, by shoppers from two processes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from simulator.drills.judge import judge_recording
from simulator.journal.entry import Answer, Generator
from simulator.journal.reader import read_lines
from tests.drills import othershop

_SCENARIO = """\
scenario: 1
name: short-of-money
seed: 5
traffic: {personas: {de_DE: 50%, en_US: 50%}, patience: 4s}
phases:
  - {name: baseline, lasts: 1s, arrivals: 15/s}
  - name: fault
    lasts: 2s
    arrivals: 15/s
    rules:
      - name: no-funds
        when: {channel: primary, operation: authorize}
        share: 40%
        fault: {decline: insufficient_funds}
  - {name: recovery, lasts: 1s, arrivals: 15/s}
settle: 5s
"""


async def test_a_shop_with_other_paths_and_words_is_drilled(tmp_path: Path) -> None:
    """Orders, second cards, questions, order book, health and webhooks all go its way."""
    shop = othershop.MERCHANT_FILE.format(python=sys.executable, file=othershop.__file__)
    (tmp_path / "shop.yaml").write_text(shop)
    (tmp_path / "scenario.yaml").write_text(_SCENARIO)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator.cli", "drill", "scenario.yaml", "--merchant", "shop.yaml",
        "--out", "out", "--processes", "2", cwd=tmp_path, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    verdict = judge_recording(tmp_path / "out")
    assert verdict.verdict == "pass"
    lines = list(read_lines(tmp_path / "out" / "journal.jsonl"))
    answers = [line for line in lines if isinstance(line, Answer)]
    assert {line.request for line in answers} == {"create", "pay", "poll"}
    assert {line.said for line in answers} == {"paid", "pending", "failed"}
    assert {line.message for line in answers} == {"it is done", "it is waiting", "it is refused"}
    told = [line for line in lines if isinstance(line, Generator)]
    assert [line.arrivals for line in told] == [30, 30]
    worst = max(line.lateness_p99_ms for line in told)
    assert verdict.generator.lateness_p99_ms == worst
    plan = msgspec.json.decode((tmp_path / "out" / "parts" / "plan.json").read_bytes())
    assert plan["mapping"]["read"]["words"] == {
        "done": "paid", "waiting": "pending", "refused": "failed"
    }  # fmt: skip
