"""The bridge to Stripe's library for Node: calls go over as JSON, results come back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

_SCRIPT = Path(__file__).with_name("calls.js")
_PATIENCE = 30.0


class Call(NamedTuple):
    """A call of a method of the library.

    Attributes:
        method: Its name below the client: `paymentIntents.create`, `webhooks.constructEvent`.
        values: What it is given.
        all: If above 0, it is a list, which is read through its pages up to so many things.
    """

    method: str
    values: tuple[Any, ...] = ()
    all: int = 0


class Result(NamedTuple):
    """What came of a call: one of the two.

    Attributes:
        answer: What it returned.
        raised: The error of Stripe's library, as its fields: `type` is its class
            (`StripeCardError`), `rawType` what the answer called it (`card_error`).
    """

    answer: Any = None
    raised: dict[str, Any] | None = None


def run_node(base_url: str, *calls: Call, key: str = "sk_test_node") -> list[Result]:
    """Make calls, one after the other, in one process of Node, and wait for it.

    Args:
        base_url: Of the gateway: `http://127.0.0.1:4242`.
        calls: What to call, and with what.
        key: The secret key.

    Raises:
        RuntimeError: Node did not get through them; what it said is in the message.
        subprocess.TimeoutExpired: It took longer than half a minute.
    """
    asked = {
        "base_url": base_url,
        "key": key,
        "calls": [{"call": each.method, "with": each.values, "all": each.all} for each in calls],
    }
    done = subprocess.run(
        ["node", _SCRIPT],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [Result(**each) for each in json.loads(done.stdout)]
