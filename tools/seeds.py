"""`python -m tools.seeds SCENARIO SEED…`: does the verdict hold whatever the dice say?

On every seed the careful reference merchant has to pass and the naive one has to fail. One drill
after the other, for they share this machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

EXPECTED: Final = (("careful", 0), ("naive", 1))
OUT: Final = Path("out/seeds")


def main(argv: Sequence[str]) -> int:
    """Run all drills; the number of surprises is the exit code."""
    if len(argv) < 2 or not all(seed.isdecimal() for seed in argv[1:]):
        print("call: python -m tools.seeds SCENARIO SEED...", file=sys.stderr)
        return 2
    scenario, *seeds = argv
    surprises = 0
    for seed in seeds:
        for merchant, expected in EXPECTED:
            surprises += not _drill(scenario, merchant, seed, expected)
    print(f"{surprises} surprises in {len(seeds) * len(EXPECTED)} drills")
    return min(surprises, 99)


def _drill(scenario: str, merchant: str, seed: str, expected: int) -> bool:
    out = OUT / f"{merchant}-{seed}"
    command = ["simulator.cli", "drill", scenario, "--merchant", merchant, "--seed", seed]
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", *command, "--out", str(out)],
        check=False,
        capture_output=True,
        text=True,
    )
    as_wanted = done.returncode == expected
    print(f"seed {seed:>10}  {merchant:8}  exit {done.returncode}  {'ok' if as_wanted else 'NO'}")
    if not as_wanted:
        print(_reasons(out / "verdict.json") or done.stderr)
    sys.stdout.flush()
    return as_wanted


def _reasons(verdict: Path) -> str:
    if not verdict.is_file():
        return ""
    return "\n".join(f"    {reason}" for reason in json.loads(verdict.read_text())["reasons"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
