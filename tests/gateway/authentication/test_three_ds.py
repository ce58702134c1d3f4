"""3-D Secure 2: what each answer of the issuer means for the payment."""

from __future__ import annotations

from fractions import Fraction

import pytest

from simulator.gateway.authentication.result import AuthResult, AuthStatus
from simulator.gateway.authentication.three_ds import eci
from simulator.gateway.commands import CancelOrder, CancelPayment
from simulator.gateway.directives import Challenge, Decline, SettleLater
from simulator.gateway.model import Method, Status
from simulator.gateway.outcomes import Declined
from simulator.gateway.payers import LeavePayment, act
from simulator.profiles.method import Kind, MethodRule, Proof
from simulator.profiles.rules import ThreeDs
from tests.gateway.authentication.payers import CARD, MASTERCARD, WAITS, WALLET, World, profile


def asked(result: str = "challenge", **fields: object) -> Challenge:
    """The order to ask for 3-D Secure."""
    return Challenge(Proof.THREE_DS, result, **fields)  # type: ignore[arg-type]


def result_of(world: World) -> AuthResult:
    """How the payer proved it."""
    result = world.payment.authentication
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("result", "status", "failure", "shown"),
    [
        ("frictionless", "captured", None, ("succeeded", "Y", "05", True, None)),
        ("attempted", "captured", None, ("attempted", "A", "06", True, None)),
        ("informational", "captured", None, ("succeeded", "I", "07", False, None)),
        ("failed", "failed", "authentication_failed", ("failed", "N", None, False, "01")),
        ("rejected", "failed", "authentication_rejected", ("failed", "R", None, False, "11")),
        ("unavailable", "failed", "authentication_unavailable", ("failed", "U", None, False, "22")),
        ("challenge", "requires_action", None, ("pending", "C", None, False, None)),
        ("timeout", "requires_action", None, ("pending", "C", None, False, None)),
        ("abandoned", "requires_action", None, ("pending", "C", None, False, None)),
        ("decoupled", "requires_action", None, ("pending", "D", None, False, None)),
    ],
)
def test_what_a_result_means_at_once(
    result: str, status: str, failure: str | None, shown: tuple[object, ...]
) -> None:
    """Status and failure of the payment, and all that is shown of the authentication."""
    world = World()
    payment = world.pay(asked(result))
    proof = result_of(world)
    assert (payment.status, payment.failure) == (status, failure)
    told = (proof.status, proof.trans_status, proof.eci, proof.liability_shift, proof.reason)
    assert told == shown
    assert proof.version == "2.2.0"
    assert world.charged == (1000 if status == "captured" else 0)
    assert world.events == [f"payment.{status}"]


@pytest.mark.parametrize(
    ("brand", "full", "attempted", "none"),
    [
        ("visa", "05", "06", "07"),
        ("amex", "05", "06", "07"),
        ("jcb", "05", "06", "07"),
        ("diners", "05", "06", "07"),
        ("mastercard", "02", "01", "00"),
    ],
)
def test_eci_by_brand(brand: str, full: str, attempted: str, none: str) -> None:
    """Mastercard has numbers of its own."""
    assert [eci(brand, rank) for rank in ("full", "attempt", "none")] == [full, attempted, none]


@pytest.mark.parametrize("asked", [Challenge(Proof.THREE_DS, "challenge"), Challenge(Proof.OTP)])
def test_whoever_lets_go_of_the_payment_has_nothing_left_to_prove(asked: Challenge) -> None:
    """The authentication ends with the payment; nothing at its page takes money any more."""
    world = World()
    paid = world.pay(asked)
    world.apply(act(LeavePayment(paid.id), world.context()), "payer")
    assert world.payment.failure == "customer_cancelled"
    assert world.payment.authentication == world.authentication.result
    assert world.authentication.result.status is AuthStatus.FAILED
    done = world.act("approve") if asked.type is Proof.THREE_DS else world.submit()
    assert (done.problem, world.charged) == ("over", 0)


def test_a_challenge_that_is_approved_charges_once() -> None:
    """Nothing is taken before, then all of it, with liability shift; a second click is told so."""
    world = World()
    waiting = world.pay(asked(), method=MASTERCARD)
    assert waiting.status is WAITS
    assert world.charged == 0
    assert result_of(world).url == f"http://gateway/pay/shop/{world.authentication.id}"

    told = world.act("approve")
    assert (told.payment.status, told.problem) == ("captured", None)
    proof = result_of(world)
    assert (proof.status, proof.eci, proof.liability_shift) == ("succeeded", "02", True)
    assert world.payment.settles_at is None

    again = world.act("approve")
    assert (again.payment.status, again.problem) == ("captured", None)
    assert world.charged == 1000
    assert world.events == ["payment.requires_action", "payment.captured"]


