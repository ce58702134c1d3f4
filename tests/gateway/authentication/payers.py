"""A payer at the pages of the pure domain: a store, a clock, a profile, and what the payer does."""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.gateway.authentication.codes import code_of
from simulator.gateway.authentication.otp import arrived
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.commands import Authenticate, Command, CreatePayment, ShowAuthentication
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Directive
from simulator.gateway.model import Method, Payer, Payment, Status
from simulator.gateway.outcomes import AuthenticationOutcome
from simulator.gateway.timers import ring
from simulator.ids import IdSource
from simulator.journal.entry import Commit
from simulator.profiles.profile import PLAIN, Profile
from simulator.profiles.rules import Authentication as Rules
from simulator.profiles.rules import Otp, ThreeDs
from simulator.stores.memory import MemoryStore

CARD = Method("card", "tok_visa_DE_1", "visa", "DE", "0001")
MASTERCARD = Method("card", "tok_mastercard_DE_1", "mastercard", "DE", "0001")
WALLET = Method("wallet", "w1")


def profile(three_ds: ThreeDs | None = None, otp: Otp | None = None, **fields: Any) -> Profile:
    """The plain profile with other rules for authentication."""
    rules = Rules(three_ds=three_ds or ThreeDs(), otp=otp or Otp())
    return msgspec.structs.replace(PLAIN, authentication=rules, **fields)


class World:
    """One account of which one payment at a time is looked at."""

    def __init__(self, rules: Profile | None = None) -> None:
        self.store = MemoryStore()
        self.channel = self.store.channel("primary")
        self.ids = IdSource("t")
        self.wall = 1_000.0
        self.rules = rules or profile()
        self.commits: list[Commit] = []
        self.decisions: list[Decision] = []
        self.payment_id = ""

    def pay(
        self, directive: Directive | None = None, charge: Directive | None = None, **fields: Any
    ) -> Payment:
        """Try to charge 1000; `charge` is what the scenario orders for the charge itself."""
        base: dict[str, Any] = {"order": "o1", "amount": 1000, "currency": "USD", "method": CARD}
        payer = Payer("DE", "a***@example.org", "+49*****89", id="p1")
        command = CreatePayment(**{**base, "payer": payer, **fields})
        decision = self.do(command, directive, charge)
        self.payment_id = decision.payments[0].id
        return self.payment

    def act(
        self,
        action: str,
        code: str | None = None,
        via: str | None = None,
        *,
        directive: Directive | None = None,
        charge: Directive | None = None,
    ) -> AuthenticationOutcome:
        """Let the payer do something at the page."""
        command = Authenticate(self.authentication.id, action, code, via)
        outcome = self.do(command, directive, charge).outcome
        assert isinstance(outcome, AuthenticationOutcome)
        return outcome

    def look(self) -> AuthenticationOutcome:
        """Let the payer look at the page."""
        outcome = self.do(ShowAuthentication(self.authentication.id)).outcome
        assert isinstance(outcome, AuthenticationOutcome)
        return outcome

    def submit(self, code: str | None = None) -> AuthenticationOutcome:
        """Type a code: the newest, unless another is given."""
        return self.act("submit_code", self.code() if code is None else code)

    def do(
        self, command: Command, directive: Directive | None = None, charge: Directive | None = None
    ) -> Decision:
        """Decide and apply, with the ledger's checks."""
        decision = decide(command, self.context(directive, charge))
        self.apply(decision, command.operation)
        return decision

    def expire(self) -> Payment:
        """Let the time of the payment's timer come, and ring it."""
        at = self.payment.settles_at
        assert at is not None
        self.wall = max(self.wall, at)
        self.apply(ring(self.payment, self.context()), "settle")
        return self.payment

    def context(
        self, directive: Directive | None = None, charge: Directive | None = None
    ) -> Context:
        """All that a decision may look at, now."""
        return Context(
            self.channel,
            directive,
            self.wall,
            self.ids,
            profile=self.rules,
            seed=7,
            pages="http://gateway/pay/shop",
            charge=charge,
        )

    def apply(self, decision: Decision, operation: str) -> None:
        """Put a decision into the store, as a commit; one that changes nothing is none."""
        self.decisions.append(decision)
        if not decision.changes:
            return
        commit = Commit(
            source="gateway", wall=self.wall, mono=self.wall, seq=len(self.commits) + 1,
            channel="primary", operation=operation, order="o1", payments=decision.payments,
            postings=decision.postings, events=decision.events, things=decision.things,
            closed=decision.closed,
        )  # fmt: skip
        self.commits.append(commit)
        self.store.check(commit)
        self.store.apply(commit)

    @property
    def payment(self) -> Payment:
        """The last payment, as it stands."""
        payment = self.channel.payment(self.payment_id)
        assert payment is not None
        return payment

    @property
    def authentication(self) -> Authentication:
        """The authentication of the last payment."""
        result = self.payment.authentication
        assert result is not None
        assert result.id is not None
        thing = self.channel.thing(result.id)
        assert isinstance(thing, Authentication)
        return thing

    @property
    def charged(self) -> int:
        """How much was taken from the payer, all payments together."""
        return -self.store.ledger.balance("payer", "USD")

    @property
    def events(self) -> list[str]:
        """The types of all events so far."""
        return [event.type for commit in self.commits for event in commit.events]

    def code(self, n: int | None = None) -> str:
        """The code of message `n`, or of the newest, whether it arrived or not."""
        sends = [each for each in self.authentication.sends if n in (None, each.n)]
        return code_of(self.authentication, sends[-1])

    def inbox(self) -> list[str]:
        """The codes that the payer has by now."""
        authentication = self.authentication
        return [code_of(authentication, each) for each in arrived(authentication, self.wall)]


WAITS = Status.REQUIRES_ACTION
