"""Anything may happen to intents in any order: each is charged once, and no more than it says."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from simulator.accounts.account import Origin
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.result import AuthStatus
from simulator.gateway.commands import Authenticate
from simulator.gateway.decide import decide
from simulator.gateway.directives import Directive, SettleLater
from simulator.gateway.ledger import HOLD, MERCHANT
from simulator.gateway.model import Payment, Status
from tests.stripe.desk import CHANNEL, Books

CARDS = (
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_chargeDeclinedInsufficientFunds",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
)
DIRECTIVES: tuple[Directive | None, ...] = (
    None,
    None,
    SettleLater(60.0),
    SettleLater(60.0, Status.PROCESSING),
)
#: What an intent may be after it was something; over what has ended nothing more can come.
OPEN = {
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "succeeded",
    "canceled",
}
AFTER = {
    **dict.fromkeys(OPEN, OPEN),
    "processing": OPEN - {"requires_confirmation", "requires_action"},
    "requires_capture": {"requires_capture", "processing", "succeeded", "canceled"},
    "succeeded": {"succeeded"},
    "canceled": {"canceled"},
}
which = st.integers(0, 5)


class Merchant(RuleBasedStateMachine):
    """A merchant who asks for anything, payers at their pages, and time."""

    @initialize()
    def _open(self) -> None:
        self.books = Books()
        self.known: dict[str, str] = {}

    def _ask(self, path: str, directive: Directive | None = None, **sent: Any) -> None:
        """Ask; what comes back is an intent, a refund or an error, and never a crash."""
        said = {name: value for name, value in sent.items() if value is not None}
        answer = self.books.ask("POST", path, directive, **said)
        shown = answer.get("error", {}).get("payment_intent") or answer
        if shown.get("object") == "payment_intent":
            self._see(shown)

    def _see(self, intent: dict[str, Any]) -> None:
        before, now = self.known.get(intent["id"]), intent["status"]
        assert now in OPEN
        assert before is None or now in AFTER[before], f"{before} -> {now}"
        assert (intent["next_action"] is not None) == (now == "requires_action")
        assert intent["amount_received"] <= intent["amount"]
        assert (intent["amount_capturable"] > 0) == (now == "requires_capture")
        self.known[intent["id"]] = now

    def _pick(self, place: int) -> str:
        return list(self.known)[place % len(self.known)]

    @rule(
        amount=st.integers(50, 5_000),
        card=st.sampled_from((None, *CARDS)),
        confirm=st.booleans(),
        capture=st.sampled_from(("automatic", "manual")),
        steps=st.sampled_from(("automatic", "manual")),
        directive=st.sampled_from(DIRECTIVES),
    )
    def create(
        self,
        amount: int,
        card: str | None,
        confirm: bool,
        capture: str,
        steps: str,
        directive: Directive | None,
    ) -> None:
        """A new intent, confirmed at once or not."""
        self._ask(
            "/v1/payment_intents",
            directive if confirm else None,
            amount=amount,
            currency="usd",
            payment_method=card,
            confirm="true" if confirm else "false",
            capture_method=capture,
            confirmation_method=steps,
        )

    @precondition(lambda self: self.known)
    @rule(
        place=which,
        amount=st.none() | st.integers(50, 5_000),
        card=st.none() | st.sampled_from(CARDS),
    )
    def update(self, place: int, amount: int | None, card: str | None) -> None:
        """Another amount, or another card."""
        path = f"/v1/payment_intents/{self._pick(place)}"
        self._ask(path, amount=amount, payment_method=card)

    @precondition(lambda self: self.known)
    @rule(
        place=which,
        card=st.none() | st.sampled_from(CARDS),
        away=st.booleans(),
        directive=st.sampled_from(DIRECTIVES),
    )
    def confirm(
        self, place: int, card: str | None, away: bool, directive: Directive | None
    ) -> None:
        """Try to take the money, with or without the payer."""
        path = f"/v1/payment_intents/{self._pick(place)}/confirm"
        self._ask(path, directive, payment_method=card, off_session="true" if away else "false")

    @precondition(lambda self: self.known)
    @rule(place=which, amount=st.none() | st.integers(1, 5_000))
    def capture(self, place: int, amount: int | None) -> None:
        """Take what is held, or a part of it."""
        path = f"/v1/payment_intents/{self._pick(place)}/capture"
        self._ask(path, amount_to_capture=amount)

    @precondition(lambda self: self.known)
    @rule(place=which)
    def cancel(self, place: int) -> None:
        """Call it off."""
        self._ask(f"/v1/payment_intents/{self._pick(place)}/cancel")

    @precondition(lambda self: self.known)
    @rule(place=which, amount=st.none() | st.integers(1, 5_000))
    def refund(self, place: int, amount: int | None) -> None:
        """Give it back, or a part of it."""
        self._ask("/v1/refunds", payment_intent=self._pick(place), amount=amount)

    @rule(place=which, action=st.sampled_from(("approve", "reject", "cancel")))
    def act(self, place: int, action: str) -> None:
        """A payer does something at a page, even one that is over."""
        account = self.books.account
        pages = [each for each in account.store.things.values() if isinstance(each, Authentication)]
        if not pages:
            return
        page = pages[place % len(pages)]
        decision = decide(
            Authenticate(page.id, action), account.context(CHANNEL, None, self.books.ids)
        )
        if decision.changes:
            account.commit(Origin(CHANNEL, "authenticate", page.order), decision)

    @rule(seconds=st.sampled_from((1.0, 60.0, 700.0)))
    def wait(self, seconds: float) -> None:
        """Time passes: late captures come, pages expire."""
        self.books.wait(seconds)

    @invariant()
    def every_intent_is_told_alike(self) -> None:
        """What is asked for again is what it came to, by steps that are allowed."""
        for name in list(self.known):
            self._see(self.books.ask("GET", f"/v1/payment_intents/{name}"))

    @invariant()
    def nobody_is_charged_twice(self) -> None:
        """At most one charge of an intent has money at a time."""
        taken: dict[str, list[Payment]] = {}
        for payment in self.books.state.payments():
            if payment.amount_captured or payment.status is Status.AUTHORIZED:
                taken.setdefault(payment.resource or "", []).append(payment)
        assert all(len(each) == 1 for each in taken.values())

    @invariant()
    def nobody_waits_for_what_is_over(self) -> None:
        """A page is open for the last try of an intent that waits for it, and for no other."""
        things = self.books.account.store.things.values()
        waiting = [
            each.payment
            for each in things
            if isinstance(each, Authentication) and each.result.status is AuthStatus.PENDING
        ]
        for name in waiting:
            payment = self.books.state.payment(name)
            assert payment is not None
            assert payment.status is Status.REQUIRES_ACTION
            assert self.known[payment.resource or ""] == "requires_action"

    @invariant()
    def the_ledger_says_the_same(self) -> None:
        """Debits are credits, and the merchant has what the charges say."""
        ledger, payments = self.books.account.store.ledger, list(self.books.state.payments())
        assert not any(ledger.totals().values())
        assert ledger.balance(MERCHANT, "USD") == sum(each.left for each in payments)
        held = [each.amount_authorized for each in payments if each.status is Status.AUTHORIZED]
        assert ledger.balance(HOLD, "USD") == sum(held)


def test_intents_whatever_happens() -> None:
    """Whatever merchant, payers and time do, money is conserved and states make sense."""
    run_state_machine_as_test(
        Merchant, settings=settings(max_examples=40, stateful_step_count=25, deadline=None)
    )
