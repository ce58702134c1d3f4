"""What a channel remembers of cards and payers, held against the plainest way to count it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.accounts.usage import Memories, Memory, Needs
from simulator.gateway import who
from simulator.gateway.model import Method, Payer, Payment, Status
from simulator.gateway.ports import UNUSED
from simulator.gateway.things import Document
from simulator.journal.entry import Commit
from simulator.profiles.profile import PLAIN, Profile
from simulator.profiles.rules import Limit, Risk, RiskAction, RiskRule, Velocity
from simulator.profiles.times import Period
from simulator.stores.memory import MemoryStore

DAY = 86_400.0
#: A Tuesday morning, in wall seconds.
NOW = 1_700_000_000.0
WINDOW = 600.0


def profile(**changes: Any) -> Profile:
    """A gateway that counts tries by card and device, and money by card."""
    by = [Velocity(of="tries", by=by, over=WINDOW, above=3) for by in ("card", "device")]
    rules = tuple(
        RiskRule(name=f"r{n}", action=RiskAction.BLOCK, velocity=each, cool_down=60.0)
        for n, each in enumerate(by)
    )
    limits = (Limit(per="card", over=Period.DAY, failure="period_limit_exceeded", max={"EUR": 1}),)
    given = {"risk": Risk(rules=rules, cleared_for=DAY), "limits": limits, **changes}
    return msgspec.structs.replace(PLAIN, **given)


def payment(
    name: str = "pay_1", status: Status = Status.CAPTURED, amount: int = 100, **changes: Any
) -> Payment:
    """A payment by card A, as it stands."""
    taken = amount if status is Status.CAPTURED else 0
    held = amount if status in (Status.CAPTURED, Status.AUTHORIZED) else 0
    fields: dict[str, Any] = {
        "method": Method("card", "A", "visa"),
        "amount_authorized": held,
        "amount_captured": taken,
        **changes,
    }
    return Payment(
        id=name,
        order="o",
        channel="primary",
        status=status,
        amount=amount,
        currency="EUR",
        **fields,
    )


def memory(**changes: Any) -> Memory:
    """An empty one."""
    return Memory(Needs(profile(**changes)))


STEPS = st.lists(
    st.tuples(
        st.floats(0.0, 400.0, allow_nan=False),  # seconds since the one before
        st.sampled_from("ABC"),
        st.sampled_from([Status.CAPTURED, Status.FAILED, Status.REQUIRES_ACTION]),
    ),
    max_size=120,
)


@given(steps=STEPS, window=st.floats(0.0, WINDOW, allow_nan=False))
def test_windows_slide(steps: list[tuple[float, str, Status]], window: float) -> None:
    """Any window up to the longest that a rule asks for holds what came in it, no more, no less."""
    kept, now, plain = memory(), NOW, []
    for number, (gap, card, status) in enumerate(steps):
        now += gap
        kept.absorb(payment(str(number), status, method=Method("card", card, "visa")), None, now)
        plain.append((now, f"card:{card}", status))
        for name in ("card:A", "card:B", "card:C"):
            since = now - window
            recent = [each for each in plain if each[1] == name and each[0] > since]
            assert kept.tries(name, since) == len(recent)
            failed = [each for each in recent if each[2] is Status.FAILED]
            assert kept.failures(name, since) == len(failed)
            if recent:
                assert kept.latest("tries", name, 1) == recent[-1][0]
                assert kept.latest("tries", name, len(recent)) == recent[0][0]


@given(steps=STEPS)
@settings(max_examples=30)
def test_memory_stays_bounded(steps: list[tuple[float, str, Status]]) -> None:
    """Every try of another card, for days: only those of the longest window are remembered."""
    kept, now, moments = memory(limits=(), risk=short()), NOW, []
    for number, (gap, _, status) in enumerate(steps):
        now += gap
        card = Method("card", str(number), "visa")
        kept.absorb(payment(f"p{number}", status, method=card), None, now)
        moments.append(now)
    for number in range(len(steps)):  # who is too old is forgotten a few at a time
        kept.absorb(payment(f"q{number}"), None, now)
    assert len(kept) <= sum(moment >= now - WINDOW for moment in moments) + 1


def short() -> Risk:
    """Risk rules that look back ten minutes and no further."""
    found = profile().risk
    assert found is not None
    return msgspec.structs.replace(found, cleared_for=0.0)


def test_one_busy_card_is_pruned() -> None:
    """A thousand tries of one card leave those of its window, and a few more."""
    kept = memory()
    for number in range(1_000):
        kept.absorb(payment(f"p{number}", Status.FAILED), None, NOW + number * 10.0)
    assert kept.tries("card:A", NOW + 9_990.0 - WINDOW) == 60
    assert kept.tries("card:A", 0.0) <= 60 + 64 + 1


MONEY = st.lists(
    st.tuples(
        st.floats(0.0, DAY, allow_nan=False),
        st.integers(1, 9),  # which payment
        st.sampled_from(["hold", "take", "void", "part"]),
        st.integers(1, 500),
    ),
    max_size=60,
)


@given(steps=MONEY)
def test_money_of_a_day(steps: list[tuple[float, int, str, int]]) -> None:
    """Holds count on their day; what is voided or not taken gives room back on that day."""
    kept, now = memory(), NOW
    book: dict[int, tuple[Payment, int, int]] = {}  # the payment, its day, what counts
    serial = 0
    for gap, number, act, amount in steps:
        now += gap
        today = int(now // DAY)
        known = book.get(number)
        if known is None or known[0].status is not Status.AUTHORIZED:
            if act not in ("hold", "take"):
                continue
            serial += 1
            status = Status.AUTHORIZED if act == "hold" else Status.CAPTURED
            made = payment(f"p{number}-{serial}", status, amount)
            kept.absorb(made, None, now)
            if known is not None:
                book[1_000 + serial] = known
            book[number] = (made, today, amount)
            continue
        before, day, held = known
        if day < today - 1:  # a hold that outlived the limit's period is no longer watched
            continue
        taken = {"void": 0, "take": held, "part": held // 2, "hold": held}[act]
        if act == "hold":
            continue
        status = Status.CANCELED if act == "void" else Status.CAPTURED
        after = msgspec.structs.replace(before, status=status, amount_captured=taken)
        kept.absorb(after, before, now)
        book[number] = (after, day, taken)
    today = int(now // DAY)
    counted = [weight for _, day, weight in book.values() if day == today]
    assert kept.spent("card:A", "EUR", today * DAY) == sum(counted)
    assert kept.paid("card:A", today * DAY) == sum(weight > 0 for weight in counted)


def test_a_refund_gives_no_room_back() -> None:
    """Money that comes back is a payment the other way; the day's limit stays used."""
    kept, taken = memory(), payment()
    kept.absorb(taken, None, NOW)
    kept.absorb(msgspec.structs.replace(taken, amount_refunded=100), taken, NOW + 1)
    assert kept.spent("card:A", "EUR", NOW - NOW % DAY) == 100
    assert kept.paid("card:A", NOW - NOW % DAY) == 1


