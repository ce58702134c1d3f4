"""How an exchange looks to a scenario's matchers, and what its outcome tells the caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.accounts.account import Account
from simulator.failures.catalogue import failure as look_up
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
from simulator.gateway.outcomes import (
    AuthenticationOutcome,
    CheckoutShown,
    Declined,
    Marred,
    MethodList,
    OrderClosed,
    Outcome,
    PaymentList,
    PaymentOutcome,
    ReceiptShown,
    RefundOutcome,
    Refused,
    StatementShown,
    ThingList,
    ThingOutcome,
    Unknown,
)
from simulator.gateway.things import Dispute, RefundRequest
from simulator.scenario.facts import Facts
from simulator.stores.memory import ChannelState


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


def subject_of(command: Command, account: Account, channel: str) -> Subject:
    """Find what a command is about; an unknown id leaves the order empty."""
    if isinstance(command, CreatePayment):  # the most frequent by far
        operation = "authorize" if command.confirm else "create"
        return Subject(operation, command.order, create=command)
    about = _ABOUT.get(type(command))
    if about is not None:
        return about(command, account.store.channel(channel), account.clock.wall())
    named = getattr(command, "payment", None)  # a command names a payment, an order, or neither
    if named is None:
        return Subject(command.operation, getattr(command, "order", None) or "")
    return _of(command, account.store.channel(channel).payment(named))


def _of(command: Command, payment: Payment | None) -> Subject:
    """A command about a payment, if there is such a one."""
    return Subject(command.operation, payment.order if payment else "", payment)


def _of_listing(command: ListMethods, _: ChannelState, __: float) -> Subject:
    return Subject(command.operation, "", listing=command)


def _of_proof(command: Authenticate | ShowAuthentication, state: ChannelState, _: float) -> Subject:
    found = challenges.find(state, command.authentication)
    return _of(command, found[1] if found else None)


def _of_refund(command: RetrieveRefund, state: ChannelState, _: float) -> Subject:
    refund = state.refund(command.refund)
    return _of(command, state.payment(refund.payment) if refund else None)


def _of_dispute(
    command: RetrieveDispute | SubmitEvidence | AcceptDispute, state: ChannelState, _: float
) -> Subject:
    dispute = state.thing(command.dispute)
    return _of(command, state.payment(dispute.payment) if isinstance(dispute, Dispute) else None)


def _of_request(
    command: RetrieveRefundRequest | DeclineRefundRequest, state: ChannelState, _: float
) -> Subject:
    asked = state.thing(command.request)
    return _of(command, state.payment(asked.payment) if isinstance(asked, RefundRequest) else None)


def _of_checkout(
    command: PayCheckout | ShowCheckout | RetrieveCheckout, state: ChannelState, wall: float
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
_ABOUT: Final[Mapping[type, Callable[[Any, ChannelState, float], Subject]]] = MappingProxyType(
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


class Turn(msgspec.Struct, frozen=True, gc=False):
    """Whose turn it is: the order as fates know it, and which try of it, on which channel."""

    channel: str
    order: str
    attempt: int
    exchange: int


def facts_of(subject: Subject, turn: Turn, webhook: str | None = None) -> Facts:
    """What matchers see of an exchange, or of a delivery of the event type `webhook`."""
    thing = subject.create or subject.payment
    if thing is None:
        asked = subject.listing
        return Facts(
            channel=turn.channel,
            operation=subject.operation,
            order=turn.order,
            amount=asked.amount if asked else None,
            currency=asked.currency if asked else None,
            payer_country=asked.country if asked else None,
            product=asked.product if asked else None,
            webhook=webhook,
            attempt=turn.attempt,
            exchange=turn.exchange,
        )
    method, payer = thing.method, thing.payer
    return Facts(
        channel=turn.channel,
        operation=subject.operation,
        order=turn.order,
        method=method.type,
        card_country=method.country,
        card_brand=method.brand,
        card_token=method.token,
        amount=thing.amount,
        currency=thing.currency,
        payer_country=payer.country if payer else None,
        payer_email=subject.email or (payer.email if payer else None),
        payer=payer.id if payer else None,
        product=thing.product,
        webhook=webhook,
        attempt=turn.attempt,
        exchange=turn.exchange,
    )


class Told(msgspec.Struct, frozen=True, gc=False):
    """What an outcome tells the caller, for the journal: see journal.entry.Exchange."""

    seen: str = "ok"
    told: str | None = None
    payment: str | None = None
    refund: str | None = None
    failure: str | None = None
    retry: str | None = None
    retry_after: float | None = None
    rule: str | None = None
    shown: tuple[str, ...] = ()


def told_by(outcome: Outcome) -> Told:
    """What the caller learns if the answer to this outcome reaches it whole."""
    match outcome:
        case PaymentOutcome(payment, _):
            one = (f"{payment.id}:{payment.shown}",)
            return Told(
                "ok",
                str(payment.shown),
                payment.id,
                failure=payment.failure,
                rule=payment.rule,
                shown=one,
            )
        case Declined(payment, failure):
            retry = str(look_up(failure).retry)
            return Told(
                "fail",
                "failed",
                payment.id,
                failure=failure,
                retry=retry,
                retry_after=payment.retry_after,
                rule=payment.rule,
            )
        case Unknown(payment):
            return Told("info", None, payment.id, failure="transaction_timeout", retry="query")
        case RefundOutcome(refund, _):
            return Told("ok", str(refund.status), refund.payment, refund.id)
        case PaymentList(payments) | OrderClosed(_, payments):
            shown = tuple(f"{payment.id}:{payment.shown}" for payment in payments)
            return Told("ok", "closed" if isinstance(outcome, OrderClosed) else None, shown=shown)
        case Refused(reason, _, payment):
            return Told("fail", None, payment.id if payment else None, failure=str(reason))
        case other:
            return _told_beside(other)


def _told_beside(
    outcome: ThingOutcome
    | ThingList
    | CheckoutShown
    | MethodList
    | StatementShown
    | ReceiptShown
    | AuthenticationOutcome
    | Marred,
) -> Told:
    """What is learnt of things beside payments, and at pages."""
    match outcome:
        case ReceiptShown(payment):
            return Told("ok", str(payment.shown), payment.id)
        case AuthenticationOutcome(_, payment, _, problem):
            return Told(payment=payment.id, failure=problem)
        case Marred():
            return Told("info")
        case _:
            return Told()
