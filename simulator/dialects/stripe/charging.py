"""A charge without a payment intent, as integrations made them before there were any.

Nobody can be asked for a proof here: a card that wants one is refused with
`authentication_required`.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from simulator.dialects import paying
from simulator.dialects.stripe import amounts, descriptors, instruments, intentview, tokens
from simulator.dialects.stripe.cardentry import card_error
from simulator.dialects.stripe.chargeparams import CreateParams
from simulator.dialects.stripe.chargeview import charge_view
from simulator.dialects.stripe.chargewords import KIND
from simulator.dialects.stripe.confirming import check_order
from simulator.dialects.stripe.customers import check_email
from simulator.dialects.stripe.declines import of
from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.metadata import merged, order_of, product_of
from simulator.dialects.stripe.names import charge_of
from simulator.dialects.stripe.objection import absent, invalid
from simulator.dialects.stripe.sourceview import card_id, card_view
from simulator.errors import NotATestCard
from simulator.gateway import charges, wallets
from simulator.gateway.commands import Call, CreatePayment
from simulator.gateway.model import Method, Payment
from simulator.gateway.outcomes import Declined, Outcome
from simulator.gateway.ports import Snapshot
from simulator.gateway.subject import Subject
from simulator.gateway.testcards import method_of
from simulator.gateway.things import Resource


def create(desk: Desk, params: CreateParams) -> Answer:
    """Take or hold money at once; raises Objection."""
    currency = amounts.currency_in(params.currency)
    amount = amounts.amount_in(params.amount, currency)
    check_email(params.receipt_email, "receipt_email")
    descriptors.check(params)
    metadata = merged({}, params.metadata)
    source = _source(desk, params)
    how = instruments.charged_by(source, desk.now, absent=True)
    amounts.check_for(how, amount, currency)
    check_order(desk, order_of(params.metadata, ""))
    new = charges.new_payment(_purchase(params, how, amount, currency), desk.context)
    name = charge_of(new.id)
    payment = replace(new, resource=name, order=order_of(params.metadata, name))
    by_token = source.fields["customer"] is None
    desk.put(
        Resource(
            id=name,
            kind=KIND,
            channel=payment.channel,
            order=payment.order,
            payment=payment.id,
            fields={
                "billing_details": source.fields["billing_details"],
                "customer": params.customer,
                "description": params.description,
                "fraud_details": {},
                "metadata": metadata,
                "payment_method": card_id(source) if by_token else source.id,
                "receipt_email": params.receipt_email,
                "shipping": msgspec.to_builtins(params.shipping),
                "source": card_view(source) if by_token else None,
                "statement_descriptor": params.statement_descriptor,
                "statement_descriptor_suffix": params.statement_descriptor_suffix,
                "transfer_group": params.transfer_group,
                "tried": instruments.method_view(source),
            },
        )
    )
    decided = charges.charge(payment, desk.context, created=True)
    return told(desk, payment, desk.work(wallets.carry(decided, desk.context)))


def told(desk: Desk, payment: Payment, outcome: Outcome) -> Answer:
    """The answer to a try: the charge, or an error that names it."""
    if isinstance(outcome, Declined):
        error = intentview.failure_view(outcome.payment, {})
        return Answer({"error": error}, outcome, of(outcome.failure).status)
    now = desk.payment(payment.id) or payment
    made_for = desk.find(now.resource) if now.resource else None
    return Answer(charge_view(now, made_for, desk.context.wall), outcome)


def about(call: Call, snapshot: Snapshot) -> Subject:
    """What a new charge is about."""
    params: CreateParams = call.params
    order = order_of(params.metadata, "")
    amount, currency = params.amount, params.currency
    if not isinstance(amount, int) or not isinstance(currency, str):
        return Subject("authorize", order)
    how = _seen(params.source, snapshot)
    return Subject("authorize", order, create=_purchase(params, how, amount, currency))


def _purchase(params: CreateParams, how: Method, amount: int, currency: str) -> CreatePayment:
    return CreatePayment(
        order=order_of(params.metadata, ""),
        amount=amount,
        currency=currency.upper(),
        method=how,
        capture="automatic" if params.capture else "manual",
        product=product_of(params.metadata),
        absent=True,
    )


def _source(desk: Desk, params: CreateParams) -> Resource:
    """What is charged: the card behind a token, or a payment method of the customer's."""
    name, customer = params.source, params.customer
    if customer is not None:
        desk.get("customer", customer, "customer")
    if name is None and customer is None:
        raise absent("source")
    if name is None:
        raise card_error(
            "missing",
            "Cannot charge a customer that has no active card. Customers keep payment methods "
            "here, and no cards; name one of them as the source.",
            "card",
        )
    if customer is None:
        if name.startswith("pm_") and not name.startswith("pm_card_"):
            raise invalid(
                "A payment method is charged together with its customer.", "customer", kept=True
            )
        return instruments.find(desk, name, "source")
    method = desk.find(name)
    own = method is not None and method.fields.get("customer") == customer
    if method is None or method.kind != instruments.KIND or not own:
        raise invalid(
            f"Customer {customer} does not have a linked source with ID {name}.",
            "source",
            "missing",
            kept=True,
        )
    return method


def _seen(source: str | None, snapshot: Snapshot) -> Method:
    """What is charged, as far as it can be told before it is."""
    kept = snapshot.resource(source or "")
    if kept is not None and kept.kind in (tokens.KIND, instruments.KIND):
        return msgspec.convert(kept.fields["method"], Method)
    try:
        return method_of(paying.card(source or ""))
    except NotATestCard:
        return Method("card")
