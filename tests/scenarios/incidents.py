"""What happens in the scenarios of incidents/."""

from __future__ import annotations

from typing import Any, Final

from tests.scenarios.declines import card, declined
from tests.scenarios.network import ROUND, lost, undone
from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage
from tests.scenarios.webhooks import news
from tests.server.payer import Payer

TRANSFER: Final[dict[str, Any]] = {"method": {"type": "bank_transfer"}}
#: Not charged, and said so; a moment later, or over there, it works.
BACKUP: Final = ("backup: 201",)


def refused(hit: str, then: tuple[str, ...] = (), **more: Any) -> Step:
    """A connection that does not come about."""
    money = "once" if any(each.endswith("201") for each in then) else "none"
    return Step(
        hit=hit, failure="connection_failed", sees="refused", then=then, money=money, **more
    )


def turned_away(hit: str, sees: str = "503", failure: str = "gateway_overloaded") -> Step:
    """An error behind which nothing was done, and a backup that works."""
    return Step(hit=hit, failure=failure, sees=sees, then=BACKUP, money="once")


def later(hit: str, failure: str, sees: str = "201", **more: Any) -> Step:
    """Money that comes after the answer."""
    return Step(hit=hit, failure=failure, sees=sees, money="later", **more)


def slow(hit: str, failure: str = "transaction_timeout", **more: Any) -> Step:
    """A charge whose answer takes its time."""
    return Step(hit=hit, failure=failure, sees="201", money="once", **more)


def twice(hit: str) -> Step:
    """One order, debited twice; both payments are there for whoever asks."""
    return Step(
        hit=hit,
        failure="duplicate_charge",
        sees="201",
        money="twice",
        then=("ask: captured captured",),
    )


async def filtered(here: Stage) -> None:
    """The messages never come, however often they are sent; a call is let through."""
    made = await here.meet("no-template", **card("IN"))
    payer = Payer(here.it, made)
    await here.advance(61)
    await payer.act("resend", via="sms")
    assert await payer.codes() == []
    await here.advance(61)
    assert (await payer.act("resend", via="voice")).status == 200
    [code] = await payer.codes()
    await payer.act("submit_code", code=code)
    assert await payer.status() == "captured"


ROWS: Final[dict[str, Row]] = {
    "incidents/adyen-2025": (
        turned_away("flooded-1"),
        slow("ten-times-slower-1"),
        turned_away("flooded-2"),
        slow("ten-times-slower-2"),
        turned_away("flooded-3"),
        slow("ten-times-slower-3"),
    ),
    "incidents/alipay-2024": (
        twice("debited-again/twice"),
        lost("debited-again/paid-and-not-told", "closed", "charged_order_incomplete"),
        news("no-news", "webhook_missing"),
    ),
    "incidents/alipay-2025": (
        Step(hit="wrong-template", failure="amount_mismatch", sees="201", money="part"),
    ),
    "incidents/aws-2025": (
        refused("not-resolved", BACKUP),
        turned_away("not-enough-of-them"),
        slow("tired", "gateway_overloaded"),
    ),
    "incidents/cloudflare-2025": (
        undone("in-between/never-passed-on", "500 html", "gateway_error"),
        lost("in-between/timed-out", "504 html", "transaction_timeout"),
    ),
    "incidents/crowdstrike-2024": (
        news("closed-door", "webhook_missing", "not told"),
        news("behind-the-queue", "webhook_late"),
    ),
    "incidents/dbs-2023": (
        declined(
            "one-banks-cards/declined", "issuer_unavailable", "other card: 201", pay=card("CN")
        ),
        undone("one-banks-cards/silent", "closed", pay=card("CN")),
    ),
    "incidents/double-debit": (twice("debited-twice"),),
    "incidents/india-sms-2021": (Act("otp_not_delivered", filtered),),
    "incidents/kakao-2022": (
        refused("building-lost", ("backup: refused",)),
        refused("primary-still-lost"),
        Step(
            hit="too-many-for-so-few",
            failure="rate_limited",
            sees="429",
            channel="backup",
            then=("same key: 201",),
            money="once",
        ),
    ),
    "incidents/paypal-2025": (later("held-by-the-banks", "settlement_delayed", pay=ROUND),),
    "incidents/rogers-2022": (
        refused("same-carrier", ("backup: refused", "phase recovery: begun", "again: 201")),
    ),
    "incidents/santander-2021": (twice("everything-twice"),),
    "incidents/square-2023": (
        refused("primary-gone", ("backup: refused",)),
        refused("backup-gone", channel="backup"),
        declined("empty-by-now", "insufficient_funds", "wallet: 201"),
    ),
    "incidents/stripe-2019": (
        undone("errors/broken", "500", "gateway_error"),
        turned_away("errors/away"),
        undone("errors-again/broken", "500", "gateway_error"),
        turned_away("errors-again/away"),
    ),
    "incidents/target2-2020": (
        Step(
            hit="no-settlement",
            failure="settlement_delayed",
            sees="200",
            operation="capture",
            money="once",
        ),
    ),
    "incidents/upi-2025-april": (
        undone("half-of-them-hang/not-made", "closed", "transaction_timeout"),
        later("half-of-them-hang/made-later", "transaction_timeout", "504"),
        Step(hit="asked-too-often", failure="rate_limited", sees="429", operation="query"),
        undone("one-in-five-hangs", "closed", "transaction_timeout"),
    ),
    "incidents/upi-2025-march": (
        undone("every-second-one/not-made", "closed"),
        lost("every-second-one/made", "closed"),
        later("every-second-one/made-later", "transaction_timeout", "504"),
    ),
    "incidents/visa-2018": (
        declined("one-in-twelve", "issuer_unavailable", "again: 201"),
        declined("one-in-three/refused", "issuer_unavailable", "again: 201"),
        declined("one-in-three/error", "processing_error", "again: 201"),
        declined("one-in-three-again", "issuer_unavailable", "again: 201"),
        declined("one-in-sixteen", "issuer_unavailable", "again: 201"),
    ),
    "incidents/worldline-2024": (
        refused("both-lines-cut", ("backup: refused",)),
        refused("spare-still-cut", channel="backup"),
        undone("shaky", "502", "gateway_error"),
        refused("cut-again", ("phase recovery: begun", "again: 201")),
    ),
    "incidents/worldpay-2020": (declined("nine-in-ten", "acquirer_unavailable", "backup: 201"),),
    "incidents/zengin-2023": (later("transfers-wait", "settlement_delayed", pay=TRANSFER),),
}
