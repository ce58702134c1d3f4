"""How fast the gateway is on this machine, against others in the same run."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tools.bench import native, stripe


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=float, default=900.0)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", choices=("native", "stripe"))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if wanted.only != "stripe":
            native.run(wanted.rounds, wanted.rate, wanted.seconds, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        if wanted.only != "native":
            plan = stripe.Plan(rounds=wanted.rounds, seconds=wanted.seconds)
            stripe.run(plan, Path(folder))


if __name__ == "__main__":
    main()
