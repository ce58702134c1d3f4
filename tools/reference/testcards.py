"""docs/reference/test-cards.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.cards import DOCUMENTED, Card, Checks, Documented
from simulator.gateway.testcards import LATER, SOON
from tools.reference import markdown
from tools.reference.markdown import code, table

_ABOUT: Final = f"""\
The cards that Stripe [publishes for testing](https://docs.stripe.com/testing), and what they do
here, which is what they do there. Each is taken by its number, and by its names as `pm_card_<name>`
and `tok_<name>`, in the native API as well. Beside these there are endless tokens of our own,
`tok_<brand>_<COUNTRY>_<serial>`, and tokens that name a failure or a proof: see the
[native API](native-api.md#payments). A scenario beats a test card.

Where nothing else is said, a card is charged, its checks pass, and where something asks for
3-D Secure its bank takes no part (`attempted`), so that no page is shown. A security code can only
be wrong where one was given. Failures have our names; what Stripe's API calls them stands in
[failures](failures.md#elsewhere). What befalls the money of a charge comes {SOON:g} s after it;
what befalls a refund, {LATER:g} s; both by the account's clock."""
_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "brands": "By brand",
        "countries": "By country",
        "declines": "Declined",
        "named": "Declined, known by name alone",
        "risk": "Risk and checks",
        "disputes": "Disputed",
        "money": "Refunds and balance",
        "three_ds": "3-D Secure",
    }
)
_AFTER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dispute": "is disputed as {reason}",
        "inquiry": "is inquired about, which takes no money",
        "early_fraud_warning": "is reported as likely fraud, which takes no money",
        "available": "its money can be paid out at once",
    }
)
_REFUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "refund:pending": "a refund is pending, then succeeds",
        "refund:fails": "a refund succeeds, then fails",
    }
)
_OFF_SESSION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "free": "not asked while its payer is away",
        "once_set_up": "not asked while its payer is away, once it was set up",
    }
)


def page() -> str:
    """The whole page."""
    sections = (f"## {_TITLES[name]}\n\n{_table(rows)}" for name, rows in DOCUMENTED.items())
    return markdown.page("Test cards", _ABOUT, *sections)


def _table(rows: tuple[Documented, ...]) -> str:
    head = ("number", "names", "card", "what it does")
    return table(head, map(_row, rows))


def _row(row: Documented) -> tuple[str, ...]:
    names = row.names if row.key.isdecimal() else (row.key, *row.names)
    return (
        row.key if row.key.isdecimal() else "",
        ", ".join(map(code, names)),
        ", ".join(filter(None, _card(row.card))),
        "; ".join(_does(row.card)),
    )


def _card(card: Card) -> tuple[str, ...]:
    funding = "" if card.funding == "credit" else card.funding
    return card.brand, card.country, funding, (card.co_brand or "").replace("_", " ")


def _does(card: Card) -> Iterator[str]:
    if card.proof is not None:
        yield f"asks for 3-D Secure: {_result(card.proof)}"
    elif card.proof_if_asked != "three_ds:attempted":
        yield f"where something asks for 3-D Secure: {_result(card.proof_if_asked or '')}"
    if card.off_session in _OFF_SESSION:
        yield _OFF_SESSION[card.off_session]
    if card.failure is not None:
        yield f"declined, {code(card.failure)}" + ("" if card.attaches else ", even when kept")
    if card.risk != "normal":
        yield f"{card.risk} risk"
    passed = Checks()
    for name in ("cvc", "line1", "postal"):
        found = getattr(card.checks, name)
        if found != getattr(passed, name):
            yield f"{name} check: {found}"
    yield from _fate(card.after)


def _fate(after: str | None) -> Iterator[str]:
    if after is not None and after in _REFUNDS:
        yield _REFUNDS[after]
    elif after is not None:
        kind, _, reason = after.partition(":")
        yield _AFTER[kind].format(reason=code(reason))


def _result(proof: str) -> str:
    return code(proof.partition(":")[2])
