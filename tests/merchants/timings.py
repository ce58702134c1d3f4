"""The careful shop in a hurry: the same proportions, so that a drill fits into a few seconds."""

from __future__ import annotations

from simulator.merchants.careful.config import Timings

QUICK = Timings(
    request=0.7,
    answer=1.0,
    backoff=0.13,
    backoff_cap=0.4,
    backoff_stale=1.0,
    query_gap=0.25,
    waiting_gap=0.4,
    processing=2.5,
    challenge=5.0,
    give_up=3.0,
    retry_after=0.5,
    checks_clean=(0.8, 2.5),
    checks=(0.5, 1.2, 2.2, 3.5, 5.0, 7.0, 9.0, 12.0, 15.0, 20.0, 30.0),
    refused=0.2,
    lasting=2.0,
    statement=0.8,
    settled=0.3,
)
