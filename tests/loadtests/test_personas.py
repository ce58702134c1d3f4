"""Who comes, with what: the same for a seed in every run."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from personas import POOL, Cast, Purchase, Wheel

from simulator.cards import contains_number, from_token
from simulator.draws import threshold
from simulator.errors import UsageError
from simulator.gateway.wallets import is_wallet
from simulator.money import currencies

PERSONAS = {"zh_CN": 0.6, "en_IN": 0.2, "de_DE": 0.2}
METHODS = {"card": 0.7, "wallet": 0.2, "bank_transfer": 0.1}


@pytest.fixture(name="cast", scope="module")
def _cast() -> Cast:
    return Cast(7, PERSONAS, METHODS)


@pytest.fixture(name="crowd", scope="module")
def _crowd(cast: Cast) -> list[Purchase]:
    return [cast.purchase(n) for n in range(1, 4001)]


def test_a_seed_brings_the_same_people(cast: Cast) -> None:
    """Another process asking in another order gets the same shopper n."""
    again = Cast(7, PERSONAS, METHODS)
    backwards = [again.purchase(n) for n in range(200, 0, -1)]
    assert backwards[::-1] == [cast.purchase(n) for n in range(1, 201)]


def test_another_seed_brings_others(cast: Cast) -> None:
    """The seed matters for who comes and for what is bought."""
    other = Cast(8, PERSONAS, METHODS)
    assert [other.purchase(n).amount for n in range(1, 20)] != [
        cast.purchase(n).amount for n in range(1, 20)
    ]
    assert other.purchase(1).persona != cast.purchase(1).persona


def test_shares_are_kept(crowd: list[Purchase]) -> None:
    """Locales and methods come in the parts that the scenario asks for."""
    locales = Counter(purchase.locale for purchase in crowd)
    methods = Counter(purchase.method for purchase in crowd)
    for counts, shares in ((locales, PERSONAS), (methods, METHODS)):
        for name, share in shares.items():
            assert counts[name] / len(crowd) == pytest.approx(share, abs=0.03)


def test_card_country_and_currency_follow_the_locale(crowd: list[Purchase]) -> None:
    """The card is from the person's country; the currency is the one spent there."""
    expected = {"zh_CN": ("CN", "CNY"), "en_IN": ("IN", "INR"), "de_DE": ("DE", "EUR")}
    for purchase in crowd:
        country, currency = expected[purchase.locale]
        assert (purchase.persona.country, purchase.persona.currency) == (country, currency)
        assert currency in currencies()
        if purchase.method == "card":
            assert from_token(purchase.token or "").country == country
        else:
            assert purchase.token is None


def test_every_card_is_another(cast: Cast, crowd: list[Purchase]) -> None:
    """No two orders share a card, nor do the first and the other cards of one shopper."""
    tokens = [purchase.token for purchase in crowd if purchase.token]
    others = [cast.card(n, "DE", nth) for n in range(1, 200) for nth in (1, 2)]
    assert len({*tokens, *others}) == len(tokens) + len(others)
    assert all(from_token(token) for token in others)


def test_bodies_speak_the_contract(crowd: list[Purchase]) -> None:
    """Card orders carry a token, the others only their type; the payer has four fields."""
    for purchase in crowd[:50]:
        body = purchase.body("r1-9")
        assert set(body) == {"order_id", "amount", "currency", "method", "payer", "product"}
        assert set(body["payer"]) == {"country", "name", "phone", "email"}
        assert body["amount"] > 0
        method = {"type": purchase.method}
        if purchase.token:
            method["token"] = purchase.token
        assert body["method"] == method


def test_people_are_invented_and_leak_nothing(crowd: list[Purchase]) -> None:
    """Mail goes to reserved domains, and no phone looks like a card number."""
    for purchase in crowd:
        persona = purchase.persona
        assert persona.email.rpartition("@")[2] in {"example.com", "example.org", "example.net"}
        assert not contains_number(persona.phone)
        assert persona.name
        assert persona.address
    assert len({purchase.persona for purchase in crowd}) > POOL


def test_a_wheel_gives_each_draw_to_one_name() -> None:
    """Only the ratio of shares counts, and the bounds are exact."""
    wheel = Wheel("things", {"a": 3, "none": 0, "b": 1})
    edge = threshold(Fraction(3, 4))
    picks = [wheel.pick(drawn) for drawn in (0, edge - 1, edge, 2**64 - 1)]
    assert picks == ["a", "a", "b", "b"]


@pytest.mark.parametrize(
    ("personas", "methods", "said"),
    [
        ({"de": 1.0}, {"card": 1.0}, "language_COUNTRY"),
        ({"xx_YY": 1.0}, {"card": 1.0}, "not a locale"),
        ({"ar_AA": 1.0}, {"card": 1.0}, "no country"),
        ({}, {"card": 1.0}, "at least one"),
        ({"de_DE": 1.0}, {"cash": 1.0}, "no method is called 'cash'"),
        ({"de_DE": 1.0}, {"card": 0.0}, "at least one"),
    ],
)
def test_what_is_not_known_is_named(
    personas: dict[str, float], methods: dict[str, float], said: str
) -> None:
    """A wrong locale or method is an error that says what can be written."""
    with pytest.raises(UsageError, match=said):
        Cast(1, personas, methods)


def test_who_pays_from_a_wallet_has_one_where_the_gateway_keeps_them() -> None:
    """All distinct; elsewhere a wallet has no token, and everybody is the same person."""
    kept = Cast(7, PERSONAS, METHODS, {"wallet"})
    plain = Cast(7, PERSONAS, METHODS)
    pairs = [(kept.purchase(n), plain.purchase(n)) for n in range(1, 200)]
    tokens = {one.token for one, _ in pairs if one.method == "wallet"}
    assert len(tokens) == sum(one.method == "wallet" for one, _ in pairs) > 20
    assert all(is_wallet(token) for token in tokens)
    assert all(other.token is None for _, other in pairs if other.method == "wallet")
    assert all(one.amount == other.amount and one.persona == other.persona for one, other in pairs)


def test_other_cards_than_plain_ones_have_tokens_too() -> None:
    """A card scheme that is a method of its own pays with a token of its own cards."""
    cast = Cast(7, {"zh_CN": 1.0}, {"unionpay": 1.0})
    tokens = [cast.purchase(n).token or "" for n in range(1, 20)]
    assert all(token.startswith("tok_unionpay_CN_") for token in tokens)
    assert len(set(tokens)) == len(tokens)
