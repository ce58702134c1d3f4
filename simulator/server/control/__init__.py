"""The control API: scenarios, faults, phases, clocks and journals of accounts, over HTTP.

`routes` lists what there is; the handlers stand by topic. Every path but `/health` needs the
token. Errors are `{"error": {"message", "problems"}}`.
"""

from __future__ import annotations

from simulator.server.control.application import application

__all__ = ["application"]
