"""Test cards, card tokens and masking.

Only documented test numbers are accepted, so that no real card can reach the simulator. The numbers
are those that Stripe publishes for testing (docs.stripe.com/testing); they stand in cards.toml, and
each is known as well by the names that Stripe gives it, `pm_card_visa` and `tok_visa`. A token of
our own is `tok_<brand>_<country>_<serial>`: endless, distinct, good on both channels;
`tok_decline_<failure>` fails with that failure; `tok_3ds_<result>_<country>_<serial>`, and the same
with `otp` and `biometric`, has its holder prove who pays, with that result.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator.errors import NotATestCard


class Checks(msgspec.Struct, frozen=True):
    """What the bank says of the security code and the address: pass, fail, unavailable."""

    cvc: str = "pass"
    line1: str = "pass"
    postal: str = "pass"


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gateway keeps of a card: never its number, never its security code.

    `proof` is how its holder proves who pays, `<way>:<result>`: some ask for it at every payment,
    others (`proof_if_asked`) where something else asks. Without its holder a card that asks for a
    proof is refused, unless its `off_session` is `free`, or `once_set_up` and it was kept for that.

    `after` is what befalls its money: `dispute:<reason>`, `inquiry:<reason>` (a question that takes
    no money), `early_fraud_warning`; `refund:pending` and `refund:fails` befall what is given back;
    `available` is no fate, it says that the money can be paid out at once. `risk` is normal,
    elevated or highest; `funding` credit, debit or prepaid; `co_brand` a second network that it
    belongs to. A card that does not `attaches` is refused even when it is only to be kept.
    """

    token: str
    brand: str
    country: str
    last4: str
    failure: str | None = None
    proof: str | None = None
    proof_if_asked: str | None = None
    off_session: str = "refused"
    funding: str = "credit"
    checks: Checks = Checks()
    risk: str = "normal"
    after: str | None = None
    attaches: bool = True
    co_brand: str | None = None


#: Ways of proving who pays, by the name that they have in tokens, and how each can go.
PROOFS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "3ds": (
        "three_ds",
        (
            "frictionless", "challenge", "failed", "rejected", "attempted", "informational",
            "unavailable", "timeout", "abandoned", "decoupled",
        ),
    ),
    "otp": (
        "otp",
        ("ok", "never", "late", "wrong_number", "virtual_number", "refused", "expired"),
    ),
    "biometric": ("biometric", ("ok", "fails", "unavailable")),
}  # fmt: skip

BRANDS: Final = ("visa", "mastercard", "amex", "unionpay", "jcb", "diners", "discover")


class Documented(msgspec.Struct, frozen=True):
    """A row of cards.toml: a number, or where none is published a name; and further names."""

    key: str
    names: tuple[str, ...]
    card: Card


def _row(section: str, key: str, names: tuple[str, ...] = (), **told: Any) -> Documented:
    """What a row tells. The token is the card's identity; of its number it shows the end."""
    row = {"brand": "visa", "country": "US", "last4": key[-4:], **told}
    place = f"_{row['country']}" if section == "countries" else ""
    row.setdefault("token", f"tok_test_{row['last4']}_{row['brand']}{place}")
    if "proof" not in row:
        row.setdefault("proof_if_asked", "three_ds:attempted")
    return Documented(key, tuple(names), msgspec.convert(row, Card))


#: The rows of cards.toml, by section.
DOCUMENTED: Final[Mapping[str, tuple[Documented, ...]]] = MappingProxyType(
    {
        section: tuple(_row(section, key, **told) for key, told in rows.items())
        for section, rows in tomllib.loads(
            Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
        ).items()
    }
)
_ROWS: Final = tuple(row for rows in DOCUMENTED.values() for row in rows)

TEST_NUMBERS: Final[dict[str, Card]] = {row.key: row.card for row in _ROWS if row.key.isdecimal()}
#: Cards by what follows `pm_card_` or `tok_` in the names that Stripe gives them.
NAMED: Final[Mapping[str, Card]] = MappingProxyType(
    {name: row.card for row in _ROWS for name in (row.key, *row.names) if not name.isdecimal()}
)

_BY_TEST_TOKEN: Final = {row.card.token: row.card for row in _ROWS}
_NAME = re.compile(r"(?:pm_card|tok)_(\w+)")
_TOKEN = re.compile(r"tok_([a-z]+)_([A-Z]{2})_([A-Za-z0-9-]{1,40})")
_DECLINE_TOKEN = re.compile(r"tok_decline_([a-z_0-9]+?)(?:_([A-Z]{2})_([A-Za-z0-9-]{1,40}))?")
_PROOF_TOKEN = re.compile(r"tok_(3ds|otp|biometric)_([a-z_]+)_([A-Z]{2})_([A-Za-z0-9-]{1,40})")
_CODE = re.compile(
    r"(?<![a-z])(?:c(?:v[cvn]2?|sc)|security[ _-]?code)"
    r"[\\\"']{0,4}\s*[:=]\s*[\\\"']{0,4}\d{3,4}(?!\d)",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?<![0-9A-Za-z])(?=(?:\d[ -]?){12}\d)\d+(?:[ -]\d+)*(?![0-9A-Za-z])")
