"""Pauses before another try: they double, and differ from order to order.

Without the difference, all orders that one outage hit would come back in the same instant. The
difference is derived from the key of the try, so that it is the same when a run is repeated.
"""

from __future__ import annotations

from hashlib import blake2b

from simulator.merchants.careful.config import Timings


def jitter(key: str, tries: int) -> float:
    """An even fraction in [0, 1), always the same for the same key and number of tries."""
    digest = blake2b(f"{key}:{tries}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def pause(timings: Timings, key: str, tries: int) -> float:
    """Seconds to wait after `tries` tries: doubled each time, capped, then 0 to 50 % longer."""
    cap = timings.backoff_cap if tries < timings.stale_tries else timings.backoff_stale
    doubled = timings.backoff * 2.0 ** min(max(tries - 1, 0), 16)
    return float(min(cap, doubled) * (1.0 + 0.5 * jitter(key, tries)))
