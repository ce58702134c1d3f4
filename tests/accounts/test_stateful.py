"""Whatever callers, payers, banks, analysts, faults and time do, money and memory stay true."""

from __future__ import annotations

from collections import defaultdict

import msgspec
import pytest
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
from simulator.accounts.recorder import Recorder
from simulator.accounts.registry import Registry
from simulator.accounts.restore import Restored, restore
from simulator.checkers.audit import audit
from simulator.clock import VirtualClock
from simulator.gateway import documents
from simulator.gateway.authentication.codes import code_of
from simulator.gateway.authentication.record import Authentication
from simulator.gateway.authentication.steps import ACTIONS
from simulator.gateway.commands import (
    AcceptDispute,
    Authenticate,
    CancelOrder,
    CancelPayment,
    CapturePayment,
    Command,
    ConfirmPayment,
    CreateCheckout,
    CreatePayment,
    CreateRefund,
    DeclineRefundRequest,
    FindPayments,
    Notify,
    PayCheckout,
    RetrieveCheckout,
    RetrievePayment,
    ShowAuthentication,
    ShowCheckout,
    ShowReceipt,
    SubmitDocument,
    SubmitEvidence,
)
from simulator.gateway.decide import decide
from simulator.gateway.directives import (
    Directive,
)
from simulator.gateway.idempotency import Slot
from simulator.gateway.ledger import FEES, HOLD, MERCHANT, wallet_account
from simulator.gateway.model import (
    TERMINAL,
    Aftermath,
    Booking,
    Method,
    Payer,
    Payment,
    Status,
)
from simulator.gateway.payers import (
    Act,
    ChangeWallet,
    CloseDispute,
    LeavePayment,
    OpenDispute,
    TopUp,
    Transfer,
)
from simulator.gateway.refundrequests import AskRefund
from simulator.gateway.things import Checkout, Dispute, RefundRequest, Wallet
from simulator.ids import IdSource
from simulator.journal.entry import Commit, Delivery
from simulator.journal.history import History
from simulator.profiles import load
from simulator.stores.memory import ChannelState
from simulator.stores.replays import is_kept
from tests.accounts.alike import same
from tests.accounts.choices import (
    BOOKINGS,
    CHANNELS,
    CLOSED,
    CURRENCY,
    DIRECTIVES,
    FITTING,
    METHODS,
    MOVING,
    ORDERS,
    PAYERS,
    PROFILES,
    TAKING,
    TOKENS,
)
from tests.accounts.test_restore import Recording

directives = st.one_of(st.none(), st.sampled_from(DIRECTIVES))
places = st.integers(0, 40)