#: What every such run has; nearly no text does, and this is found out sooner.
_LONG = re.compile(r"(?:\d[ -]?){12}\d")
_SHORTEST: Final = 13
_GROUP = re.compile(r"\d+")
# Lengths and first digits of the card schemes (ISO/IEC 7812 issuer ranges). A shop's own numbers, a
# time stamp or a counter, must not be taken for a card; Visa's 19 digits are hardly issued.
_CARD = re.compile(
    r"4\d{12}|4\d{15}"  # Visa
    r"|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11,16}"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|6\d{15}|62\d{15,17}"  # Discover, UnionPay, Maestro, RuPay
    r"|220[0-4]\d{12}"  # Mir
)


def from_number(number: str) -> Card:
    """The card behind a documented test number; any other raises NotATestCard, unquoted."""
    card = TEST_NUMBERS.get(number.replace(" ", "").replace("-", ""))
    if card is None:
        raise NotATestCard(
            "this card number is not a documented test number; use 4242424242424242 or a token "
            "such as tok_visa_DE_000123"
        )
    return card


@lru_cache(maxsize=4096)
def from_token(token: str) -> Card:
    """The card behind a token; a shape that is not documented raises NotATestCard."""
    match = _TOKEN.fullmatch(token)
    if match and match.group(1) in BRANDS:
        serial = match.group(3)
        return Card(token, match.group(1), match.group(2), serial[-4:].rjust(4, "0"))
    decline = _DECLINE_TOKEN.fullmatch(token)
    if decline:
        return Card(token, "visa", decline.group(2) or "US", "0002", decline.group(1))
    asked = _PROOF_TOKEN.fullmatch(token)
    if asked:
        return _proving(asked)
    known = _BY_TEST_TOKEN.get(token) or _named(token)
    if known:
        return known
    raise NotATestCard(
        "this token is not known; write tok_<brand>_<COUNTRY>_<serial> (tok_visa_DE_000123), "
        "tok_decline_<failure>, tok_3ds_<result>_<COUNTRY>_<serial> (or otp, biometric), or a name "
        f"that Stripe documents (pm_card_visa); brands: {', '.join(BRANDS)}"
    )


def _named(token: str) -> Card | None:
    """The card that Stripe calls so, if there is one."""
    match = _NAME.fullmatch(token)
    return NAMED.get(match.group(1)) if match else None


def _proving(token: re.Match[str]) -> Card:
    """The card whose holder has to prove who pays: the token says how that goes."""
    name, result, country, serial = token.groups()
    way, results = PROOFS[name]
    if result not in results:
        raise NotATestCard(
            f"no card proves it by {name} as '{result}'; tok_{name}_<result>_<COUNTRY>_<serial> "
            f"takes {', '.join(results)}"
        )
    proof = f"{way}:{result}"
    return Card(token.group(0), "visa", country, serial[-4:].rjust(4, "0"), None, proof)


def luhn(digits: str) -> bool:
    """Whether a string of digits passes the check of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mask(text: str) -> str:
    """`text` with every run of 13 to 19 digits that reads as a card number cut to its last four.

    Digits may stand in groups, and other numbers before or after them: `4242 4242 4242 4242 12/30`.
    """
    return _RUN.sub(_masked, text) if _LONG.search(text) else text


def contains_number(text: str) -> bool:
    """Whether a full card number stands in `text`."""
    return len(text) >= _SHORTEST and mask(text) != text


def traces(text: str) -> tuple[str, ...]:
    """What of cards stands in `text`, in words that show none of it: `card number ****4242`.

    A security code counts where it is called one: `"cvc": "123"`, `security code: 1234`.
    """
    numbers = (
        f"card number ****{''.join(group.group(0) for group in number)[-4:]}"
        for match in _RUN.finditer(text)
        for number in _numbers(match)
    )
    return (*numbers, *("security code" for _ in _CODE.finditer(text)))


def _masked(match: re.Match[str]) -> str:
    """A run of digit groups in which each card number is masked."""
    run, done, kept = match.group(0), 0, ""
    for number in _numbers(match):
        first, last = number[0].start(), number[-1].end()
        kept += f"{run[done:first]}****{re.sub('[ -]', '', run[first:last])[-4:]}"
        done = last
    return kept + run[done:]


def _numbers(match: re.Match[str]) -> Iterator[list[re.Match[str]]]:
    """The groups of each card number in a run of digit groups."""
    groups = list(_GROUP.finditer(match.group(0)))
    start = 1 if _is_phone(match) else 0
    while start < len(groups):
        end = _card_end(groups, start)
        if end > start:
            yield groups[start:end]
        start = max(end, start + 1)


def _is_phone(match: re.Match[str]) -> bool:
    # E.164: a plus sign and at most 15 digits.
    plus = match.string[max(match.start() - 1, 0)] == "+"
    return plus and sum(map(str.isdigit, match.group(0))) <= 15


def _card_end(groups: list[re.Match[str]], start: int) -> int:
    """Behind the last group of the longest card number that begins at `start`; 0 if none does."""
    digits, end = "", 0
    for place in range(start, len(groups)):
        digits += groups[place].group(0)
        if len(digits) > 19:
            break
        if _CARD.fullmatch(digits) and luhn(digits):
            end = place + 1
    return end
