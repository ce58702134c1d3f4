"""Showing a page: it moves no money, and it may be shown with a flaw."""

from __future__ import annotations

from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Mar
from simulator.gateway.outcomes import Flaw, Marred, Outcome


def shown(outcome: Outcome, context: Context) -> Decision:
    """The decision that a page is shown, whole or as the directive mars it."""
    directive = context.directive
    if isinstance(directive, Mar):
        return Decision(Marred(outcome, Flaw(directive.how)))
    return Decision(outcome, unheeded=directive is not None)
