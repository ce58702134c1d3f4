"""Properties: no sound life is accused, and one charge too many is always convicted."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.checkers.audit import audit
from simulator.checkers.catalogue import BY_NAME
from simulator.journal.entry import Line
from simulator.journal.history import History
from tests.journal.story import ZERO, Teller

MONEY = tuple(checker() for checker in BY_NAME.values() if checker.money)
CHANNELS = st.sampled_from(["primary", "backup"])
AMOUNTS = st.integers(1, 10**7)
TIMES = st.floats(0.5, 12.0, allow_nan=False).map(lambda seconds: round(seconds, 2))
SEEN = st.sampled_from(["reply=201", "reply=none", "reply=partial", "reply=504"])


class Life:
    """Draws one sound life of an order and tells it."""

    def __init__(self, draw: st.DrawFn, teller: Teller, order: str) -> None:
        self.draw, self.teller, self.order = draw, teller, order
        self.amount = draw(AMOUNTS)
        self.payments: list[str] = []
        self.at = 1.0
        self.say("arrive", str(self.amount))

    def say(self, verb: str, *words: str) -> None:
        """One row about this order."""
        self.teller.take(self.at, verb, [self.order, *words])

    def wait(self) -> None:
        """Some time goes by."""
        self.at = round(self.at + self.draw(TIMES), 2)

    def charge(self, state: str, amount: int | None = None) -> str:
        """A payment, seen by the merchant or not."""
        payment = f"{self.order}-p{len(self.payments)}"
        self.payments.append(payment)
        channel, seen = self.draw(CHANNELS), self.draw(SEEN)
        wanted = self.amount if amount is None else amount
        self.say("charge", payment, channel, state, f"amount={wanted}", seen)
        return payment

    def refund(self, payment: str) -> None:
        """The payment goes back in time, perhaps after a first try that fails."""
        amount = str(self.teller.payments[payment].amount_captured)
        if self.draw(st.booleans()):
            self.teller.take(self.at, "refund", [payment, f"{payment}-r0", amount, "pending"])
            self.wait()
            self.teller.take(self.at, "refund", [payment, f"{payment}-r0", amount, "failed"])
        self.wait()
        state = self.draw(st.sampled_from(["pending", "succeeded"]))
        self.teller.take(self.at, "refund", [payment, f"{payment}-r1", amount, state])

    def row(self, status: str, *, back: int = 0) -> None:
        """The book's row, with or without what shops may leave out."""
        words = [status, str(self.amount), f"refunded={back}"]
        named = self.draw(st.booleans())
        if named and self.payments:
            words.append(f"ids={','.join(self.payments)}")
        self.at = 80.0
        self.say("row", *words)


def paid(life: Life) -> None:
    """Paid at once, in parts or by an authorization, perhaps after a decline."""
    if life.draw(st.booleans()):
        life.charge("failed")
        life.wait()
    part = life.draw(st.integers(0, life.amount - 1))
    state = life.draw(st.sampled_from(["captured", "authorized"]))
    if part:
        life.charge("captured", part)
    life.charge(state, life.amount - part)
    life.at += 0.1
    life.say("tell", "paid")
    life.row("paid")


def paid_twice(life: Life) -> None:
    """A duplicate or late charge of a paid order goes back; the book counts that or not."""
    kept, other = life.charge("captured"), life.charge("processing")
    life.at += 0.1
    life.say("tell", "paid")
    life.wait()
    life.teller.take(life.at, "settle", [other, "captured"])
    life.refund(life.draw(st.sampled_from([kept, other])))
    life.row("paid", back=life.draw(st.sampled_from([0, life.amount])))


def failed(life: Life) -> None:
    """Declined, and perhaps charged late and refunded, which the book may call so."""
    life.charge("failed")
    life.say("tell", "failed")
    if life.draw(st.booleans()):
        life.row("failed")
        return
    late = life.charge("processing")
    life.wait()
    life.teller.take(life.at, "settle", [late, "captured"])
    life.refund(late)
    status = life.draw(st.sampled_from(["failed", "refunded"]))
    life.row(status, back=life.draw(st.sampled_from([0, life.amount])))


@st.composite
def sound(draw: st.DrawFn) -> tuple[list[Line], Teller, list[Life]]:
    """A few sound lives in one run, told to their end."""
    teller, lives = Teller(), []
    for number in range(draw(st.integers(1, 4))):
        life = Life(draw, teller, f"r-{number}")
        chosen = draw(st.sampled_from([paid, paid_twice, failed]))
        chosen(life)
        lives.append(life)
    teller.take(90.0, "end", [])
    return teller.finish(), teller, lives


@settings(max_examples=150, deadline=None)
@given(sound())
def test_sound_lives_are_never_accused(run: tuple[list[Line], Teller, list[Life]]) -> None:
    """Whatever the gateway did to them, a merchant that cleaned up is innocent."""
    history = History.from_lines(run[0])
    for checker in MONEY:
        finding = checker.judge(history)
        assert finding.valid is True, (checker.name, finding.summary)
    assert audit(history).valid is True


@settings(max_examples=150, deadline=None)
@given(sound(), st.data())
def test_one_more_charge_is_always_convicted(
    run: tuple[list[Line], Teller, list[Life]], data: st.DataObject
) -> None:
    """Of any amount, on any channel, under any reference: the books differ from the ledger.

    Where the order is paid by an authorization, the extra charge is more than that: else the two
    together are the price, and nobody has lost anything yet.
    """
    lines, teller, lives = run
    life = data.draw(st.sampled_from(lives))
    held = History.from_lines(lines).orders[life.order].held(ZERO + 90.0, "USD")
    extra = held + data.draw(st.integers(1, 10**7))
    reference = data.draw(st.sampled_from([life.order, f"{life.order}_x", "unheard-of"]))
    words = [life.order, "extra", data.draw(CHANNELS), "captured", f"amount={extra}"]
    teller.take(50.0, "charge", [*words, f"ref={reference}", "reply=none"])
    history = History.from_lines(sorted(teller.lines, key=lambda line: line.mono))
    assert BY_NAME["books_agree"]().judge(history).valid is False
    row = history.orders[life.order].row
    if row is not None and row.status == "paid" and reference != "unheard-of":
        assert BY_NAME["exactly_once"]().judge(history).valid is False
    else:
        assert BY_NAME["no_orphan_charge"]().judge(history).valid is False
