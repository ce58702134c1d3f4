"""`python -m tools.seeds SCENARIO [--seeds 1 2] [--fresh N] [--at-once N]`: a verdict for any dice?

On every seed the careful merchant has to pass, the naive one has to fail with orders charged twice
and orders charged for nothing, and no money check may accuse a sound merchant of another design.
`--fresh` adds seeds that nobody has seen before. Drills run a few at once; each is mostly waiting.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

MONEY: Final = (
    "exactly_once",
    "no_orphan_charge",
    "no_free_order",
    "truth_told",
    "no_stuck_order",
    "books_agree",
)
OUT: Final = Path("out/seeds")
SOUND: Final = tuple(
    f"tests/merchants/files/{name}.yaml"
    for name in ("webhook-only", "polling-only", "authorize-capture", "patient")
)


@dataclass(frozen=True)
class Drill:
    """One performance: a merchant (a name or a file) on a seed."""

    scenario: str
    merchant: str
    seed: int

    @property
    def name(self) -> str:
        """The merchant's short name."""
        return Path(self.merchant).stem


@dataclass(frozen=True)
class End:
    """How a drill ended: its exit code, its false checks, and whether that was to be expected."""

    drill: Drill
    code: int
    false: tuple[str, ...]
    expected: bool
    reason: str = ""


def main(argv: Sequence[str]) -> int:
    """Run all drills and print the table; the number of surprises is the exit code."""
    options = _options(argv)
    fresh = [secrets.randbelow(10**8) for _ in range(options.fresh)]
    seeds = [*options.seeds, *fresh]
    merchants = options.merchants or ["careful", "naive", *SOUND]
    drills = [Drill(options.scenario, who, seed) for seed in seeds for who in merchants]
    with ThreadPoolExecutor(options.at_once) as pool:
        ends = [_told(end) for end in pool.map(_perform, drills)]
    _table(ends, [Path(who).stem for who in merchants])
    surprises = [end for end in ends if not end.expected]
    print(f"{len(surprises)} surprises in {len(ends)} drills")
    return min(len(surprises), 99)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.seeds", description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(range(1, 11)))
    parser.add_argument("--fresh", type=int, default=0, help="how many unpublished seeds to add")
    parser.add_argument("--merchants", nargs="*", help="names or files; by default all")
    parser.add_argument("--at-once", type=int, default=2)
    return parser.parse_args(argv)


def _perform(drill: Drill) -> End:
    out = OUT / f"{drill.name}-{drill.seed}"
    command = [sys.executable, "-m", "simulator.cli", "drill", drill.scenario]
    command += ["--merchant", drill.merchant, "--seed", str(drill.seed), "--out", str(out)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command line
    verdict = out / "verdict.json"
    if not verdict.is_file():
        return End(drill, done.returncode, (), expected=False, reason=done.stderr[-500:])
    read: dict[str, Any] = json.loads(verdict.read_text())
    false = tuple(check["name"] for check in read["checks"] if check["valid"] is False)
    return End(
        drill, done.returncode, false, _expected(drill, done.returncode, false),
        "; ".join(read.get("reasons", ())),
    )  # fmt: skip


def _expected(drill: Drill, code: int, false: tuple[str, ...]) -> bool:
    if drill.name in {"careful", "careful-stripe"}:
        return code == 0
    if drill.name in {"naive", "naive-stripe"}:
        return code == 1 and {"exactly_once", "no_orphan_charge"} <= set(false)
    return code in (0, 1) and not set(false) & set(MONEY)


def _told(end: End) -> End:
    mark = "ok" if end.expected else f"NO: {end.reason}"
    print(
        f"seed {end.drill.seed:>9}  {end.drill.name:24} exit {end.code}  "
        f"{', '.join(end.false) or 'nothing false'}  {mark}",
        flush=True,
    )
    return end


def _table(ends: Sequence[End], names: Sequence[str]) -> None:
    """A row a merchant: how often it passed, and how often each check was false."""
    print()
    for name in names:
        mine = [end for end in ends if end.drill.name == name]
        counts: dict[str, int] = {}
        for end in mine:
            for check in end.false:
                counts[check] = counts.get(check, 0) + 1
        passed = sum(end.code == 0 for end in mine)
        what = ", ".join(f"{check} {count}" for check, count in sorted(counts.items()))
        print(f"{name:24} passed {passed} of {len(mine)}   false: {what or 'none'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
