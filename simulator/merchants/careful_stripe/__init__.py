"""The careful shop on Stripe's own library: the same shop, and another way to ask.

All of its rules are those of the folder careful. What is here is what Stripe makes different, and
it is not much: api.py (what an exception of the library is worth), objects.py (intents, charges and
refunds as the shop sees them), codes.py (why a payment failed), channel.py (what to ask, and in
which order), webhooks.py, and transactions.py (balance transactions as the statement of a day).

Only the address of the API differs from a shop that takes money in earnest.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from simulator.merchants.careful import run

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the shop until it is told to stop; 0, or 2 if the environment is not right."""
    if find_spec("stripe") is None:
        sys.stderr.write(
            "careful-stripe needs Stripe's library, and this Python has none; install the extra: "
            "pip install 'paydrill[stripe]'\n"
        )
        return 2
    from simulator.merchants.careful_stripe.app import make_app  # noqa: PLC0415 - it needs the extra

    return run("careful-stripe", make_app, argv)
