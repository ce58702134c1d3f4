"""What happens in the scenarios of network/."""

from __future__ import annotations

import asyncio
from typing import Final

from tests.scenarios.declines import card, declined
from tests.scenarios.script import OTHER_CARD, Step
from tests.scenarios.stage import Act, Row, Stage

#: The charge stands; the same key, or a question, brings it to light.
FOUND: Final = ("same key: 201", "ask: captured")
#: Nothing was done; the same key does it.
DONE_NOW: Final = ("ask: nothing", "same key: 201", "ask: captured")
ROUND: Final = {"method": {"type": "wallet"}}


def lost(hit: str, sees: str, failure: str = "connection_lost", **more: object) -> Step:
    """A charge that stands and whose answer does not get through."""
    return Step(hit=hit, failure=failure, sees=sees, money="once", then=FOUND, **more)  # type: ignore[arg-type]


def undone(hit: str, sees: str, failure: str = "connection_lost", **more: object) -> Step:
    """A silence or an error behind which nothing was done."""
    return Step(hit=hit, failure=failure, sees=sees, money="once", then=DONE_NOW, **more)  # type: ignore[arg-type]


async def key_in_flight(here: Stage) -> None:
    """While a charge is under way its key is taken, and afterwards it stands for that charge."""
    body = {"order_id": "twice", "amount": 1000, "currency": "USD", "method": OTHER_CARD}
    first, second = await here.together("/v1/payments", body, key="one")
    assert {first.status, second.status} == {201, 409}
    refused = first if first.status == 409 else second
    assert refused.error["code"] == "key_in_flight"
    other = await here.it.call("POST", "/v1/payments", body | {"amount": 900}, key="one")
    assert (other.status, other.error["code"]) == (422, "key_conflict")
    assert await here.taken("twice") == 1000


async def sale_begins(here: Stage) -> None:
    """Some are served at once, some stand in line, the last find it full, and come back later."""
    await here.control("POST", "/phase", {"name": "sale"})
    orders = [f"sale-{number}" for number in range(90)]
    answers = await asyncio.gather(
        *(here.it.call("POST", "/v1/payments", here.payment(order), key=order) for order in orders)
    )
    refused = [n for n, answer in enumerate(answers) if answer.status == 503]
    assert 0 < len(refused) <= 90 - 64
    turned_away = answers[refused[0]]
    assert turned_away.error["failure"] == "gateway_overloaded"
    assert turned_away.headers["Retry-After"] == "2"
    order = orders[refused[0]]
    assert await here.taken(order) == 0
    assert (
        await here.it.call("POST", "/v1/payments", here.payment(order), channel="backup")
    ).status == 201
    assert here.hits(orders[-1]) == here.hits(order) == ["line"]
    await here.advance(2)
    again = orders[refused[-1]]
    assert (
        await here.it.call("POST", "/v1/payments", here.payment(again), key=again)
    ).status == 201


