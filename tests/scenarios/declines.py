"""What happens in the scenarios of declines/."""

from __future__ import annotations

from typing import Any, Final

from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage

#: A blind retry of the same card hears the same; another card is fine.
STICKS: Final = ("again: 402", "other card: 201")


def card(country: str, brand: str = "visa") -> dict[str, Any]:
    """A payment by a card of this country."""
    return {"method": {"type": "card", "token": f"tok_{brand}_{country}_000123"}}


def declined(hit: str, failure: str, *then: str, pay: dict[str, Any] | None = None) -> Step:
    """A charge that is declined; nothing is taken for it, unless something else pays in the end."""
    paid = any(each.endswith(": 201") for each in then)
    money = "once" if paid else "none"
    return Step(hit=hit, failure=failure, sees="402", then=then, pay=pay or {}, money=money)


async def paid_twice_in_a_row(here: Stage) -> None:
    """The second payment for the same order is refused; the first one stands and can be found."""
    body = here.payment("family-ticket")
    assert _status(await here.send("/v1/payments", body)) == 201
    again = await here.it.call("POST", "/v1/payments", body)
    assert (again.status, again.error["failure"]) == (402, "duplicate_transaction")
    assert "again-so-soon" in here.hits("family-ticket")
    assert await here.taken("family-ticket") == body["amount"]


def _status(seen: object) -> int:
    return int(getattr(seen, "status", 0))


ROWS: Final[dict[str, Row]] = {
    "declines/insufficient-funds": (
        declined("short-in-brazil", "insufficient_funds", *STICKS, pay=card("BR")),
        declined("empty-card", "insufficient_funds", *STICKS),
    ),
    "declines/limits-reached": (
        declined(
            "too-much-at-once", "amount_limit_exceeded", "again: 402", pay={"amount": 100_000}
        ),
        declined("used-up/for-today", "period_limit_exceeded", *STICKS),
        declined("used-up/too-often", "frequency_limit_exceeded", "again: 402", "wallet: 201"),
    ),
    "declines/mistyped-cards": (
        declined("typed-wrong/number", "incorrect_number", *STICKS),
        declined("typed-wrong/security-code", "incorrect_cvc", *STICKS),
        declined("typed-wrong/run-out", "expired_card", *STICKS),
        declined("typed-wrong/month-and-year", "invalid_expiry", *STICKS),
        declined("typed-wrong/old-address", "incorrect_address", *STICKS),
    ),
    "declines/pin-locked": (
        declined("pin/wrong", "pin_incorrect", "other card: 201"),
        declined("pin/locked", "pin_tries_exceeded", *STICKS),
    ),
    "declines/bank-says-no": (
        declined("without-a-reason/no", "do_not_honor", "other card: 201"),
        declined("without-a-reason/declined", "generic_decline", "other card: 201"),
        declined("without-a-reason/ask-your-bank", "call_issuer", "wallet: 201"),
    ),
    "declines/issuer-down": (
        declined("french-bank", "issuer_unavailable", "again: 201", pay=card("FR")),
    ),
    "declines/lost-or-stolen": (
        declined("reported/lost", "lost_card", *STICKS),
        declined("reported/stolen", "stolen_card", *STICKS),
        declined("reported/to-be-kept", "pickup_card", *STICKS),
    ),
    "declines/card-not-permitted": (
        declined("may-not/frozen", "restricted_card", *STICKS),
        declined("may-not/closed", "account_closed", *STICKS),
        declined("may-not/cash-only", "transaction_not_allowed", *STICKS),
    ),
    "declines/cross-border": (
        declined("not-opened-for-abroad", "cross_border_blocked", *STICKS, pay=card("CN")),
        declined("not-opened-for-abroad", "cross_border_blocked", "wallet: 201", pay=card("IN")),
    ),
    "declines/card-not-activated": (declined("new-card", "card_not_activated", *STICKS),),
    "declines/payments-stopped": (
        declined(
            "stopped-by-the-payer",
            "revocation_of_authorization",
            "again: 402",
            pay={"product": "subscription"},
        ),
    ),
    "declines/false-decline": (
        declined("full-and-refused", "insufficient_funds", *STICKS, pay=card("KR")),
        declined(
            "full-and-refused", "insufficient_funds", "wallet: 201", pay=card("KR", "mastercard")
        ),
    ),
    "declines/looks-like-a-double": (
        declined("seen-a-moment-ago", "duplicate_transaction", "ask: failed"),
        Act("duplicate_transaction", paid_twice_in_a_row),
    ),
}