def test_a_hold_is_only_held() -> None:
    """A payment that is captured by hand is authorized after its challenge."""
    world = World()
    world.pay(asked(), capture="manual")
    assert world.act("approve").payment.status is Status.AUTHORIZED
    assert world.payment.amount_captured == 0


@pytest.mark.parametrize(
    ("action", "failure", "cancel"),
    [("reject", "authentication_failed", None), ("cancel", "authentication_abandoned", "01")],
)
def test_a_payer_who_will_not(action: str, failure: str, cancel: str | None) -> None:
    """Saying no, and walking away, end the payment; what is said afterwards is too late."""
    world = World()
    world.pay(asked())
    told = world.act(action)
    assert (told.payment.status, told.problem) == ("failed", failure)
    assert (result_of(world).trans_status, result_of(world).cancel) == ("N", cancel)
    late = world.act("approve")
    assert (late.payment.status, late.problem) == ("failed", "over")
    assert world.charged == 0


@pytest.mark.parametrize(
    ("result", "acts", "failure", "cancel"),
    [
        ("challenge", False, "authentication_abandoned", "01"),
        ("timeout", False, "authentication_timeout", "04"),
        ("timeout", True, "authentication_timeout", "04"),
    ],
)
def test_time_is_up(result: str, acts: bool, failure: str, cancel: str) -> None:
    """Who never came abandoned it; who came in vain met a server that did not answer in time."""
    world = World()
    world.pay(asked(result))
    if acts:
        assert world.act("approve").problem == "no_answer"
    assert world.authentication.expires == world.wall + 600
    payment = world.expire()
    assert (payment.status, payment.failure) == ("failed", failure)
    assert result_of(world).cancel == cancel
    assert world.events[-1] == "payment.failed"


def test_who_comes_late_is_told_so_before_the_timer_rings() -> None:
    """At the very moment of the end nothing can be proved any more."""
    world = World()
    world.pay(asked())
    world.wall = world.authentication.expires
    told = world.act("approve")
    assert (told.payment.status, told.problem) == ("failed", "over")
    assert world.charged == 0


def test_an_abandoned_page_closes_by_itself_or_at_the_first_touch() -> None:
    """`after` says when its payer closes it; whatever is tried there ends it as well."""
    world = World()
    world.pay(asked("abandoned", after=5.0))
    assert world.authentication.expires == world.wall + 5
    assert world.expire().failure == "authentication_abandoned"
    world.pay(asked("abandoned"), order="o2")
    assert world.act("approve").payment.failure == "authentication_abandoned"


def test_a_decoupled_one_resolves_by_itself() -> None:
    """The payer approves elsewhere; at the page nothing can be done but to give up."""
    world = World()
    world.pay(asked("decoupled", after=90.0))
    assert world.act("approve").problem == "wrong_action"
    assert world.payment.status is WAITS
    started = world.wall
    payment = world.expire()
    assert world.wall == started + 90
    assert payment.status is Status.CAPTURED
    assert result_of(world).flow == "decoupled"


def test_a_decoupled_one_that_is_looked_for_in_time_has_resolved() -> None:
    """Whoever asks the page after the approval hears of it, timer or no timer."""
    world = World()
    world.pay(asked("decoupled", after=90.0))
    world.wall += 90
    told = world.act("cancel")
    assert (told.payment.status, told.problem) == ("captured", None)


def test_a_fault_that_comes_too_late_is_not_performed() -> None:
    """The time was up: there was nothing to strike."""
    world = World()
    world.pay(asked())
    world.wall = world.authentication.expires
    world.act("approve", directive=asked("rejected"))
    assert world.decisions[-1].unheeded


def test_a_decoupled_one_that_nobody_approves_in_time_fails() -> None:
    """The limit of the profile comes before an approval that would take longer."""
    world = World(profile(ThreeDs(decoupled=60.0)))
    world.pay(asked("decoupled", after=90.0))
    payment = world.expire()
    assert payment.failure == "authentication_timeout"
    assert (result_of(world).reason, result_of(world).cancel) == ("24", "03")
    assert world.charged == 0


