"""One of the shop's accounts at Stripe: what is asked there, and in which order.

**Two requests for a charge.** The first makes an intent, the second confirms it. An intent that
nobody has confirmed takes nothing, so if the first gets no answer nothing has happened, and the
shop never has to wonder about a payment whose name it does not know. From the second on there is a
name: the intent can be confirmed again under the same key, looked at, and canceled, and one that is
canceled cannot be confirmed any more, not even by a request that is still on its way. Both requests
have keys that follow from the attempt's, so after a crash the first one finds the intent again.

One request (`confirm=True`) would be quicker. But if its answer is lost, only the same request
under the same key leads to the intent: Stripe's search lags behind, and its list knows no orders.

**What Stripe has no API for** goes the native way: messages to payers, and the payout by bank of a
refund that came back from the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
import msgspec

from simulator.merchants.careful.breaker import Breaker
from simulator.merchants.careful.channel import Kind, PaymentBody, Reply
from simulator.merchants.careful.config import Settings
from simulator.merchants.careful.gateway import NativeChannel
from simulator.merchants.careful.notices import Notice
from simulator.merchants.careful.records import Attempt, Order, Refund
from simulator.merchants.careful_stripe import objects, transactions
from simulator.merchants.careful_stripe.api import ask, ask_all, new_client
from simulator.merchants.careful_stripe.objects import Charge, Charges, Disputes, Intent, Whose

_TOLD: Final = Reply(Kind.TOLD)
#: As many objects as a page of a list can have.
_PAGE: Final = 100
#: What Stripe wants to know of an address.
_ADDRESS: Final = ("line1", "line2", "postal_code", "city", "state", "country")


class Nothing(msgspec.Struct):
    """An answer of which only that it came is of interest."""


class StripeChannel:
    """An account at Stripe; satisfies careful.channel.Channel."""

    def __init__(
        self, name: str, url: str, settings: Settings, session: aiohttp.ClientSession
    ) -> None:
        self.name = name
        self.breaker = Breaker(settings.breaker)
        self.quiet_until = 0.0
        self._shop = f"http://127.0.0.1:{settings.port}"
        self._api = new_client(url, settings.api_key, session).v1
        self._native = NativeChannel(name, url, settings, session)

    async def charge(
        self, order: Order, attempt: Attempt, card: Mapping[str, object] | None
    ) -> Reply:
        """Make the intent, unless it is known, and confirm it."""
        trouble = await self._make(order, attempt)
        if trouble is not None:
            return trouble
        wish: Any = {
            "payment_method_data": _method(order, attempt, card),
            "return_url": f"{self._shop}/orders/{order.id}",
        }
        if order.must_prove(attempt):
            wish["payment_method_options"] = {"card": {"request_three_d_secure": "any"}}
        call = self._api.payment_intents.confirm_async(
            attempt.handle, wish, {"idempotency_key": attempt.key}
        )
        answer = await ask(call, Intent)
        return answer if isinstance(answer, Reply) else answer.reply()

    async def look(self, order: Order) -> Reply:
        """The intents of the order, and the charges of those that were paid."""
        found: list[PaymentBody] = []
        for attempt in order.attempts_on(self.name):
            if attempt.over and not attempt.handle:
                continue  # it never got so far that anything could be charged
            reply = await self._make(order, attempt) or await self._look_at(order, attempt.handle)
            if reply.kind is not Kind.TOLD:
                return reply
            found += reply.payments
        return Reply(Kind.TOLD, tuple(found))

    async def close(self, order: Order) -> Reply:
        """Cancel every intent that could still be paid."""
        found: list[PaymentBody] = []
        for attempt in order.attempts_on(self.name):
            if attempt.over:
                continue
            reply = await self._make(order, attempt) or await self._cancel(attempt.handle)
            if reply.kind is not Kind.TOLD:
                return reply
            found += reply.payments
        return Reply(Kind.TOLD, tuple(found))

    async def give_back(self, order: Order, refund: Refund) -> Reply:
        """Refund a charge; what came back from the card is paid out by bank."""
        payment = order.payments[refund.payment]
        if refund.route != "original" and payment.charge is not None:
            return await self._pay_out(order, refund, payment.charge)
        whose = {"charge": payment.charge} if payment.charge else {"payment_intent": payment.id}
        own = {**self._own(order), objects.PAYMENT: refund.payment}
        wish: Any = {"amount": refund.amount, "metadata": own, **whose}
        call = self._api.refunds.create_async(wish, {"idempotency_key": refund.reference})
        return _of_refund(await ask(call, objects.Refund))

    async def ask_refund(self, refund: str) -> Reply:
        """Retrieve a refund."""
        return _of_refund(await ask(self._api.refunds.retrieve_async(refund), objects.Refund))

    async def tell(self, order: str, notice: Notice, way: str) -> Reply:
        """Send the payer a message."""
        return await self._native.tell(order, notice, way)

    async def answer(self, dispute: str, evidence: Mapping[str, str] | None) -> Reply:
        """Submit evidence, or close the dispute: that is how Stripe takes a yes."""
        options: Any = {"idempotency_key": f"answer-{dispute}"}
        if evidence is None:
            answer = await ask(self._api.disputes.close_async(dispute, None, options), Nothing)
        else:
            text = f"{evidence['receipt']}. {evidence['notes']}"
            shown = {"product_description": evidence["product"], "uncategorized_text": text}
            wish: Any = {"evidence": shown, "submit": True}
            answer = await ask(self._api.disputes.update_async(dispute, wish, options), Nothing)
        return answer if isinstance(answer, Reply) else _TOLD

    async def decline(self, request: str, reason: str) -> Reply:
        """Say no to a payer; Stripe has no such requests, so nobody will ask for this."""
        return await self._native.decline(request, reason)

    async def statement(self, day: str) -> Reply:
        """The balance transactions of a day."""
        start = datetime.fromisoformat(day).replace(tzinfo=UTC)
        end = start + timedelta(days=1)
        span: Any = {"gte": int(start.timestamp()), "lt": int(end.timestamp())}
        call = self._api.balance_transactions.list_async({"created": span, "limit": _PAGE})
        moved = await ask_all(call, transactions.Transaction)
        if isinstance(moved, Reply):
            return moved
        return Reply(Kind.TOLD, statement=tuple(transactions.rows(moved)))

    async def find(self, name: str) -> Reply:
        """The charge of this name, or that of the refund or dispute of this name."""
        kind = name.partition("_")[0]
        whole: Any = {"expand": ["charge"]}
        charge: Charge | Whose | Reply | None
        if kind == "re":
            charge = await ask(self._api.refunds.retrieve_async(name, whole), Whose)
        elif kind in {"dp", "du"}:
            charge = await ask(self._api.disputes.retrieve_async(name, whole), Whose)
        else:
            charge = await ask(self._api.charges.retrieve_async(name), Charge)
        if isinstance(charge, Whose):
            charge = charge.charge
        return charge if isinstance(charge, Reply) else _of_charges(charge)

    async def _make(self, order: Order, attempt: Attempt) -> Reply | None:
        """Make the intent of an attempt and note its name; None if that is known, or was made.

        Made again under its key it is the same intent. Whatever goes wrong, this request charged
        nothing.
        """
        if attempt.handle:
            return None
        currency, own = order.currency.lower(), self._own(order)
        if order.product is not None:
            own[objects.PRODUCT] = order.product
        call = self._api.payment_intents.create_async(
            {"amount": order.amount, "currency": currency, "metadata": own},
            {"idempotency_key": f"{attempt.key}-intent"},
        )
        made = await ask(call, Intent)
        if isinstance(made, Intent):
            attempt.handle = made.id
            return None
        if made.kind in {Kind.UNKNOWN, Kind.BUSY}:
            return Reply(Kind.DENIED, answered=made.answered)
        return made

    async def _cancel(self, intent: str) -> Reply:
        """Cancel an intent. The error for one that is over holds it, and that is as good."""
        call = self._api.payment_intents.cancel_async(intent, {"cancellation_reason": "abandoned"})
        answer = await ask(call, Intent)
        return answer if isinstance(answer, Reply) else answer.reply()

    async def _look_at(self, order: Order, intent: str) -> Reply:
        """What became of an intent; once it is paid, all that was ever charged for it.

        One that was paid says no more than that, so its charges are asked for alone.
        """
        known = order.payments.get(intent)
        if known is not None and known.status == "captured":
            return await self._look_at_charges(intent, known.charge)
        found = await ask(self._api.payment_intents.retrieve_async(intent), Intent)
        if isinstance(found, Reply):
            return found
        reply = found.reply()
        if any(each.status == "captured" for each in reply.payments):
            return await self._look_at_charges(intent, found.latest_charge)
        return reply

    async def _look_at_charges(self, intent: str, main: str | None) -> Reply:
        """The charges of an intent that took money or may; the `main` one is the intent itself."""
        call = self._api.charges.list_async({"payment_intent": intent, "limit": _PAGE})
        listed = await ask(call, Charges)
        if isinstance(listed, Reply):
            return listed
        bodies: list[PaymentBody] = []
        for charge in listed.data:
            if charge.status == "failed" and not charge.captured:
                continue
            body = charge.body(intent if charge.id == main else charge.id)
            trouble = await self._follow_dispute(charge, body) if charge.disputed else None
            if trouble is not None:
                return trouble
            bodies.append(body)
        return Reply(Kind.TOLD, tuple(bodies))

    async def _follow_dispute(self, charge: Charge, body: PaymentBody) -> Reply | None:
        """Find out what a dispute has done to a charge."""
        listed = await ask(self._api.disputes.list_async({"charge": charge.id}), Disputes)
        if isinstance(listed, Reply):
            return listed
        for dispute in listed.data:
            if dispute.state is not None:
                body.dispute, body.amount_disputed = dispute.id, dispute.holds
        return None

    async def _pay_out(self, order: Order, refund: Refund, charge: str) -> Reply:
        """Have the bank pay; natively a charge is a payment, under the same number."""
        payment = "pay_" + charge.partition("_")[2]
        return await self._native.give_back(order, msgspec.structs.replace(refund, payment=payment))

    def _own(self, order: Order) -> dict[str, str]:
        """What the shop notes in the metadata of all that it makes for an order."""
        return {objects.ORDER: order.id, objects.CHANNEL: self.name}


def _of_refund(answer: objects.Refund | Reply) -> Reply:
    return answer if isinstance(answer, Reply) else Reply(Kind.TOLD, refund=answer.body())


def _of_charges(charge: Charge | None) -> Reply:
    return _TOLD if charge is None else Reply(Kind.TOLD, (charge.body(charge.id),))


def _method(order: Order, attempt: Attempt, card: Mapping[str, object] | None) -> dict[str, Any]:
    """The payment method of an attempt, with what is known of who pays."""
    kind, token = attempt.method["type"], attempt.method.get("token")
    method: dict[str, Any] = {"type": kind, "billing_details": _billing(order.payer)}
    if kind == "card":
        method["card"] = dict(card) if card is not None else {"token": token}
    elif token is not None:
        method["wallet"] = {"token": token}
    return method


def _billing(payer: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: payer.get(name) for name in ("name", "email", "phone")}
    where = {"country": payer.get("country"), **(payer.get("address") or {})}
    address = {name: where[name] for name in _ADDRESS if where.get(name)}
    known: dict[str, Any] = {name: value for name, value in said.items() if value}
    return {**known, "address": address} if address else known
