"""`python -m simulator.cli` is `paydrill`."""

from __future__ import annotations

from simulator.cli.main import run

run()
