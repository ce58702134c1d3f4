"""Setting a way of paying up for later: its payer proves whose it is, and no money moves.

There is no payment to wait with. The authentication stands for itself, with the method that it is
about and what of a dialect it is done for; at its page a payment of nothing is shown in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec.structs import replace

from simulator.gateway import proving
from simulator.gateway.authentication.beginning import Begun
from simulator.gateway.authentication.beginning import begin as ask
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthResult, AuthStatus
from simulator.gateway.authentication.result import called_off as end
from simulator.gateway.authentication.steps import Step
from simulator.gateway.decision import Context, Decision
from simulator.gateway.gates import authentication as gate
from simulator.gateway.model import Event, Method, Payer, Payment, Status
from simulator.gateway.outcomes import PaymentOutcome

#: By which name scenarios know of the end of one.
SUCCEEDED: Final = "authentication.succeeded"
FAILED: Final = "authentication.failed"
_OPERATION: Final = "create"
_STATUSES: Final[Mapping[AuthStatus, Status]] = MappingProxyType(
    {
        AuthStatus.PENDING: Status.REQUIRES_ACTION,
        AuthStatus.FAILED: Status.FAILED,
        AuthStatus.CANCELED: Status.CANCELED,
    }
)
_UNASKED: Final = Begun(AuthResult(type="three_ds", status=AuthStatus.UNAVAILABLE))


class Setup(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What is to be set up: a method, for the `resource` of a dialect.

    `prove` and `quiet` are as in model.Payment.
    """

    resource: str
    channel: str
    method: Method
    order: str = ""
    payer: Payer | None = None
    return_url: str | None = None
    prove: bool = False
    quiet: bool = False


def begin(setup: Setup, context: Context) -> Begun:
    """Ask the payer for the proof, if anything wants one; with no result where nothing does.

    It is no charge: what a scenario orders for those does not strike it.
    """
    calm = replace(context, directive=None)
    payment = _payment(setup)
    challenge = proving.demand(payment, gate.gate(payment, calm), calm)
    if challenge is None:
        return _UNASKED
    begun = ask(payment, challenge, calm)
    if begun.challenge is None:
        return begun
    opened = replace(
        begun.challenge,
        operation=_OPERATION,
        resource=setup.resource,
        method=setup.method,
        settles_at=begun.result.expires,
    )
    return replace(begun, challenge=opened)


def was_asked(begun: Begun) -> bool:
    """Whether a proof was asked for at all."""
    return begun is not _UNASKED


def called_off(name: str, context: Context) -> Authentication | None:
    """The authentication of this id, ended by the merchant; None if it was over before."""
    found = context.snapshot.thing(name)
    if not isinstance(found, Authentication) or found.result.status is not AuthStatus.PENDING:
        return None
    result = end(found.result) or found.result
    return replace(found, result=result, settles_at=None)


def stand_in(authentication: Authentication) -> Payment:
    """A payment of nothing, in the state of an authentication; it is shown, and nobody keeps it."""
    status = _STATUSES.get(authentication.result.status, Status.CAPTURED)
    return Payment(
        id="",
        order=authentication.order,
        channel=authentication.channel,
        status=status,
        amount=0,
        currency="",
        method=authentication.method or Method("card"),
        return_url=authentication.return_url,
        resource=authentication.resource,
        failure=authentication.problem if status is Status.FAILED else None,
        authentication=authentication.result,
        created=authentication.begun,
        updated=authentication.begun,
    )


def settled(step: Step, context: Context) -> Decision:
    """What a step means for what is set up: it goes on, or has ended, which is told."""
    after = step.authentication
    if step.failure is not None:
        after = replace(after, problem=step.failure)
    pending = after.result.status is AuthStatus.PENDING
    now = replace(after, settles_at=after.expires if pending else None)
    outcome = PaymentOutcome(stand_in(now))
    if now == context.snapshot.thing(now.id):
        return Decision(outcome)
    return Decision(outcome, things=(now,), events=() if pending else (_told(now, context),))


def _told(authentication: Authentication, context: Context) -> Event:
    type_ = SUCCEEDED if authentication.result.passed else FAILED
    name, channel = authentication.id, authentication.channel
    return Event(context.ids.new("evt"), type_, channel, authentication.order, "", thing=name)


def _payment(setup: Setup) -> Payment:
    return Payment(
        id="",
        order=setup.order,
        channel=setup.channel,
        status=Status.CREATED,
        amount=0,
        currency="",
        method=setup.method,
        payer=setup.payer,
        return_url=setup.return_url,
        resource=setup.resource,
        prove=setup.prove,
        quiet=setup.quiet,
    )
