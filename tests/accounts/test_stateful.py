"""Whatever callers, payers, banks, analysts, faults and time do, money and memory stay true."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

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

from simulator.accounts.account import Account, Origin
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
    Befall,
    Challenge,
    ChargeTwice,
    Decline,
    Directive,
    FailRefund,
    Linger,
    Resend,
    Review,
    SettleLater,
    Stale,
    TakeOther,
    TakePart,
)
from simulator.gateway.idempotency import Replay, Slot
from simulator.gateway.ledger import FEES, HOLD, MERCHANT, wallet_account
from simulator.gateway.model import (
    TERMINAL,
    Aftermath,
    Booking,
    Method,
    Payer,
    Payment,
    RefundStatus,
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
from simulator.gateway.statements import day_of, rows_of
from simulator.gateway.things import Checkout, Dispute, Notice, RefundRequest, Wallet
from simulator.ids import IdSource
from simulator.journal.entry import Commit, Delivery
from simulator.journal.history import History
from simulator.profiles import load
from simulator.profiles.method import Proof
from simulator.stores.memory import ChannelState, key_record
from tests.accounts.test_restore import Recording

CHANNELS = ("primary", "backup")
ORDERS = ("o1", "o2", "o3", "o4", "o5", "o6")
#: Only these are ever closed, for nothing more happens to them then.
CLOSED = ORDERS[:2]
CURRENCY = "CNY"
METHODS = (
    Method("card", "tok_visa_CN_1", "visa", "CN", "0001"),
    Method("card", "tok_mastercard_US_2", "mastercard", "US", "0002", proof="three_ds:challenge"),
    Method("card", "tok_visa_CN_3", "visa", "CN", "0003", failure="authentication_required"),
    Method("card", "tok_visa_CN_4", "visa", "CN", "0004", proof="otp:ok"),
    Method("card", "tok_visa_CN_5", "visa", "CN", "0005", proof="biometric:ok"),
    Method("wallet", "wal_CN_a"),
    Method("wallet", "wal_empty_CN_b"),
)
TOKENS = tuple(method.token or "" for method in METHODS if method.type == "wallet")
PAYERS = (None, Payer(country="CN", phone="+86*****78", id="p1"), Payer(country="US", id="p2"))
DIRECTIVES: tuple[Directive | None, ...] = (
    None,
    None,
    Decline("insufficient_funds"),
    Decline("risk_blocked"),
    Decline("authentication_required"),
    ChargeTwice(),
    SettleLater(6.0),
    SettleLater(6.0, Status.FAILED),
    SettleLater(6.0, Status.PROCESSING),
    Stale(),
    TakePart(Fraction(1, 2)),
    TakeOther(Fraction(4, 5)),
    TakeOther(Fraction(6, 5)),
    Befall(4.0, Aftermath("reversal")),
    Befall(4.0, Aftermath("dispute", "fraudulent", 20.0)),
    Befall(40.0, Aftermath("dispute", "fraudulent", 20.0, "always")),
    Linger(6.0),
    FailRefund(6.0, "account_closed", RefundStatus.PENDING),
    FailRefund(6.0, "account_closed", RefundStatus.SUCCEEDED),
    Review(8.0, approves=True),
    Review(8.0, approves=False),
    Resend("network", "captured", 2, 1.0),
    Resend("network", "failed", 2, 1.0),
    Resend("merchant", None, 3, 1.0),
    Resend("network", None, lasting=True),
    Challenge(Proof.THREE_DS),
    Challenge(Proof.THREE_DS, "challenge"),
    Challenge(Proof.THREE_DS, "decoupled", after=5.0),
    Challenge(Proof.THREE_DS, "abandoned", after=5.0),
    Challenge(Proof.THREE_DS, "rejected"),
    Challenge(Proof.OTP),
    Challenge(Proof.OTP, "never", by=("sms",)),
    Challenge(Proof.OTP, code="refused"),
    Challenge(Proof.BIOMETRIC, "fails"),
)
#: What is worth ordering for an operation; all else is unheeded there.
FITTING: dict[str, tuple[Directive | None, ...]] = {
    "capture": (
        None,
        SettleLater(6.0),
        SettleLater(6.0, Status.FAILED),
        TakePart(Fraction(1, 2)),
        Befall(4.0, Aftermath("reversal")),
    ),
    "cancel": (None, Linger(6.0)),
    "refund": (
        None,
        SettleLater(6.0),
        FailRefund(6.0, "account_closed", RefundStatus.PENDING),
        FailRefund(6.0, "account_closed", RefundStatus.SUCCEEDED),
    ),
    "query": (None, Stale()),
    "document": (None,),
    "receipt": (None,),
}
#: What takes money, and what befalls it then.
TAKING: tuple[Directive | None, ...] = (
    None,
    ChargeTwice(),
    SettleLater(6.0),
    TakePart(Fraction(1, 2)),
    TakeOther(Fraction(6, 5)),
    Befall(4.0, Aftermath("reversal")),
    Befall(4.0, Aftermath("dispute", "fraudulent", 20.0)),
    Befall(4.0, Aftermath("dispute", "fraudulent", 20.0, "always")),
    Linger(6.0),
)
BOOKINGS = (None, None, Booking("missing"), Booking("late", days=1), Booking("wrong_amount", 5))
PROFILES = ("default", "global", "gopay", "oule-pay", "evisa")
#: The states out of which a payment must come by itself, sooner or later.
MOVING = frozenset({Status.PROCESSING, Status.RETRYING, Status.REQUIRES_ACTION})

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
        stored = keyed and key_record(Slot("", "", ""), "", decision.outcome) is not None
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
        assert {owed.event.id for owed in restored.owed} == born
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


def same(live: Account, back: Account, keys: list[Slot], now: float) -> None:
    """Assert that an account that was restored is the one that lived."""
    for name in CHANNELS:
        mine, theirs = live.store.channel(name), back.store.channel(name)
        assert list(mine.payments()) == list(theirs.payments())
        for payment in mine.payments():
            assert mine.before(payment.id) == theirs.before(payment.id)
            assert mine.refunds_of(payment.id) == theirs.refunds_of(payment.id)
        for order in ORDERS:
            assert mine.payments_of(order) == theirs.payments_of(order)
            assert mine.is_closed(order) == theirs.is_closed(order)
        assert mine.disputes() == theirs.disputes()
        for day in (day_of(now) - 1, day_of(now)):
            assert rows_of(day, mine) == rows_of(day, theirs)
    assert live.store.things == back.store.things
    assert not [thing for thing in live.store.things.values() if isinstance(thing, Notice)]
    for account in ("payer", HOLD, MERCHANT, FEES, "dispute", *map(wallet_account, TOKENS)):
        mine_, theirs_ = (each.store.ledger.balance(account, CURRENCY) for each in (live, back))
        assert mine_ == theirs_
    assert live.late() == back.late()
    assert live.next_late() == back.next_late()
    _remember_the_same(live, back)
    for slot in keys:
        before = live.store.keys.reserve(slot, "f", now)
        if isinstance(before, Replay):
            assert back.store.keys.reserve(slot, "f", now) == before


def _remember_the_same(live: Account, back: Account) -> None:
    """What limits and risk rules ask for."""
    for name in CHANNELS:
        mine, theirs = live.usage.of(name), back.usage.of(name)
        for who in ("card:tok_visa_CN_1", "card:tok_mastercard_US_2", "payer:p1", "method:p1"):
            assert mine.tries(who, 0.0) == theirs.tries(who, 0.0)
            assert mine.failures(who, 0.0) == theirs.failures(who, 0.0)
            assert mine.spent(who, CURRENCY, 0.0) == theirs.spent(who, CURRENCY, 0.0)
            assert mine.paid(who, 0.0) == theirs.paid(who, 0.0)
            assert mine.cleared_until(who) == theirs.cleared_until(who)


@pytest.mark.parametrize("profile", PROFILES)
def test_whatever_happens_money_and_memory_stay_true(profile: str) -> None:
    """Any commands, directives, acts and waits, in any order, on any gateway that ships."""
    life = type("Life", (Life,), {"profile": profile})
    run_state_machine_as_test(
        life, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