def test_a_service_that_is_away_can_be_done_without() -> None:
    """Where the profile proceeds, the charge goes on without the liability shift."""
    world = World(profile(ThreeDs(unavailable="proceed")))
    assert world.pay(asked("unavailable")).status is Status.CAPTURED
    proof = result_of(world)
    told = (proof.status, proof.trans_status, proof.eci, proof.liability_shift, proof.reason)
    assert told == (AuthStatus.UNAVAILABLE, "U", "07", False, "22")


def test_a_service_that_goes_away_in_the_middle_follows_the_same_rule() -> None:
    """The payer approves, and the bank's server is gone: declined, or without the shift."""
    for rule, status in (("decline", "failed"), ("proceed", "captured")):
        world = World(profile(ThreeDs(unavailable=rule)))
        world.pay(asked())
        told = world.act("approve", directive=asked("unavailable"))
        assert told.payment.status == status
        assert not result_of(world).liability_shift


@pytest.mark.parametrize(
    ("directive", "problem", "heeded"),
    [
        (asked("rejected"), "authentication_rejected", True),
        (asked("timeout"), "no_answer", True),
        (asked("challenge"), None, False),
        (Challenge(Proof.OTP, "never"), None, False),
        (Decline("expired_card"), None, False),
    ],
)
def test_faults_can_strike_the_approval(
    directive: Challenge | Decline, problem: str | None, heeded: bool
) -> None:
    """One that says how the approval goes wins; one that says nothing to it is not performed."""
    world = World()
    world.pay(asked())
    assert world.act("approve", directive=directive).problem == problem
    assert world.decisions[-1].unheeded is not heeded


def test_the_bank_may_still_decline() -> None:
    """The charge is decided when the payer has proved it, as the scenario has it for charges."""
    world = World()
    world.pay(asked(), Decline("insufficient_funds"))
    assert world.payment.status is WAITS
    told = world.act("approve", charge=Decline("insufficient_funds"))
    assert (told.payment.status, told.problem) == ("failed", "insufficient_funds")
    assert result_of(world).status is AuthStatus.SUCCEEDED
    assert world.decisions[-1].charged
    assert world.look().problem == "insufficient_funds"


def test_the_money_may_still_come_later() -> None:
    """A late success after the challenge leaves the payment processing."""
    world = World()
    world.pay(asked())
    told = world.act("approve", charge=SettleLater(6.0))
    assert told.payment.status is Status.PROCESSING
    assert world.expire().status is Status.CAPTURED
    assert world.charged == 1000


def test_a_silent_answer_lets_the_charge_have_its_own_fate() -> None:
    """Frictionless is no approval of the charge."""
    world = World()
    payment = world.pay(asked("frictionless"), Decline("lost_card"))
    assert payment.failure == "lost_card"
    assert world.decisions[-1].charged
    assert not world.decisions[-1].unheeded


def test_a_fault_of_the_charge_waits_for_the_challenge_of_the_profile() -> None:
    """Where the profile asks, a decline that was ordered is not performed before the payer came."""
    rules = profile(ThreeDs(frictionless=Fraction(0)), methods=_asking(Proof.THREE_DS))
    world = World(rules)
    assert world.pay(Decline("lost_card")).status is WAITS
    assert world.decisions[-1].unheeded
    world.act("approve", charge=Decline("lost_card"))
    assert world.payment.failure == "lost_card"


def test_three_ds_is_for_cards() -> None:
    """The fault lets a wallet be, and is not performed; the wallet's own fate is."""
    world = World()
    payment = world.pay(asked(), Decline("wallet_insufficient_balance"), method=WALLET)
    assert payment.failure == "wallet_insufficient_balance"
    assert world.decisions[-1].unheeded
    assert world.decisions[-1].charged


@pytest.mark.parametrize("by_order", [False, True])
def test_a_cancel_ends_the_challenge(by_order: bool) -> None:
    """Payment and page are over together, and say who ended them."""
    world = World()
    payment = world.pay(asked())
    world.do(CancelOrder("o1") if by_order else CancelPayment(payment.id))
    assert world.payment.status is Status.CANCELED
    assert result_of(world).status is AuthStatus.CANCELED
    assert world.authentication.result == result_of(world)
    assert result_of(world).cancel == "02"
    told = world.act("approve")
    assert (told.payment.status, told.problem) == ("canceled", "over")
    assert world.charged == 0


