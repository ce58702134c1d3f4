"""What a merchant tells its payers through the gateway: by SMS, e-mail, phone, or in its app."""

from __future__ import annotations

from simulator.gateway.commands import Notify
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Undeliver
from simulator.gateway.outcomes import ThingOutcome
from simulator.gateway.things import Notice


def notify(command: Notify, context: Context) -> Decision:
    """Send a message on, and say whether it arrived."""
    lost = isinstance(context.directive, Undeliver) and context.directive.via == command.via
    notice = Notice(
        id=context.ids.new("ntc"),
        channel=context.snapshot.channel,
        order=command.order,
        via=command.via,
        message=command.message,
        language=command.language,
        reason=command.reason,
        next_step=command.next_step,
        delivered=not lost,
        created=context.wall,
    )
    unheeded = context.directive is not None and not lost
    return Decision(ThingOutcome(notice, created=True), things=(notice,), unheeded=unheeded)
