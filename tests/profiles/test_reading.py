"""Profile files: what they may say, where mistakes are, and what they take from elsewhere."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from simulator import documents, profiles
from simulator.documents import Mistakes
from simulator.errors import DocumentError, UsageError
from simulator.profiles import reading
from simulator.profiles.method import Kind, Proof
from simulator.profiles.profile import Profile
from simulator.profiles.times import Period

WHOLE = """\
profile: 1
name: mine
about: Everything that a profile can say.
utc_offset: "+05:30"
poll_every: 2s
idempotency_window: 1h
methods:
  card: {brands: [visa], authentication: three_ds, amounts: [{min: 1 INR, max: 50000 INR}]}
  upi: {time_limit: 5m, refunds: none}
  paypal: {disabled_during: [{days: [sat, sun], from: "22:00", to: "02:00"}]}
products:
  - {products: visa-*, methods: [card], brands: [visa], max: [100 USD, 9000 INR]}
limits:
  - {per: card, over: payment, max: 20000 INR}
  - {per: payer, over: month, count: 30}
  - {per: card, over: day, max: 1 INR, failure: generic_decline}
risk:
  false_positives: 0.5%
  rules:
    - {name: fast, velocity: {of: tries, by: card, over: 10m, above: 5}, action: challenge}
    - {name: big, above: 10000 INR, mismatch: [payer, card], action: block, cool_down: 1h}
maintenance:
  - {since: 2026-01-01T00:00:00+05:30, until: 2026-01-01T01:00:00+05:30}
capacity: {rate: 600/m, queue: 5, then: 429, retry_after: 2s}
wallet:
  methods: [paypal]
  opening: 100 USD
  levels: [{level: 0, single: 10 USD}]
  retrying: {tries: 3, every: 10s, on: [processing_error]}
  oldest_app: 4.2.0
authentication:
  otp: {digits: 4, via: [sms]}
codes:
  "7": insufficient_funds
  "9": [transaction_timeout, gateway_error]
"""


def read(text: str) -> Profile:
    """The profile in a text."""
    made, problems = reading.fit(documents.parse(text, "p.yaml"))
    if made is None:
        raise DocumentError(problems)
    return made


def test_everything_that_a_profile_can_say() -> None:
    """Each word arrives as a plain value: minor units, seconds, exact shares."""
    made = read(WHOLE)
    card, upi = made.method("card"), made.method("upi")

    assert (made.poll_every, made.idempotency_window, made.utc_offset) == (2.0, 3600.0, 19_800.0)
    assert (card.kind, card.card, card.brands) == (Kind.CARD, True, {"visa"})
    assert card.authentication is Proof.THREE_DS
    assert (card.amounts[0].min, card.amounts[0].max) == (100, 5_000_000)
    assert (upi.time_limit, upi.refunds, upi.countries) == (300.0, None, {"IN"})
    assert made.method("paypal").disabled_during[0].days == {5, 6}
    assert made.products[0].max == {"USD": 10_000, "INR": 900_000}
    assert [(each.over, each.failure) for each in made.limits] == [
        (Period.PAYMENT, "amount_limit_exceeded"),
        (Period.MONTH, "frequency_limit_exceeded"),
        (Period.DAY, "generic_decline"),
    ]
    assert made.risk is not None
    assert made.risk.false_positives == Fraction(1, 200)
    assert made.risk.rules[1].above == {"INR": 1_000_000}
    assert made.capacity is not None
    assert (made.capacity.rate, made.capacity.then) == (10.0, 429)
    assert made.wallet is not None
    assert made.wallet.levels[0].single == {"USD": 1000}
    assert made.authentication.otp.digits == 4
    assert made.authentication.otp.attempts == 5
    assert made.codes == {
        "insufficient_funds": "7",
        "transaction_timeout": "9",
        "gateway_error": "9",
    }


MISTAKES = """\
profile: 1
name: mine
methods:
  ideall: {}
  ideal: {countries: [nl], max: 5 EUR}
  card: {amounts: [{min: 5 EUR, max: 1 EUR}, {max: 1 FRX}]}
limits:
  - {per: person, over: day, max: 5 EUR, methods: [idea]}
  - {per: card, over: day}
codes:
  "1": [lost_cart, expired_card]
  "2": expired_card
maintenance:
  - {from: "2am", to: "04:00"}
  - {days: [sun], after: 5s}