def test_the_profile_asks_some_and_lets_others_pass() -> None:
    """The share that is frictionless is drawn by order and card, so a retry meets the same."""
    world = World(profile(ThreeDs(frictionless=Fraction(1, 2)), methods=_asking(Proof.THREE_DS)))
    fates = {}
    for n in range(60):
        payment = world.pay(order=f"o{n}")
        fates[n] = payment.status
        assert world.pay(order=f"o{n}").status is fates[n]
    assert 15 < sum(status is Status.CAPTURED for status in fates.values()) < 45
    assert set(fates.values()) == {Status.CAPTURED, WAITS}


@pytest.mark.parametrize(
    ("method", "status", "failure"),
    [
        (Method("card", "t", "visa", "US", "3220", proof="three_ds:challenge"), WAITS, None),
        (
            Method("card", "t", "visa", "US", "1280", "processing_error", "three_ds:unavailable"),
            Status.FAILED,
            "authentication_unavailable",
        ),
        (
            Method("card", "t", "visa", "US", "3055", proof_if_asked="three_ds:challenge"),
            Status.CAPTURED,
            None,
        ),
    ],
)
def test_test_cards_have_a_way_of_their_own(
    method: Method, status: Status, failure: str | None
) -> None:
    """Some ask at every payment, others only where something else asks."""
    world = World()
    payment = world.pay(method=method)
    assert (payment.status, payment.failure) == (status, failure)


def test_a_test_card_that_is_asked_answers_in_its_way() -> None:
    """4000000000003097 supports 3-D Secure, and its lookup fails; a card without a way is drawn."""
    rules = profile(ThreeDs(frictionless=Fraction(0)), methods=_asking(Proof.THREE_DS))
    broken = Method("card", "t", "visa", "US", "3097", proof_if_asked="three_ds:unavailable")
    world = World(rules)
    assert world.pay(method=broken).failure == "authentication_unavailable"
    assert world.pay(method=CARD).status is WAITS


def test_a_declining_test_card_declines_after_its_challenge() -> None:
    """4000008400001629: the payer proves it, and the bank says no."""
    world = World()
    world.pay(
        method=Method("card", "t", "visa", "US", "1629", "generic_decline", "three_ds:challenge")
    )
    assert world.payment.status is WAITS
    assert world.act("approve").payment.failure == "generic_decline"


def test_a_merchant_can_want_a_proof() -> None:
    """A challenge for cards, a code for all else; nothing is asked of who is not wanted to."""
    world = World(profile(ThreeDs(frictionless=Fraction(1))))
    assert world.pay(prove=True).status is WAITS
    assert world.authentication.type == "three_ds"
    assert world.pay(prove=True, method=WALLET).status is WAITS
    assert world.authentication.type == "otp"
    assert world.pay().status is Status.CAPTURED


@pytest.mark.parametrize("own", [False, True])
def test_an_issuer_that_wants_a_proof_is_content_with_it(own: bool) -> None:
    """Declined without, charged with: the decline is not performed on who has proved it."""
    wants = Decline("authentication_required")
    card = Method("card", "t", "visa", "US", "0002", wants.failure if own else None)
    rule = None if own else wants
    world = World()
    assert world.pay(rule, method=card).failure == "authentication_required"
    world.pay(rule, method=card, prove=True)
    assert world.act("approve", charge=rule).payment.status is Status.CAPTURED
    assert not world.decisions[-1].charged


def test_a_proof_without_an_issuer_does_not_content_it() -> None:
    """Whose authentication was not available has proved nothing."""
    world = World(profile(ThreeDs(unavailable="proceed")))
    world.pay(asked("unavailable"), Decline("authentication_required"))
    assert world.payment.failure == "authentication_required"
    assert world.decisions[-1].charged


def test_a_scenario_beats_a_test_card() -> None:
    """What the scenario orders is what happens."""
    world = World()
    card = Method("card", "t", "visa", "US", "3220", proof="three_ds:challenge")
    assert world.pay(asked("rejected"), method=card).failure == "authentication_rejected"


def test_an_answer_at_once_is_a_decline() -> None:
    """A rejected authentication answers the charge itself."""
    world = World()
    world.pay(asked("rejected", reason="10"))
    assert isinstance(world.decisions[-1].outcome, Declined)
    assert result_of(world).reason == "10"


def _asking(proof: Proof) -> tuple[object, ...]:
    return (
        MethodRule(type="card", kind=Kind.CARD, card=True, authentication=proof),
        MethodRule(type="wallet", kind=Kind.WALLET),
    )