@pytest.mark.parametrize(
    "waits", [Status.REQUIRES_ACTION, Status.PROCESSING, Status.RETRYING, Status.AUTHORIZED]
)
@pytest.mark.parametrize("ends", [Status.FAILED, Status.CAPTURED])
def test_what_is_under_way_counts_until_it_has_failed(waits: Status, ends: Status) -> None:
    """Else a card could open many pages, none beyond the limit, and pay on all of them."""
    kept, waiting, midnight = memory(), payment(status=waits), NOW - NOW % DAY
    kept.absorb(waiting, None, NOW)
    assert (kept.spent("card:A", "EUR", midnight), kept.paid("card:A", midnight)) == (100, 1)
    kept.absorb(payment(status=ends), waiting, NOW + 1)
    left = 0 if ends is Status.FAILED else 100
    assert kept.spent("card:A", "EUR", midnight) == left
    assert kept.paid("card:A", midnight) == bool(left)


@pytest.mark.parametrize("offset", [0.0, 8 * 3600.0, -5 * 3600.0])
def test_days_are_those_of_the_gateway(offset: float) -> None:
    """A minute before its midnight is yesterday, a minute after it today."""
    midnight = (NOW + offset) // DAY * DAY - offset
    kept = memory(utc_offset=offset)
    kept.absorb(payment("a"), None, midnight - 60)
    kept.absorb(payment("b", amount=7), None, midnight + 60)
    assert kept.spent("card:A", "EUR", midnight) == 7
    assert kept.spent("card:A", "EUR", midnight - DAY) == 107


