"""Reviews: what people at the gateway decide on payments that risk has stopped."""

from __future__ import annotations

from simulator.accounts.account import Account, Origin
from simulator.dialects.native.render import payment_view
from simulator.dialects.native.views import PaymentView
from simulator.errors import UsageError
from simulator.gateway import documents
from simulator.gateway.model import Payment
from simulator.gateway.outcomes import Refused
from simulator.server.control.bodies import Asked, Nothing
from simulator.server.control.call import Call, Missing


class Approval(Asked, frozen=True):
    """How it ends."""

    approve: bool


async def decide_review(call: Call[Nothing, Approval]) -> PaymentView:
    """Decide as an analyst of the gateway: on a payment that is under review, at once.

    Approved, it is charged; rejected, it fails with `risk_blocked`. Approving one that was blocked
    lifts the block as documents do: that payment stays failed, and the next by the same card or
    payer passes.
    """
    account = call.tenant.account
    payment = _payment(account, call.places["payment"])
    context = account.context(payment.channel, None, call.gateway.ids)
    decision = documents.review(payment, context, approve=call.body.approve)
    if isinstance(decision.outcome, Refused):
        raise UsageError(decision.outcome.message)
    account.commit(Origin(payment.channel, "review", payment.order), decision)
    return payment_view(_payment(account, payment.id))


def _payment(account: Account, name: str) -> Payment:
    found = (channel.payment(name) for channel in account.store.channels())
    payment = next((each for each in found if each is not None), None)
    if payment is None:
        raise Missing("there is no such payment")
    return payment
