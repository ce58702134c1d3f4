"""What one gateway is like, as data: its numbered codes, methods and limits."""

from __future__ import annotations

from simulator.profiles.catalogue import load
from simulator.profiles.method import MethodRule
from simulator.profiles.profile import Profile

__all__ = ["MethodRule", "Profile", "load"]
