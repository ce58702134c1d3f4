"""How test cards prove who pays."""

from __future__ import annotations

from functools import lru_cache

from simulator.gateway.directives import Challenge
from simulator.profiles.method import Proof


@lru_cache(maxsize=128)
def challenge_of(proof: str) -> Challenge:
    """The challenge that a test card brings with it: `three_ds:rejected`, `otp:refused`."""
    kind, _, result = proof.partition(":")
    if kind == Proof.OTP and result in ("refused", "expired"):
        return Challenge(Proof.OTP, code=result)
    return Challenge(Proof(kind), result)
