"""The risk gate: which rule trips, what it does, how long one has to wait, what lifts it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.accounts.usage import Memory, Needs
from simulator.gateway.directives import Challenge, Decline, Review, SettleLater
from simulator.gateway.gates.risk import Verdict, gate, is_lifted
from simulator.gateway.model import Method, Payer, Status
from simulator.profiles.method import Proof
from simulator.profiles.rules import Risk, RiskAction, RiskRule, Velocity
from tests.gateway.gates.people import CARD, NOW, PAYER, Told, context, payment

BLOCK = RiskAction.BLOCK


def rule(**changes: Any) -> RiskRule:
    """A rule that blocks."""
    return RiskRule(**{"name": "r", "action": BLOCK, **changes})


def asked(*rules: RiskRule, usage: Told | None = None, **changes: Any) -> Verdict | None:
    """What the gate says to a payment at a gateway with these rules."""
    risk = Risk(rules=rules, **changes.pop("risk", {}))
    given = changes.pop("context", {})
    return gate(payment(**changes), context({"risk": risk}, usage, **given))


def test_no_rules_no_objection() -> None:
    """Neither without risk rules nor with idle ones."""
    assert gate(payment(), context({})) is None
    assert asked() is None


TOO_OFTEN = Velocity(of="tries", by="card", over=600.0, above=3)
CARD_NAME = "card:tok_visa_DE_1"


@pytest.mark.parametrize(
    ("moments", "stopped"),
    [([], False), ([-10, -5], False), ([-10, -5, -1], True), ([-601, -5, -1], False)],
)
def test_tries_in_a_sliding_window(moments: list[float], stopped: bool) -> None:
    """This try counts, too: three are allowed in ten minutes, the fourth is too much."""
    usage = Told(moments={CARD_NAME: [NOW + moment for moment in moments]})
    assert (asked(rule(velocity=TOO_OFTEN), usage=usage) is not None) is stopped


@pytest.mark.parametrize(("failures", "stopped"), [(3, False), (4, True)])
def test_failures_do_not_count_what_has_not_failed_yet(failures: int, stopped: bool) -> None:
    """Three failures are allowed."""
    velocity = msgspec.structs.replace(TOO_OFTEN, of="failures")
    usage = Told(moments={CARD_NAME: [NOW - n for n in range(failures, 0, -1)]})
    assert (asked(rule(velocity=velocity), usage=usage) is not None) is stopped


@pytest.mark.parametrize("by", ["card", "payer", "device", "address"])
def test_each_kind_is_counted_for_itself(by: str) -> None:
    """A payer whose device nobody knows is not counted by device."""
    names = {"card": CARD_NAME, "payer": "payer:p1", "device": "device:d1", "address": "address:a1"}
    velocity = msgspec.structs.replace(TOO_OFTEN, by=by, above=1)
    usage = Told(moments={names[by]: [NOW - 1]})
    assert asked(rule(velocity=velocity), usage=usage) is not None
    stranger = {"payer": None, "method": Method("wallet")}
    assert asked(rule(velocity=velocity), usage=usage, **stranger) is None


@pytest.mark.parametrize(
    ("failure", "wait"), [("too_many_attempts", 595.0), ("risk_blocked", None)]
)
def test_what_passes_is_to_be_waited_for(failure: str, wait: float | None) -> None:
    """The oldest of the last three must leave the window; a block for risk tells no time."""
    usage = Told(moments={CARD_NAME: [NOW - 10, NOW - 5, NOW - 1]})
    verdict = asked(rule(velocity=TOO_OFTEN, failure=failure), usage=usage)
    # Three in the window is what is allowed with the next: those 5 and 1 s ago, and this one, leave
    # no room before the one 5 s ago is gone.
    assert verdict == Decline(failure, "r", wait)


@given(
    gaps=st.lists(st.floats(0.1, 300.0, allow_nan=False), min_size=1, max_size=30),
    above=st.integers(1, 5),
    of=st.sampled_from(["tries", "failures"]),
)
def test_the_wait_is_neither_too_long_nor_too_short(gaps: list[float], above: int, of: str) -> None:
    """Just before it is over one is refused again, just after it one is served."""
    velocity = Velocity(of=of, by="card", over=600.0, above=above)
    risk = Risk(rules=(rule(velocity=velocity, failure="too_many_attempts"),))
    base = context({"risk": risk})
    memory, now = Memory(Needs(base.profile)), NOW

    def charged(at: float, number: int) -> Verdict | None:
        """One more charge, which fails whatever the gate says."""
        verdict = gate(payment(), msgspec.structs.replace(base, wall=at, usage=memory))
        failed = msgspec.structs.replace(payment(), id=f"p{number}", status=Status.FAILED)
        memory.absorb(failed, None, at)
        return verdict

    def would(at: float) -> Verdict | None:
        """What a charge at that moment would meet."""
        return gate(payment(), msgspec.structs.replace(base, wall=at, usage=memory))

    for number, gap in enumerate(gaps):
        now += gap
        verdict = charged(now, number)
        if verdict is not None:
            assert isinstance(verdict, Decline)
            assert verdict.wait is not None
            assert would(now + verdict.wait - 0.01) is not None
            assert would(now + verdict.wait + 0.01) is None


def test_a_pause_holds_whoever_was_refused() -> None:
    """For as long as it lasts, though the window has long slid on."""
    paused = rule(velocity=TOO_OFTEN, failure="too_many_attempts", cool_down=3_600.0)
    usage = Told(refused={f"{CARD_NAME} r": NOW - 3_599.0})
    assert asked(paused, usage=usage) == Decline("too_many_attempts", "r", 3_600.0)
    assert asked(paused, usage=Told(refused={f"{CARD_NAME} r": NOW - 3_600.0})) is None
    other = Method("card", "tok_visa_DE_2", "visa", "DE")
    assert asked(paused, usage=usage, method=other) is None


@pytest.mark.parametrize(
    ("amount", "currency", "stopped"),
    [(1_000, "EUR", False), (1_001, "EUR", True), (9_999, "USD", False)],
)
def test_amounts(amount: int, currency: str, stopped: bool) -> None:
    """Above the bound, in a currency that has one."""
    found = payment(amount)
    paid = msgspec.structs.replace(found, currency=currency)
    risk = Risk(rules=(rule(above={"EUR": 1_000}),))
    assert (gate(paid, context({"risk": risk})) is not None) is stopped


@pytest.mark.parametrize(
    ("card", "payer", "billing", "stopped"),
    [
        ("DE", "DE", "DE", False),
        ("DE", "FR", "DE", True),
        ("DE", "DE", "FR", True),
        (None, "FR", "FR", False),
        ("DE", None, None, False),
    ],
)
def test_countries_that_disagree(
    card: str | None, payer: str | None, billing: str | None, stopped: bool
) -> None:
    """Only what is known can disagree."""
    mismatch = rule(mismatch=("card", "payer", "address"))
    method = msgspec.structs.replace(CARD, country=card)
    person = msgspec.structs.replace(PAYER, country=payer, billing=billing)
    assert (asked(mismatch, method=method, payer=person) is not None) is stopped
    assert asked(mismatch, payer=None) is None


def test_all_conditions_must_hold() -> None:
    """A large payment by a stranger; neither is enough alone. Other methods are not asked."""
    both = rule(above={"EUR": 500}, mismatch=("card", "payer"), methods=frozenset({"card"}))
    abroad = Payer(country="FR")
    assert asked(both, payer=abroad) is not None
    assert asked(both) is None
    assert asked(both, amount=500, payer=abroad) is None
    assert asked(both, payer=abroad, method=msgspec.structs.replace(CARD, type="wallet")) is None


def test_the_first_rule_that_trips_decides() -> None:
    """In the order of the profile."""
    one, other = rule(name="one", above={"EUR": 1}), rule(name="two", above={"EUR": 1})
    assert asked(one, other) == Decline("risk_blocked", "one")


def test_doubts_ask_for_proof() -> None:
    """3-D Secure for a card, a code for whatever has none; the rule is named."""
    doubt = rule(action=RiskAction.CHALLENGE, above={"EUR": 1})
    assert asked(doubt) == Challenge(Proof.THREE_DS, result="challenge", rule="r")
    assert asked(doubt, method=Method("wallet")) == Challenge(Proof.OTP, rule="r")


def test_reviews_end_as_often_as_the_profile_says() -> None:
    """A fate for each card of an order, the same whatever the run is called."""
    look = rule(action=RiskAction.REVIEW, above={"EUR": 1})
    risk = {"review_lasts": 30.0, "review_approves": Fraction(1, 4)}

    def ends(prefix: str) -> list[bool]:
        """How 400 reviews end."""
        found = []
        for n in range(400):
            cut = {"key_order": lambda order: order.partition("-")[2]}
            verdict = asked(look, risk=risk, order=f"{prefix}-{n}", context=cut)
            assert isinstance(verdict, Review)
            assert (verdict.lasts, verdict.rule) == (30.0, "r")
            found.append(verdict.approves)
        return found

    assert ends("r1") == ends("r2")
    assert 70 <= sum(ends("r1")) <= 130


def test_false_positives_are_a_share_of_the_harmless() -> None:
    """They stick to a card of an order: a blind retry is blocked again, another card may pass."""
    risk = {"false_positives": Fraction(1, 5)}
    fates = {
        (n, token): asked(
            risk=risk, order=f"o{n}", method=msgspec.structs.replace(CARD, token=token)
        )
        for n in range(500)
        for token in "AB"
    }
    blocked = {key for key, verdict in fates.items() if verdict is not None}
    assert {fates[key] for key in blocked} == {Decline("risk_blocked", "false-positive")}
    assert 140 <= len(blocked) <= 260
    assert any(((n, "A") in blocked) != ((n, "B") in blocked) for n in range(500))
    n, token = min(blocked)
    again = msgspec.structs.replace(CARD, token=token)
    assert asked(risk=risk, order=f"o{n}", method=again) == fates[n, token]
    other = [asked(risk=risk, order=f"o{n}", context={"seed": 8}) for n in range(500)]
    assert [verdict is not None for verdict in other] != [(n, "A") in blocked for n in range(500)]


@pytest.mark.parametrize("name", [CARD_NAME, "payer:p1"])
def test_documents_lift_all_but_haste(name: str) -> None:
    """For the card or for the payer, until they are out of date."""
    stranger = rule(above={"EUR": 1})
    hasty = rule(velocity=msgspec.structs.replace(TOO_OFTEN, above=0))
    spoken_for = Told(cleared={name: NOW + 1})
    assert asked(stranger, usage=spoken_for, risk={"false_positives": Fraction(1)}) is None
    assert asked(stranger, usage=Told(cleared={name: NOW})) is not None
    assert asked(hasty, usage=spoken_for) is not None


@pytest.mark.parametrize(
    ("directive", "lifted"),
    [
        (Decline("risk_blocked"), True),
        (Review(1.0, approves=False), True),
        (Decline("suspected_fraud"), False),
        (Decline("insufficient_funds"), False),
        (SettleLater(1.0), False),
    ],
)
def test_what_documents_change_of_a_scenario(directive: Any, lifted: bool) -> None:
    """What the gateway's own people decide; a bank does not look at the gateway's papers."""
    spoken_for = context({}, Told(cleared={CARD_NAME: NOW + 1}))
    assert is_lifted(directive, payment(), spoken_for) is lifted
    assert not is_lifted(directive, payment(), context({}))
