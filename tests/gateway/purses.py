"""A desk for wallets: a store, a clock that is moved by hand, and the acts of payers."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.gateway import wallets
from simulator.gateway.commands import Command, CreatePayment
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context, Decision
from simulator.gateway.directives import Directive
from simulator.gateway.ledger import wallet_account
from simulator.gateway.model import Method, Payment
from simulator.gateway.payers import Act, act
from simulator.gateway.things import RefundRequest, Wallet
from simulator.gateway.timers import heard, ring
from simulator.ids import IdSource
from simulator.journal.entry import Commit
from simulator.profiles.profile import PLAIN, Profile
from simulator.profiles.rules import Level, Retrying
from simulator.profiles.rules import Wallet as Rules
from simulator.stores.memory import MemoryStore

_RULES = Rules(
    methods=frozenset({"wallet"}),
    opening={"CNY": 10_000},
    opening_level=1,
    levels=(
        Level(level=1, single={"CNY": 8_000}, daily={"CNY": 12_000}, balance={"CNY": 50_000}),
        Level(level=2, single={"CNY": 50_000}, daily={"CNY": 90_000}),
    ),
    retrying=Retrying(
        tries=3,
        every=2.0,
        on=frozenset({wallets.TOO_LITTLE, wallets.FROZEN, wallets.OUTDATED}),
    ),
    oldest_app="8.2.0",
)
#: A gateway that keeps wallets, sends again what they refuse, and knows two identity levels.
GOPAY: Profile = replace(PLAIN, wallet=_RULES)
#: The same, but it gives up at once.
STRICT: Profile = replace(GOPAY, wallet=replace(_RULES, retrying=None))


class Purses:
    """Decides and applies, with the ledger's checks, and lets time pass."""

    def __init__(self, profile: Profile = GOPAY) -> None:
        self.profile = profile
        self.store = MemoryStore()
        self.ids = IdSource("w")
        self.wall = 1_800_000_000.0
        self.commits: list[Commit] = []

    def context(self, directive: Directive | None = None, channel: str = "primary") -> Context:
        """What a decision may look at, now."""
        store = self.store.channel(channel)
        return Context(store, directive, self.wall, self.ids, profile=self.profile)

    def do(self, command: Command, directive: Directive | None = None) -> Decision:
        """What a merchant asks."""
        return self.apply(decide(command, self.context(directive)), command.operation)

    def act(self, command: Act) -> Decision:
        """What a payer does."""
        return self.apply(act(command, self.context()), "payer")

    def pay(
        self,
        token: str | None,
        amount: int = 1_000,
        directive: Directive | None = None,
        **kw: str,
    ) -> Payment:
        """A payment from a wallet; the payment as it then is."""
        order = kw.get("order") or self.ids.new("o")
        command = CreatePayment(
            order=order,
            amount=amount,
            currency="CNY",
            method=Method("wallet", token),
            capture=kw.get("capture", "automatic"),
        )
        return self.do(command, directive).payments[0]

    def wait(self, payment: Payment) -> Payment:
        """Let the time of what happens by itself come, and happen."""
        now = self.now(payment)
        assert now.settles_at is not None
        self.wall = max(self.wall, now.settles_at)
        self.apply(ring(now, self.context(channel=now.channel)), "settle")
        return self.now(payment)

    def hear(self, payment: Payment) -> Payment:
        """The merchant acknowledges an event of the payment."""
        decision = heard(self.now(payment), self.context(channel=payment.channel))
        if decision is not None:
            self.apply(decision, "settle")
        return self.now(payment)

    def now(self, payment: Payment) -> Payment:
        """A payment as it stands."""
        kept = self.store.channel(payment.channel).payment(payment.id)
        assert kept is not None
        return kept

    def wallet(self, token: str) -> Wallet:
        """A wallet as it stands, or will when it is first used."""
        return wallets.find(token, self.context())

    def holds(self, token: str, currency: str = "CNY") -> int:
        """What is in it; the ledger says the same of one that was used."""
        wallet = self.wallet(token)
        if currency in wallet.balances:
            booked = self.store.ledger.balance(wallet_account(token), currency)
            assert booked == wallet.balances[currency]
        return wallets.balance(wallet, currency, self.profile)

    def request(self, payment: Payment) -> RefundRequest:
        """What its payer asked back."""
        kept = self.store.things[f"rr_{payment.id.removeprefix('pay_')}"]
        assert isinstance(kept, RefundRequest)
        return kept

    def apply(self, decision: Decision, operation: str) -> Decision:
        """Put a decision into the store, as a commit."""
        line = Commit(
            source="gateway",
            wall=self.wall,
            mono=self.wall,
            seq=len(self.commits) + 1,
            channel="primary",
            operation=operation,
            order=decision.payments[0].order if decision.payments else "",
            payments=decision.payments,
            refunds=decision.refunds,
            postings=decision.postings,
            events=decision.events,
            things=decision.things,
            closed=decision.closed,
        )
        self.store.check(line)
        self.store.apply(line)
        self.commits.append(line)
        return decision