utc_offset: 8h
"""


def test_a_misspelt_method_is_not_taken_away_in_silence() -> None:
    """Else the one that was meant would stay open."""
    with pytest.raises(DocumentError, match="unknown method 'ideall'") as raised:
        read("profile: 1\nname: mine\nbase: default\nmethods: {ideall: none, wallet: none}\n")
    assert len(raised.value.problems) == 1


def test_all_mistakes_at_once_each_at_its_place() -> None:
    """Thirteen mistakes, thirteen messages."""
    with pytest.raises(DocumentError) as raised:
        read(MISTAKES)

    said = [str(problem) for problem in raised.value.problems]
    wanted = [
        "p.yaml:4:3: unknown method 'ideall' (did you mean 'ideal'?)",
        "p.yaml:5:23: 'nl' is not a country; write two letters of ISO 3166-1, such as DE (did you",
        "p.yaml:5:28: unknown key 'max'",
        "p.yaml:6:20: 'min' is more than 'max'",
        "p.yaml:6:52: 'FRX' is not a currency of ISO 4217",
        "p.yaml:8:11: 'person' is not one of 'card', 'payer' or 'method'",
        "p.yaml:8:52: 'idea' is not among the methods of this profile (did you mean 'ideal'",
        "p.yaml:9:5: limits nothing; write 'max', 'count' or both",
        "p.yaml:11:9: unknown failure 'lost_cart' (did you mean 'lost_card'",
        "p.yaml:12:8: 'expired_card' has the code 1 already",
        "p.yaml:14:12: '2am' is not a time of day; write 02:00 or 23:30",
        "p.yaml:15:5: 'days' goes with 'from' and 'to' only",
        "p.yaml:16:13: '8h' is not an offset from UTC; write +08:00 or -05:30",
    ]
    assert len(said) == len(wanted)
    for line, start in zip(said, wanted, strict=True):
        assert line.startswith(start), line


def test_a_profile_that_starts_from_another() -> None:
    """Methods are merged, `none` takes one away, and what is given replaces what was."""
    base = profiles.load("evisa")
    made = read(
        "profile: 1\nbase: evisa\nname: mine\n"
        "methods: {alipay: none, card: {time_limit: 1m}, ideal: }\n"
        "maintenance: []\n"
        "authentication: {otp: {sends: 2}}\n"
    )

    types = {rule.type for rule in base.methods}
    assert {rule.type for rule in made.methods} == types - {"alipay"} | {"ideal"} - set()
    assert made.method("card").time_limit == 60.0
    assert made.method("card").brands == base.method("card").brands
    assert made.maintenance == ()
    assert base.maintenance
    assert (made.name, made.codes, made.limits) == ("mine", base.codes, base.limits)
    assert made.authentication.otp.sends == 2
    assert made.authentication.otp.expires == base.authentication.otp.expires


def test_a_base_that_is_not_there() -> None:
    """Said at its place, with what was near."""
    with pytest.raises(
        DocumentError, match=r"p.yaml:2:7: unknown profile 'evis' \(did you mean 'ev"
    ):
        read("profile: 1\nbase: evis\nname: mine\nmethods: {card: }\n")


@pytest.mark.parametrize(
    "rest", ["", "limits: [{per: card, over: day, max: 1 USD, methods: [pix]}]\n"]
)
def test_nothing_is_missing_where_the_base_is_not_known(rest: str) -> None:
    """Only the base's name is wrong: what it would have given cannot be told."""
    with pytest.raises(DocumentError) as raised:
        read(f"profile: 1\nbase: evis\n{rest}")
    [problem] = raised.value.problems
    assert str(problem).startswith("p.yaml:2:7: unknown profile 'evis'")


def test_a_level_that_stands_twice() -> None:
    """Which of the two would hold? Told where the second one stands."""
    with pytest.raises(DocumentError) as raised:
        read(
            "profile: 1\nname: mine\nmethods: {wallet: }\nwallet:\n  methods: [wallet]\n"
            "  levels:\n    - {level: 1}\n    - {level: 2}\n    - {level: 1}\n"
        )
    [problem] = raised.value.problems
    assert str(problem) == "p.yaml:9:15: level 1 stands there already; write each level once"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nmethods: {}\n", "is empty; it needs at least one"),
        ("name: x\n", "missing key 'methods'"),
        ("profile: 2\nname: x\nmethods: {card: }\n", "'2' is not a version"),
        ("profile: 1\nname: x y\nmethods: {card: }\n", "'x y'"),
        ("profile: 1\nname: x\nmethods: {card: yes}\n", "stands where keys with values are needed"),
        ("[]\n", "stands where keys with values are needed"),
        (
            "profile: 1\nname: x\nmethods: {card: }\nrisk: {rules: [{name: a, action: block}]}\n",
            "asks",
        ),
        (
            "name: x\nmethods: {card: }\nlimits: [{per: card, over: payment, count: 2}]\n",
            "'count' needs a period",
        ),
        (
            "profile: 1\nname: x\nmethods: {card: {amounts: [{min: 1 EUR, max: 2 USD}]}}\n",
            "not in one currency",
        ),
        (
            "name: x\nmethods: {card: }\nlimits: [{per: card, over: day, max: [1 EUR, 2 EUR]}]\n",
            "names a currency twice",
        ),
        (
            "profile: 1\nname: x\nmethods: {card: }\nmaintenance: [{since: 2026-01-01T00:00:00}]\n",
            "date, time and zone",
        ),
        (
            "profile: 1\nname: x\nmethods: {card: }\nmaintenance: [{from: '02:00'}]\n",
            "missing key 'to'",
        ),
        ("profile: 1\nname: x\nmethods: {card: }\nmaintenance: [{}]\n", "a window is one of"),
    ],
)
def test_what_a_profile_cannot_say(text: str, said: str) -> None:
    """Each mistake is told in words that help."""
    with pytest.raises(DocumentError) as raised:
        read(text)
    assert said in str(raised.value)


def test_a_profile_inside_another_document() -> None:
    """Its mistakes come with their paths, for the outer document to place."""
    made = reading.build({"base": "default", "methods": {"ideal": None}})
    assert made.name == "default"
    assert made.rule("ideal") is not None

    with pytest.raises(Mistakes) as raised:
        reading.build({"base": "default", "limits": [{"per": "card", "over": "day"}]})
    assert [mistake.path for mistake in raised.value.mistakes] == [("limits", 0)]


def test_a_file(tmp_path: Path) -> None:
    """Read from a file, YAML or JSON; one that is not there is a usage error."""
    path = tmp_path / "mine.yaml"
    path.write_text(WHOLE)
    assert reading.read(path) == read(WHOLE)
    with pytest.raises(UsageError, match="cannot read"):
        reading.read(tmp_path / "yours.yaml")
