"""What a method cannot do: each reason, their order, and that the listing says the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import profiles
from simulator.cards import BRANDS
from simulator.failures.catalogue import failure as look_up
from simulator.gateway.commands import CreatePayment, ListMethods
from simulator.gateway.decide import decide
from simulator.gateway.decision import Context
from simulator.gateway.gates import methods
from simulator.gateway.gates.methods import Ask, why_not
from simulator.gateway.model import Method, Payer
from simulator.gateway.outcomes import Declined, MethodList, Offer, PaymentOutcome
from simulator.ids import IdSource
from simulator.profiles import catalogue
from simulator.profiles.method import MethodRule, Proof
from simulator.profiles.profile import PLAIN, Profile
from simulator.profiles.times import Window
from simulator.stores.memory import MemoryStore

EVISA = profiles.load("evisa")
GLOBAL = profiles.load("global")
#: A Wednesday, on which nothing is under maintenance.
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC).timestamp()
SUNDAY = datetime(2026, 11, 21, 19, 30, tzinfo=UTC).timestamp()  # 02:30 in the east


def context(profile: Profile, wall: float = NOW) -> Context:
    """A decision about an account without a past."""
    return Context(MemoryStore().channel("primary"), None, wall, IdSource("t"), profile=profile)


def pay(
    profile: Profile, method: str, ask: Ask, wall: float = NOW
) -> Declined | PaymentOutcome | object:
    """What becomes of a payment of which so much is known."""
    command = CreatePayment(
        order="o1",
        amount=ask.amount or 1000,
        currency=ask.currency or "USD",
        method=Method(method, "tok", ask.brand, ask.country, "0001"),
        payer=Payer(ask.country) if ask.country else None,
        product=ask.product,
    )
    return decide(command, context(profile, wall)).outcome


@pytest.mark.parametrize(
    ("method", "ask", "failure"),
    [
        ("ideal", Ask(), "method_not_accepted"),
        ("paypal", Ask(product="vietnam-tourist", country="US"), "method_not_accepted"),
        ("card", Ask(product="vietnam-tourist", brand="amex"), "method_not_accepted"),
        ("card", Ask(product="vietnam-tourist", brand="visa"), None),
        ("unionpay", Ask(product="usa-b2", country="CN"), "method_not_accepted"),
        ("alipay", Ask(country="DE", currency="CNY", amount=100), "method_not_supported_in_region"),
        ("alipay", Ask(country="CN", currency="THB", amount=100), "currency_not_supported"),
        ("alipay", Ask(country="CN", currency="CNY", amount=5_000_001), "amount_too_large"),
        ("alipay", Ask(country="CN", currency="CNY", amount=5_000_000), None),
        ("bank_transfer", Ask(country="IN", currency="USD", amount=1999), "amount_too_small"),
        ("card", Ask(product="vietnam-x", currency="USD", amount=20_001), "amount_too_large"),
        ("wechat_pay", Ask(country="CN", currency="CNY"), "method_temporarily_disabled"),
        ("wechat_pay", Ask(country="DE", currency="CNY"), "method_not_supported_in_region"),
    ],
)
def test_reasons(method: str, ask: Ask, failure: str | None) -> None:
    """One for each thing that does not fit; what will not pass comes before what will."""
    assert why_not(EVISA, method, ask, NOW) == failure


def test_maintenance_comes_before_everything() -> None:
    """Then nothing is looked at, not even a method that nobody has."""
    assert why_not(EVISA, "ideal", Ask(), SUNDAY) == "gateway_maintenance"
    assert why_not(EVISA, "ideal", Ask(), NOW) == "method_not_accepted"


def test_whoever_is_refused_for_a_time_is_told_how_long() -> None:
    """Maintenance and switched-off methods end; what will never fit has no time."""
    closed = pay(EVISA, "card", Ask(brand="visa"), SUNDAY)
    for_good = pay(EVISA, "wechat_pay", Ask(country="CN", currency="CNY"))

    assert isinstance(closed, Declined)
    assert isinstance(for_good, Declined)
    assert (closed.payment.retry_after, for_good.payment.retry_after) == (1800, None)


def test_a_refused_payment_is_stored_as_failed() -> None:
    """For that very reason, with nothing taken."""
    outcome = pay(EVISA, "paypal", Ask(product="usa-b2", country="US"))

    assert isinstance(outcome, Declined)
    assert outcome.failure == outcome.payment.failure == "method_not_accepted"
    assert (str(outcome.payment.status), outcome.payment.amount_captured) == ("failed", 0)


def test_a_product_that_takes_none_of_a_methods_brands() -> None:
    """An empty choice is no choice, and not the same as every brand."""
    india = EVISA.product("india-30d")

    assert india is not None
    assert why_not(EVISA, "unionpay", Ask(product="thailand-x", country="CN"), NOW) == (
        "method_not_accepted"
    )


def test_what_is_not_known_excludes_nothing() -> None:
    """Without country, currency, amount and product, only what nobody may use is refused."""
    refused = [rule.type for rule in EVISA.methods if why_not(EVISA, rule.type, Ask(), NOW)]

    assert refused == ["wechat_pay"]


def test_the_default_profile_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its methods are free: the gate does not even ask."""
    monkeypatch.setattr(methods, "why_not", None)

    for profile in (PLAIN, profiles.load("default")):
        assert isinstance(pay(profile, "card", Ask(brand="visa", country="DE")), PaymentOutcome)
    with pytest.raises(TypeError):
        pay(EVISA, "paypal", Ask())


