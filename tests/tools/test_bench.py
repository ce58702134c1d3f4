"""The measurements measure: each server does its work, and both did the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.bench import stripe


def test_both_servers_take_payment_intents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A short round of each: all requests were paid, or the round would have failed."""
    pytest.importorskip("localstripe")
    ours, rival = stripe.run(stripe.Plan(connections=2, rounds=1, seconds=0.2), tmp_path)
    assert rival is not None
    assert ours.rates[0] > 0
    assert rival.rates[0] > 0
    assert "times as many" in capsys.readouterr().out
    assert ours.process.poll() is not None  # neither outlives the run
    assert rival.process.poll() is not None
