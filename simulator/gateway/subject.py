"""What a command is about: its order, the payment it names, and the operation it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.gateway import challenges, checkouts
from simulator.gateway.commands import (
    AcceptDispute,
    Authenticate,
    Command,
    CreatePayment,
    DeclineRefundRequest,
    ListMethods,
    PayCheckout,
    RetrieveCheckout,
    RetrieveDispute,
    RetrieveRefund,
    RetrieveRefundRequest,
    ShowAuthentication,
    ShowCheckout,
    SubmitEvidence,
)
from simulator.gateway.model import Payment
from simulator.gateway.ports import Snapshot
from simulator.gateway.things import Dispute, RefundRequest


class Subject(msgspec.Struct, frozen=True, gc=False):
    """What a command is about: its order, the payment it names, and the operation it is.

    A payment that is made without confirm moves no money, so it is a `create`, which only rules
    without an operation match.
    """

    operation: str
    order: str
    payment: Payment | None = None
    create: CreatePayment | None = None
    listing: ListMethods | None = None

    @property
    def email(self) -> str | None:
        """The payer's address, where the command tells it."""
        return self.create.email if self.create else None


def subject_of(command: Command, snapshot: Snapshot, wall: float) -> Subject:
    """Find what a command is about; an unknown id leaves the order empty."""
    if isinstance(command, CreatePayment):  # the most frequent by far
        operation = "authorize" if command.confirm else "create"
        return Subject(operation, command.order, create=command)
    about = _ABOUT.get(type(command))
    if about is not None:
        return about(command, snapshot, wall)
    named = getattr(command, "payment", None)  # a command names a payment, an order, or neither
    if named is None:
        return Subject(command.operation, getattr(command, "order", None) or "")
    return _of(command, snapshot.payment(named))


def _of(command: Command, payment: Payment | None) -> Subject:
    """A command about a payment, if there is such a one."""
    return Subject(command.operation, payment.order if payment else "", payment)


def _of_listing(command: ListMethods, _: Snapshot, __: float) -> Subject:
    return Subject(command.operation, "", listing=command)


def _of_proof(command: Authenticate | ShowAuthentication, state: Snapshot, _: float) -> Subject:
    found = challenges.find(state, command.authentication)
    return _of(command, found[1] if found else None)


def _of_refund(command: RetrieveRefund, state: Snapshot, _: float) -> Subject:
    refund = state.refund(command.refund)
    return _of(command, state.payment(refund.payment) if refund else None)


def _of_dispute(
    command: RetrieveDispute | SubmitEvidence | AcceptDispute, state: Snapshot, _: float
) -> Subject:
    dispute = state.thing(command.dispute)
    return _of(command, state.payment(dispute.payment) if isinstance(dispute, Dispute) else None)


def _of_request(
    command: RetrieveRefundRequest | DeclineRefundRequest, state: Snapshot, _: float
) -> Subject:
    asked = state.thing(command.request)
    return _of(command, state.payment(asked.payment) if isinstance(asked, RefundRequest) else None)


def _of_checkout(
    command: PayCheckout | ShowCheckout | RetrieveCheckout, state: Snapshot, wall: float
) -> Subject:
    """What somebody does with a checkout; whoever cannot pay there only looks at the page."""
    checkout = checkouts.find(state, command.checkout)
    if checkout is None:
        return Subject("page" if isinstance(command, PayCheckout) else command.operation, "")
    if isinstance(command, PayCheckout):
        if checkouts.obstacle(command, checkout, state, wall) is None:
            purchase = checkouts.purchase(command, checkout)
            return Subject(command.operation, checkout.order, create=purchase)
        return Subject("page", checkout.order, checkouts.last_payment(checkout, state))
    payment = checkouts.last_payment(checkout, state)
    return Subject(command.operation, checkout.order, payment)


#: Commands that name neither a payment nor an order, or more than that.
_ABOUT: Final[Mapping[type, Callable[[Any, Snapshot, float], Subject]]] = MappingProxyType(
    {
        ListMethods: _of_listing,
        PayCheckout: _of_checkout,
        ShowCheckout: _of_checkout,
        RetrieveCheckout: _of_checkout,
        Authenticate: _of_proof,
        ShowAuthentication: _of_proof,
        RetrieveRefund: _of_refund,
        RetrieveDispute: _of_dispute,
        SubmitEvidence: _of_dispute,
        AcceptDispute: _of_dispute,
        RetrieveRefundRequest: _of_request,
        DeclineRefundRequest: _of_request,
    }
)