def test_the_default_profile_takes_no_other_methods() -> None:
    """A method of the library that it does not list is refused."""
    outcome = pay(profiles.load("default"), "ideal", Ask())

    assert isinstance(outcome, Declined)
    assert outcome.failure == "method_not_accepted"


def listed(profile: Profile, ask: Ask, wall: float) -> dict[str, Offer]:
    """The listing for such a payer."""
    command = ListMethods(
        country=ask.country, currency=ask.currency, amount=ask.amount, product=ask.product
    )
    outcome = decide(command, context(profile, wall)).outcome
    assert isinstance(outcome, MethodList)
    return {each.rule.type: each for each in outcome.offers}


def test_a_listing_says_when_it_is_over() -> None:
    """What is off for a known time comes back then; what is off for good has no time."""
    assert listed(EVISA, Ask(), SUNDAY)["card"].back_at == SUNDAY + 1800
    assert listed(EVISA, Ask(country="CN"), NOW)["wechat_pay"].back_at is None
    singapore = listed(GLOBAL, Ask(country="SG"), NOW)["grabpay"]
    assert (singapore.failure, singapore.back_at) == ("method_temporarily_disabled", None)


def test_a_listing_bounds_by_method_product_and_limit() -> None:
    """The narrowest of the three; nothing is said without a currency."""
    plain = listed(EVISA, Ask(currency="USD"), NOW)
    vietnam = listed(EVISA, Ask(currency="USD", product="vietnam-x"), NOW)

    assert (plain["card"].min, plain["card"].max) == (None, 200_000)
    assert plain["bank_transfer"].min == 2000
    assert plain["bank_transfer"].max is None
    assert vietnam["card"].max == 20_000
    assert vietnam["card"].brands == {"visa", "mastercard", "jcb"}
    assert listed(EVISA, Ask(), NOW)["card"].max is None


def _windows(wall: float) -> st.SearchStrategy[tuple[Window, ...]]:
    now = Window(since=wall - 10, until=wall + 10)
    over = Window(since=wall - 20, until=wall - 10)
    return st.sampled_from([(), (over,), (now,)])


PROFILES = st.sampled_from([profiles.load(name) for name in catalogue.names()])
ASKS = st.builds(
    Ask,
    country=st.sampled_from([None, "CN", "DE", "ID", "IN", "NL", "SG", "US"]),
    currency=st.sampled_from(["CNY", "EUR", "IDR", "JPY", "SGD", "USD"]),
    amount=st.sampled_from([1, 100, 5_000, 150_000, 5_000_000, 2_500_000_000]),
    product=st.sampled_from([None, "vietnam-x", "usa-b2", "australia-v", "india-30d", "shoes"]),
    brand=st.sampled_from(BRANDS),
)


def _without_later_gates(profile: Profile, maintenance: tuple[Window, ...]) -> Profile:
    """The same methods and limits, with nothing that comes after them."""
    rules = [_at_once(rule) for rule in profile.methods]
    fields = {name: getattr(profile, name) for name in ("codes", "products", "limits")}
    return Profile(
        name=profile.name,
        about="",
        methods=tuple(rules),
        poll_every=1.0,
        idempotency_window=60.0,
        maintenance=maintenance,
        **fields,
    )


def _at_once(rule: MethodRule) -> MethodRule:
    fields = {name: getattr(rule, name) for name in rule.__struct_fields__}
    return MethodRule(**{**fields, "authentication": Proof.NONE})


@settings(max_examples=400, deadline=None)
@given(profile=PROFILES, ask=ASKS, maintenance=_windows(NOW))
def test_the_listing_and_the_gate_never_disagree(
    profile: Profile, ask: Ask, maintenance: tuple[Window, ...]
) -> None:
    """What is listed as open is taken; what is not is refused for the reason that it gave."""
    gateway = _without_later_gates(profile, maintenance)

    for name, offer in listed(gateway, ask, NOW).items():
        brand = ask.brand if offer.rule.card else None
        if brand is not None and offer.brands and brand not in offer.brands:
            brand = min(offer.brands)  # the listing names the brands that are taken
        known = Ask(
            country=ask.country,
            currency=ask.currency,
            amount=ask.amount,
            product=ask.product,
            brand=brand,
        )
        outcome = pay(gateway, name, known)
        refused = outcome.failure if isinstance(outcome, Declined) else None
        assert refused == offer.failure
        assert refused is None or look_up(refused).declines