class Life(RuleBasedStateMachine):
    """One account with two channels, all that can be asked of it, and time."""

    profile = "default"

    @initialize()
    def _open(self) -> None:
        self.recording = Recording()
        self.clock = VirtualClock()
        self.account = self._fresh().account("shop")
        self.account.pages = {name: f"http://{name}/pay/shop" for name in CHANNELS}
        self.ids = IdSource("t")
        self.keys: list[Slot] = []
        self.closed: set[tuple[str, str]] = set()

    def _fresh(self) -> Registry:
        recorder = Recorder(self.recording, self.clock)
        return Registry(clock=self.clock, profile=load(self.profile), recorder=recorder)

    # -- what is there ----------------------------------------------------------------------

    def _states(self) -> list[ChannelState]:
        return [self.account.store.channel(name) for name in CHANNELS]

    def _payments(self) -> list[Payment]:
        return [payment for state in self._states() for payment in state.payments()]

    def _payment(self, place: int) -> Payment:
        payments = self._payments()
        return payments[place % len(payments)]

    def _things(self, kind: type) -> list:  # type: ignore[type-arg]
        return [thing for thing in self.account.store.things.values() if isinstance(thing, kind)]

    # -- what is done -----------------------------------------------------------------------

    def _do(
        self,
        channel: str,
        command: Command,
        order: str,
        directive: Directive | None = None,
        charge: Directive | None = None,
        booking: Booking | None = None,
        *,
        keyed: bool = False,
    ) -> None:
        """One exchange, as the pipeline does it."""
        account, operation = self.account, command.operation
        origin = Origin(channel, operation, order)
        origin.exchange = self.ids.new("ex")
        if operation in ("authorize", "confirm", "capture", "cancel", "refund"):
            origin.attempt = account.store.next_attempt(order, operation)
        context = account.context(channel, directive, self.ids, booking)
        context = msgspec.structs.replace(context, charge=charge)
        decision = decide(command, context)
        stored = keyed and is_kept(decision.outcome)
        if stored:
            origin.slot = Slot(channel, "/p", f"k{len(self.keys)}")
            origin.fingerprint = "f"
            self.keys.append(origin.slot)
        if decision.changes or stored:
            account.commit(origin, decision)

    def _act(self, channel: str, act: Act) -> None:
        self.account.act(channel, act, self.ids)

    @rule(
        channel=st.sampled_from(CHANNELS),
        order=st.sampled_from(ORDERS),
        method=st.one_of(st.just(METHODS[0]), st.sampled_from(METHODS)),
        amount=st.integers(1, 900),
        directive=directives,
        charge=directives,
        booking=st.sampled_from(BOOKINGS),
        how=st.sampled_from(["automatic", "automatic", "manual", "unconfirmed"]),
        payer=st.sampled_from(PAYERS),
        prove=st.sampled_from([False, False, False, True]),
        keyed=st.booleans(),
    )
    def pay(
        self, channel: str, order: str, method: Method, amount: int, directive: Directive | None,
        charge: Directive | None, booking: Booking | None, how: str, payer: Payer | None,
        prove: bool, keyed: bool,
    ) -> None:  # fmt: skip
        """A charge."""
        command = CreatePayment(
            order=order,
            amount=amount,
            currency=CURRENCY,
            method=method,
            payer=payer,
            confirm=how != "unconfirmed",
            capture="manual" if how == "manual" else "automatic",
            prove=prove,
        )
        self._do(channel, command, order, directive, charge, booking, keyed=keyed)

    @rule(
        order=st.sampled_from(ORDERS[2:]),
        amount=st.integers(1, 900),
        directive=st.sampled_from(TAKING),
        refund=st.one_of(st.none(), st.integers(1, 900)),
        fate=st.sampled_from(FITTING["refund"]),
        seconds=st.sampled_from([0.0, 3.0, 5.0]),
        taken=st.one_of(st.just("at once"), st.sampled_from(FITTING["capture"])),
    )
    def sell(
        self, order: str, amount: int, directive: Directive | None, refund: int | None,
        fate: Directive | None, seconds: float, taken: Directive | str | None,
    ) -> None:  # fmt: skip
        """A sale that takes money, at once or later, and perhaps gives some of it back soon."""
        sale = CreatePayment(
            order=order,
            amount=amount,
            currency=CURRENCY,
            method=METHODS[0],
            capture="automatic" if taken == "at once" else "manual",
        )
        self._do("primary", sale, order, directive, keyed=True)
        self.clock.advance(seconds)
        self.account.settle_late(self.ids)
        made = self.account.store.channel("primary").payments_of(order)
        if made and not isinstance(taken, str):
            self._do("primary", CapturePayment(made[-1].id), order, taken)
        if refund is not None and made:
            self._do("primary", CreateRefund(made[-1].id, refund), order, fate)

    @precondition(lambda self: self._payments())
    @rule(
        place=places,
        verb=st.sampled_from(
            ["confirm", "capture", "cancel", "refund", "refund", "document", "query", "receipt"]
        ),
        amount=st.one_of(st.none(), st.integers(1, 400)),
        which=places,
        route=st.sampled_from(["original", "original", "bank_transfer"]),
        reference=st.sampled_from([None, "x", "y"]),
        keyed=st.booleans(),
    )
    def handle(
        self, place: int, verb: str, amount: int | None, which: int, route: str,
        reference: str | None, keyed: bool,
    ) -> None:  # fmt: skip
        """What a merchant does with a payment."""
        payment = self._payment(place)
        fitting = FITTING.get(verb, DIRECTIVES)
        directive = fitting[which % len(fitting)]
        command: Command
        match verb:
            case "confirm":
                command = ConfirmPayment(payment.id)
            case "capture":
                command = CapturePayment(payment.id, amount)
            case "cancel":
                command = CancelPayment(payment.id)
            case "refund":
                command = CreateRefund(payment.id, amount, reference, route)
            case "receipt":
                command = ShowReceipt(payment.id)
            case "document":
                command = SubmitDocument(payment.id, "identity")
            case _:
                command = RetrievePayment(payment.id)
        self._do(
            payment.channel,
            command,
            payment.order,
            directive,
            keyed=keyed and verb not in ("query", "receipt"),
        )

    @rule(channel=st.sampled_from(CHANNELS), order=st.sampled_from(CLOSED), directive=directives)
    def close(self, channel: str, order: str, directive: Directive | None) -> None:
        """An order is closed."""
        self._do(channel, CancelOrder(order), order, directive, keyed=True)
        self.closed.add((channel, order))
        self._do(channel, FindPayments(order), order, directive)

    @rule(channel=st.sampled_from(CHANNELS), order=st.sampled_from(ORDERS))
    def put_up_a_page(self, channel: str, order: str) -> None:
        """A checkout."""
        command = CreateCheckout(order=order, amount=300, currency=CURRENCY, lasts=60.0)
        self._do(channel, command, order, keyed=True)

    @precondition(lambda self: self._things(Checkout))
    @rule(
        place=places,
        method=st.sampled_from(METHODS),
        directive=directives,
        turn=st.sampled_from([None, 1, 2]),
    )
    def pay_on_a_page(
        self, place: int, method: Method, directive: Directive | None, turn: int | None
    ) -> None:
        """A payer pays on a page, perhaps on one that was shown long ago."""
        checkouts = self._things(Checkout)
        page = checkouts[place % len(checkouts)]
        self._do(page.channel, PayCheckout(page.id, method, turn), page.order, directive)
        self._do(page.channel, ShowCheckout(page.id), page.order)
        self._do(page.channel, RetrieveCheckout(page.id), page.order)

    @precondition(lambda self: self._things(Authentication))
    @rule(
        place=places,
        action=st.sampled_from(ACTIONS),
        via=st.sampled_from([None, "sms", "email", "voice"]),
        right=st.booleans(),
        directive=directives,
        charge=directives,
    )
    def prove(
        self, place: int, action: str, via: str | None, right: bool,
        directive: Directive | None, charge: Directive | None,
    ) -> None:  # fmt: skip
        """A payer does something at a page of an authentication, in time or not."""
        found = self._things(Authentication)
        asked = found[place % len(found)]
        last = asked.last
        code = code_of(asked, last) if right and last is not None else "000000"
        command = Authenticate(asked.id, action, code, via)
        self._do(asked.channel, command, asked.order, directive, charge)
        self._do(asked.channel, ShowAuthentication(asked.id), asked.order)

    @precondition(lambda self: self._payments())
    @rule(
        place=places,
        verb=st.sampled_from(["leave", "ask", "dispute", "approve", "reject", "acknowledge"]),
        amount=st.one_of(st.none(), st.integers(1, 400)),
    )
    def meddle(self, place: int, verb: str, amount: int | None) -> None:
        """What payers, banks and analysts do with a payment, and a webhook that arrives."""
        payment = self._payment(place)
        match verb:
            case "leave":
                self._act(payment.channel, LeavePayment(payment.id))
            case "ask":
                self._act(payment.channel, AskRefund(payment=payment.id, reason="-", amount=amount))
            case "dispute":
                fate = Aftermath("dispute", "general", 30.0)
                self._act(payment.channel, OpenDispute(payment.id, fate))
            case "acknowledge":
                self.account.acknowledged(self._taken(payment), self.ids)
            case _:
                context = self.account.context(payment.channel, None, self.ids)
                decision = documents.review(payment, context, approve=verb == "approve")
                if decision.changes:
                    origin = Origin(payment.channel, "review", payment.order)
                    self.account.commit(origin, decision)

    def _taken(self, payment: Payment) -> Delivery:
        return Delivery(
            source="gateway",
            wall=self.clock.wall(),
            mono=self.clock.monotonic(),
            account="shop",
            event="evt_1",
            type="payment.retrying",
            channel=payment.channel,
            order=payment.order,
            payment=payment.id,
            acknowledged=True,
        )

    @precondition(lambda self: self._things(RefundRequest))
    @rule(place=places, accept=st.booleans(), amount=st.one_of(st.none(), st.integers(1, 99)))
    def answer_a_request(self, place: int, accept: bool, amount: int | None) -> None:
        """The merchant answers a payer who wants money back."""
        requests = self._things(RefundRequest)
        asked = requests[place % len(requests)]
        command: Command = DeclineRefundRequest(asked.id, "no")
        if accept:
            command = CreateRefund(asked.payment, amount, request=asked.id)
        self._do(asked.channel, command, asked.order, keyed=True)

    @precondition(lambda self: self._things(Dispute))
    @rule(place=places, verb=st.sampled_from(["evidence", "accept", "won", "lost"]))
    def argue(self, place: int, verb: str) -> None:
        """A dispute goes on."""
        disputes = self._things(Dispute)
        found = disputes[place % len(disputes)]
        match verb:
            case "evidence":
                command: Command = SubmitEvidence(found.id, (("receipt", "-"),))
                self._do(found.channel, command, found.order, keyed=True)
            case "accept":
                self._do(found.channel, AcceptDispute(found.id), found.order, keyed=True)
            case _:
                self._act(found.channel, CloseDispute(found.id, verb == "won"))

    @rule(
        token=st.sampled_from(TOKENS),
        verb=st.sampled_from(["top_up", "transfer", "freeze", "thaw", "close"]),
        amount=st.integers(1, 900),
    )
    def use_a_wallet(self, token: str, verb: str, amount: int) -> None:
        """A payer uses a wallet."""
        match verb:
            case "top_up":
                self._act("primary", TopUp(token, amount, CURRENCY))
            case "transfer":
                self._act("primary", Transfer(token, "wal_CN_c", amount, CURRENCY))
            case other:
                words = {"freeze": "frozen", "thaw": "active", "close": "closed"}
                self._act("primary", ChangeWallet(wallet=token, status=words[other]))

    @rule(seconds=st.sampled_from([0.5, 3.0, 6.0, 30.0, 400.0]))
    def wait(self, seconds: float) -> None:
        """Time passes, and all that falls due happens, a little late as ever."""
        self.clock.advance(seconds)
        self.account.settle_late(self.ids)

    @rule(seconds=st.sampled_from([3.0, 6.0, 400.0]))
    def sleep(self, seconds: float) -> None:
        """Time passes, and nobody has looked yet at what is due."""
        self.clock.advance(seconds)

    @rule(order=st.sampled_from(ORDERS))
    def say(self, order: str) -> None:
        """A notice."""
        command = Notify(order=order, via="sms", message="-")
        self._do("primary", command, order, keyed=True)

    # -- what must hold ---------------------------------------------------------------------

    @invariant()
    def money_is_where_the_payments_say(self) -> None:
        """Ledger and payments tell one story, and debits equal credits."""
        if not hasattr(self, "account"):
            return
        ledger, payments = self.account.store.ledger, self._payments()
        assert set(ledger.totals().values()) <= {0}
        had = sum(payment.left for payment in payments)
        assert ledger.balance(MERCHANT, CURRENCY) + ledger.balance(FEES, CURRENCY) == had
        held = sum(
            payment.amount_authorized if payment.status is Status.AUTHORIZED else payment.lingers
            for payment in payments
        )
        assert ledger.balance(HOLD, CURRENCY) == held
        for wallet in self._things(Wallet):
            for currency, amount in wallet.balances.items():
                assert amount >= 0
                assert ledger.balance(wallet_account(wallet.id), currency) == amount

    @invariant()
    def nothing_is_stuck(self) -> None:
        """What is under way has a moment at which it ends; what is over tells the truth."""
        if not hasattr(self, "account"):
            return
        for payment in self._payments():
            if payment.status in MOVING:
                assert payment.settles_at is not None, payment
            if payment.status in TERMINAL:
                assert payment.told is None, payment
            if payment.told is not None:
                assert payment.settles_at is not None, payment
            open_proof = payment.authentication and payment.authentication.status == "pending"
            if payment.status is not Status.REQUIRES_ACTION:
                assert not open_proof, payment

    @invariant()
    def a_closed_order_takes_nothing_more(self) -> None:
        """A cancel by order is conclusive: nothing live is left behind it."""
        if not hasattr(self, "account"):
            return
        live = MOVING | {Status.AUTHORIZED, Status.CREATED}
        for channel, order in self.closed:
            state = self.account.store.channel(channel)
            assert state.is_closed(order)
            assert not [each for each in state.payments_of(order) if each.status in live]

    @invariant()
    def a_page_knows_what_its_payment_knows(self) -> None:
        """An authentication and the payment that waits for it end together."""
        if not hasattr(self, "account"):
            return
        for asked in self._things(Authentication):
            payment = self.account.store.channel(asked.channel).payment(asked.payment)
            assert payment is not None
            assert payment.authentication == asked.result

    def teardown(self) -> None:
        """A restart knows all of it, and a checker sees the money that the ledger has."""
        if not hasattr(self, "account"):
            return
        self._is_restored()
        self._is_told_by_the_journal()
        for _ in range(4):
            self.clock.advance(40 * 86_400.0)
            self.account.settle_late(self.ids)
        assert not [each for each in self._payments() if each.status in MOVING]
        self._is_restored()
        self._is_told_by_the_journal()

    def _is_restored(self) -> None:
        registry = self._fresh()
        restored = restore(self.recording.lines(), registry)
        back = registry.account("shop")
        same(self.account, back, self.keys, self.clock.wall())
        born = {event.id for line in self._commits() for event in line.events}
        assert {owed.happening.event.id for owed in restored.owed} == born
        assert restored == Restored(restored.seq, restored.owed)

    def _commits(self) -> list[Commit]:
        return [line for line in self.recording.lines() if isinstance(line, Commit)]

    def _is_told_by_the_journal(self) -> None:
        """Net money as checkers work it out of journal rows is what the ledger has."""
        history = History.from_lines(self.recording.lines())
        if self._payments():
            assert audit(history).valid, audit(history)
        at = self.clock.monotonic() + 1.0
        lives = {life.id: life for order in history.everything for life in order.payments}
        totals: defaultdict[str, int] = defaultdict(int)
        for payment in self._payments():
            life = lives[payment.id]
            assert life.status is payment.status
            assert life.captured(at) == payment.amount_captured
            assert life.refunded(at) == payment.amount_refunded
            assert life.lost(at) == payment.amount_reversed + payment.amount_disputed
            live = payment.status is Status.AUTHORIZED
            assert life.held(at) == (payment.amount_authorized if live else 0)
            totals[payment.currency] += life.net(at) - life.lost(at)
        ledger = self.account.store.ledger
        assert totals[CURRENCY] == ledger.balance(MERCHANT, CURRENCY) + ledger.balance(
            FEES, CURRENCY
        )


@pytest.mark.parametrize("profile", PROFILES)
def test_whatever_happens_money_and_memory_stay_true(profile: str) -> None:
    """Any commands, directives, acts and waits, in any order, on any gateway that ships."""
    life = type("Life", (Life,), {"profile": profile})
    run_state_machine_as_test(
        life, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
