"""The profiles and methods that ship: that they are what the field and the guides say."""

from __future__ import annotations

import pytest

from simulator import profiles
from simulator.failures.catalogue import names, safest
from simulator.failures.failure import Retry
from simulator.profiles import catalogue
from simulator.profiles.method import Kind

EACH = pytest.mark.parametrize("name", catalogue.names())
WORLD = profiles.load("global")
DAY = 86_400.0
#: Reference figures: type, countries, currencies, smallest and largest payment in minor units of
#: the first currency, seconds that the payer has, days of refunds (None: no refunds at all).
FIGURES = [
    ("alipay", {"CN"}, "CNY", 1, 5_000_000, 12 * 3600, 360),
    ("wechat_pay", {"CN"}, "CNY", 1, 5_000_000, 2 * 3600, 365),
    ("ideal", {"NL"}, "EUR", 1, 5_000_000, 15 * 60, 365),
    ("bancontact", {"BE"}, "EUR", 2, 500_000, 3600, 365),
    ("blik", {"PL"}, "PLN", 1, 5_000_000, 120, 395),
    ("przelewy24", {"PL"}, "PLN", 1, 5_500_000, 3600, 365),
    ("pix", {"BR"}, "BRL", 1, None, 14 * 60, 90),
    ("upi", {"IN"}, "INR", 100, 10_000_000, 600, 180),
    ("boleto", {"BR"}, "BRL", None, None, 3 * DAY, None),
    ("oxxo", {"MX"}, "MXN", 1000, 1_000_000, 5 * DAY, None),
    ("grabpay", {"MY", "PH", "SG"}, "SGD", 100, 500_000, 3600, 365),
    ("konbini", {"JP"}, "JPY", 100, 299_999, 7 * DAY, None),
    ("paynow", {"SG"}, "SGD", 1, 20_000_000, 14 * 60, 60),
    ("gcash", {"PH"}, "PHP", 100, 10_000_000, None, 365),
    ("gopay", {"ID"}, "IDR", 100, 2_000_000_000, None, None),
    ("swish", {"SE"}, "SEK", 1, 15_000_000, 180, 395),
    ("mpesa", {"KE"}, "KES", 100, 25_000_000, 60, -1),
    ("qris", {"ID"}, "IDR", 100, 2_000_000_000, None, 30),
]


def test_at_least_twenty_five_methods() -> None:
    """Each with a name in both languages, and a source for its figures where it has any."""
    real = [rule for rule in WORLD.methods if rule.source]

    assert len(real) >= 25
    assert {rule.type for rule in WORLD.methods} == set(catalogue.types())
    for rule in WORLD.methods:
        assert rule.title
        assert rule.title_zh
        assert rule.source or not (rule.countries or rule.amounts or rule.time_limit)


@pytest.mark.parametrize(
    ("type_", "countries", "currency", "least", "most", "limit", "days"),
    FIGURES,
    ids=[row[0] for row in FIGURES],
)
def test_figures_of_the_field(
    type_: str,
    countries: set[str],
    currency: str,
    least: int | None,
    most: int | None,
    limit: float | None,
    days: int | None,
) -> None:
    """As the providers publish them; -1 stands for refunds without an end."""
    rule = WORLD.method(type_)
    bounds = rule.bounds(currency, None)

    assert rule.countries == countries
    assert rule.pays_in(currency)
    assert (bounds and bounds.min, bounds and bounds.max) == (least, most)
    assert rule.time_limit == limit
    within = -1 if rule.refunds and rule.refunds.within is None else None
    if rule.refunds and rule.refunds.within is not None:
        within = round(rule.refunds.within / DAY)
    assert within == days


def test_methods_of_every_kind() -> None:
    """So that a checkout can be tried with each."""
    assert {rule.kind for rule in WORLD.methods} == set(Kind)


@EACH
def test_codes_are_of_the_catalogue(name: str) -> None:
    """Every number stands for failures that there are."""
    assert set(profiles.load(name).codes) <= set(names())


@EACH
def test_it_says_what_it_is(name: str) -> None:
    """The name is that of its file."""
    made = profiles.load(name)

    assert made.name == name
    assert len(made.about) > 30
    assert made.poll_every > 0


def test_oule_pay() -> None:
    """101, 202 and the risk block; 202 is treated as the timeout, and nothing hidden is told."""
    oule = profiles.load("oule-pay")

    assert oule.failures("101") == ("insufficient_funds",)
    assert oule.failures("202") == ("transaction_timeout", "authentication_required")
    assert safest(oule.failures("202")).retry is Retry.QUERY
    risk = oule.code("risk_blocked")
    assert {oule.code(each) for each in ("suspected_fraud", "compliance_blocked")} == {risk}
    assert {str(limit.over) for limit in oule.limits} == {"payment", "day", "month"}
    assert oule.maintenance
    assert oule.risk is not None


def test_gopay() -> None:
    """A wallet with accounts, levels of identity, and retries of its own."""
    wallet = profiles.load("gopay").wallet

    assert wallet is not None
    assert {"gopay", "wallet"} == wallet.methods
    assert [level.level for level in wallet.levels] == [0, 1]
    assert wallet.retrying is not None
    assert 1 <= wallet.retrying.tries <= 5
    assert wallet.oldest_app


@pytest.mark.parametrize(
    ("product", "brand", "taken"),
    [
        ("vietnam-tourist", "visa", True),
        ("vietnam-tourist", "amex", False),
        ("usa-b2", "amex", True),
        ("usa-b2", "unionpay", False),
        ("australia-visitor", "diners", True),
    ],
)
def test_evisa_brands(product: str, brand: str, *, taken: bool) -> None:
    """Which cards a visa's fee takes."""
    rule = profiles.load("evisa").product(product)

    assert rule is not None
    assert (brand in rule.brands) is taken


def test_evisa_methods() -> None:
    """No PayPal for Vietnam or the United States, but for Australia; one method is switched off."""
    evisa = profiles.load("evisa")
    takes = {
        name: rule.methods
        for name in ("vietnam-x", "usa-x", "australia-x")
        if (rule := evisa.product(name))
    }

    assert [("paypal" in takes[name]) for name in takes] == [False, False, True]
    assert evisa.product("france-x") is None
    assert [rule.type for rule in evisa.methods if rule.disabled] == ["wechat_pay"]