ROWS: Final[dict[str, Row]] = {
    "network/acquirer-down": (
        declined("no-acquirer", "acquirer_unavailable", "again: 402", "backup: 201"),
    ),
    "network/bad-gateway": (
        Step(hit="proxy-errors/turned-away", failure="gateway_overloaded", sees="503"),
        undone("proxy-errors/broken-before", "502 html", "gateway_error"),
        lost("proxy-errors/broken-after", "504 html", "gateway_error"),
    ),
    "network/bad-request": (
        declined("our-own-fault/wrong-parameter", "invalid_request", "backup: 201"),
        declined("our-own-fault/wrong-contract", "merchant_misconfigured", "again: 402"),
        declined("our-own-fault/shop-restricted", "payee_account_restricted", "backup: 201"),
    ),
    "network/code-202": (
        Step(
            hit="two-oh-two/captured-later",
            failure="transaction_timeout",
            sees="504",
            money="later",
            then=("ask: processing", "wait: done", "ask: captured"),
        ),
        Step(
            hit="two-oh-two/never-made",
            failure="transaction_timeout",
            sees="504",
            then=("ask: nothing",),
        ),
        declined("two-oh-two/not-authorised", "authentication_required", "ask: failed"),
    ),
    "network/dripping": (
        Step(hit="drop-by-drop", failure="transaction_timeout", sees="201", money="once"),
    ),
    "network/error-403": (
        Step(
            hit="forbidden/plain", failure="risk_blocked", sees="403 html", then=("ask: nothing",)
        ),
        Step(hit="forbidden/in-words", failure="risk_blocked", sees="403"),
    ),
    "network/everything-down": (
        Step(hit="primary-dark", failure="connection_failed", sees="refused"),
        Step(
            hit="backup-dark",
            failure="connection_failed",
            sees="refused",
            channel="backup",
            then=("backup: refused", "phase up-again: begun", "backup: 201"),
            money="once",
        ),
    ),
    "network/garbled": (lost("no-http", "garbage"),),
    "network/hangs": (undone("silence-before-the-charge", "closed"),),
    "network/key-reused": (
        Step(hit="takes-its-time", failure="", sees="201", money="once"),
        Act("idempotency_conflict", key_in_flight),
    ),
    "network/late-success": (
        Step(
            hit="captured-after-all/told-unknown",
            failure="transaction_timeout",
            sees="504",
            money="later",
            then=("ask: processing",),
        ),
        Step(
            hit="captured-after-all/told-failed",
            failure="late_success",
            sees="402",
            money="later",
            then=("ask: failed", "wait: done", "ask: captured"),
        ),
    ),
    "network/lost-replies": (lost("silence-after-the-charge", "closed"),),
    "network/maintenance": (
        declined("window", "gateway_maintenance", "again: 402", "backup: 201"),
        declined("window", "gateway_maintenance", "phase open-again: begun", "again: 201"),
    ),
    "network/one-country-down": (
        lost("german-cards/charged", "reset", pay=card("DE")),
        undone("german-cards/not-charged", "closed", pay=card("DE")),
        Step(
            hit="wallets",
            failure="gateway_overloaded",
            sees="503",
            pay=ROUND,
            then=("other card: 201",),
            money="once",
        ),
    ),
    "network/outage": (
        Step(
            hit="primary-down",
            failure="connection_failed",
            sees="refused",
            then=("backup: 201",),
            money="once",
        ),
    ),
    "network/overloaded": (
        Step(
            hit="at-the-door",
            failure="gateway_overloaded",
            sees="503",
            then=("same key: 201",),
            money="once",
        ),
        Step(hit="slow-inside", failure="gateway_overloaded", sees="201", money="once"),
    ),
    "network/partial-captures": (
        Step(hit="half-a-sale", failure="partial_approval", sees="201", money="part"),
        Step(
            hit="a-few-cents-of-a-capture",
            failure="partial_approval",
            sees="200",
            operation="capture",
            money="part",
        ),
    ),
    "network/processor-trouble": (
        declined("stumbles/error", "processing_error", "again: 201"),
        declined("stumbles/busy", "lock_timeout", "again: 201"),
    ),
    "network/rate-limited": (
        Step(
            hit="too-many-requests",
            failure="rate_limited",
            sees="429",
            then=("same key: 201",),
            money="once",
        ),
    ),
    "network/refunds-in-doubt": (
        Step(
            hit="refund-unanswered/given-back",
            failure="connection_lost",
            sees="closed",
            operation="refund",
        ),
        Step(
            hit="refund-unanswered/not-given-back",
            failure="connection_lost",
            sees="closed",
            operation="refund",
            money="once",
        ),
        Step(
            hit="refund-unanswered/error-and-given-back",
            failure="gateway_error",
            sees="502",
            operation="refund",
        ),
        Step(hit="refund-pending", failure="refund_pending", sees="201", operation="refund"),
    ),
    "network/resets": (
        lost("connections-break/after-the-charge", "reset"),
        undone("connections-break/before-the-charge", "closed"),
    ),
    "network/sale-peak": (Act("gateway_overloaded", sale_begins),),
    "network/slow-gateway": (
        Step(hit="long-tail", failure="transaction_timeout", sees="201", money="once"),
    ),
    "network/stale-reads": (
        Step(
            hit="silence-after-the-charge",
            failure="connection_lost",
            sees="closed",
            money="once",
            then=("same key: 201",),
        ),
        Step(hit="replica-lags", failure="connection_lost", sees="200", operation="query"),
    ),
    "network/truncated": (
        lost("broken-off/in-the-middle", "cut"),
        lost("broken-off/after-the-head", "cut"),
    ),
}