def test_one_payment_is_one_try() -> None:
    """However often it changes; one that is made without confirm is none until it is confirmed."""
    kept, made = memory(), payment(status=Status.CREATED)
    waiting = msgspec.structs.replace(made, status=Status.REQUIRES_ACTION)
    done = msgspec.structs.replace(made, status=Status.CAPTURED)
    kept.absorb(made, None, NOW)
    assert kept.tries("card:A", 0) == 0
    kept.absorb(waiting, made, NOW)
    kept.absorb(done, waiting, NOW)
    kept.absorb(done, done, NOW)
    assert kept.tries("card:A", 0) == 1
    kept.absorb(payment("b", Status.CANCELED), made, NOW)
    assert kept.tries("card:A", 0) == 1


def test_a_refusal_is_remembered_by_its_rule() -> None:
    """For whom the rule counts; a rule without a pause needs no memory of it."""
    kept = memory()
    payer = Payer(device="d1")
    kept.absorb(payment(status=Status.FAILED, rule="r1", payer=payer), None, NOW)
    kept.absorb(payment("p2", status=Status.FAILED, rule="other"), None, NOW)
    assert kept.turned_away("device:d1", "r1") == NOW
    assert kept.turned_away("card:A", "r1") is None
    assert kept.turned_away("card:A", "other") is None


def commit(*payments: Payment, things: tuple[Document, ...] = ()) -> Commit:
    """A line of the journal."""
    common = {"source": "gateway", "wall": 0.0, "mono": 0.0, "seq": 1, "channel": "primary"}
    return Commit(**common, operation="authorize", order="o", payments=payments, things=things)  # type: ignore[arg-type]


def test_without_rules_nothing_is_counted() -> None:
    """The default gateway remembers nobody, and shares one empty memory."""
    memories = Memories(PLAIN)
    memories.absorb(commit(payment()), MemoryStore())
    assert not memories.any
    assert memories.of("primary") is UNUSED


def test_documents_are_remembered_all_the_same() -> None:
    """They lift what a scenario blocks, on a gateway that has no rules of its own."""
    document = Document(
        id="doc_1", channel="primary", order="o", payment="p", kind="card",
        speaks_for=("card:A", "payer:x"), until=NOW + DAY, created=NOW,
    )  # fmt: skip
    memories = Memories(PLAIN)
    memories.absorb(commit(things=(document,)), MemoryStore())
    assert memories.of("primary").cleared_until("card:A") == NOW + DAY
    assert memories.of("primary").cleared_until("card:B") == 0.0
    assert memories.of("backup").cleared_until("card:A") == 0.0


def test_a_memory_suits_a_profile_with_the_same_rules() -> None:
    """Names and methods do not matter to it."""
    memories = Memories(profile())
    assert memories.suits(msgspec.structs.replace(profile(), name="other"))
    assert not memories.suits(PLAIN)


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ("card", "card:A"),
        ("payer", "payer:x1"),
        ("device", "device:d1"),
        ("address", "address:a1"),
        ("method", "card:x1"),
    ],
)
def test_for_whom_a_payment_counts(by: str, name: str) -> None:
    """Each kind has a name of its own; who is not known is not counted."""
    payer = Payer(id="x1", device="d1", address="a1")
    assert who.of(payment(payer=payer), by) == name
    unknown = payment(method=Method("wallet"), payer=None if by == "card" else Payer())
    assert who.of(unknown, by) is None
    assert who.of(payment(payer=None), by) == ("card:A" if by == "card" else None)
