"""The native dialect in the shape that all dialects have."""

from __future__ import annotations

from simulator.dialects.dialect import DomainDialect, Reply, Request, Trouble
from simulator.dialects.native import parse, render
from simulator.gateway.commands import Command
from simulator.gateway.outcomes import Outcome
from simulator.profiles import Profile


class NativeDialect(DomainDialect):
    """Plain JSON; satisfies dialects.dialect.Dialect."""

    name = "native"

    def parse(self, request: Request) -> Command:
        """The command in a request; raises Misread."""
        return parse.parse(request)

    def fingerprint(self, request: Request) -> str:
        """A hash of the canonical JSON of the body."""
        return parse.fingerprint(request.body)

    def render(self, outcome: Outcome, profile: Profile) -> Reply:
        """The answer that tells an outcome."""
        return render.render(outcome, profile)

    def complain(self, trouble: Trouble, message: str) -> Reply:
        """The answer to a request that cannot be understood or is not allowed."""
        return render.complain(trouble, message)

    def falsify(self, status: int, body: str, profile: Profile) -> Reply:
        """An answer of the gateway's own trouble."""
        return render.falsify(status, body, profile)
