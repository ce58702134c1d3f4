"""The guide for Stripe integrations works as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import stripe

from simulator.assembly import Serving

GUIDE = Path(__file__).resolve().parents[2] / "docs/how-to/rehearse-a-stripe-integration.md"


def test_the_guide_works_as_it_is_printed(
    gateway: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its Python, from the first line to the last, against a gateway on other ports."""
    for name in ("api_key", "api_base", "max_network_retries"):
        monkeypatch.setattr(stripe, name, getattr(stripe, name))
    text = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    program = "\n".join(blocks)
    program = program.replace("http://127.0.0.1:4242", gateway.primary)
    program = program.replace("http://127.0.0.1:4243", gateway.control)
    assert len(blocks) > 5
    exec(compile(program, str(GUIDE), "exec"), {"TOKEN": gateway.token})  # noqa: S102 - our own
