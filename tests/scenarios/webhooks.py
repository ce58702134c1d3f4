"""What happens in the scenarios of webhooks/."""

from __future__ import annotations

from typing import Any, Final

from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage

PAY: Final[dict[str, Any]] = {"amount": 1000, "currency": "USD"}


def news(hit: str, failure: str = "", sees: str = "told") -> Step:
    """A payment whose news is struck."""
    return Step(hit=hit, failure=failure, sees=sees, money="once")


async def old_news_last(here: Stage) -> None:
    """The first card is declined, the second one pays, and the decline is heard of last."""
    first = Step(hit="first-attempts-declined", failure="insufficient_funds", sees="402")
    await here.perform(first)
    order = next(line.order for line in here.it.exchanges() if line.hits)
    here.news.clear()
    paid = await here.send("/v1/payments", here.payment(order, "other card"))
    assert getattr(paid, "status", 0) == 201
    tries = await here.tried(order, 2)
    assert [line.type for line in tries if line.acknowledged] == [
        "payment.captured",
        "payment.failed",
    ]
    assert "old-news-last" in here.hits(order)


ROWS: Final[dict[str, Row]] = {
    "webhooks/blackout": (
        news("no-news", "webhook_missing", "not told"),
        news("no-news", "charged_order_incomplete", "not told"),
    ),
    "webhooks/delayed": (news("full-queue", "webhook_late"),),
    "webhooks/dropped": (
        news("never-arrives", "webhook_missing", "not told"),
        news("first-try-lost", "webhook_late"),
    ),
    "webhooks/duplicated": (news("again-and-again", "webhook_duplicate"),),
    "webhooks/forged": (news("false-claims"),),
    "webhooks/reordered": (
        Step(
            hit="first-attempts-declined",
            failure="insufficient_funds",
            sees="402",
            then=("other card: 201",),
            money="once",
        ),
        Act("webhook_out_of_order", old_news_last),
    ),
    "webhooks/stale": (news("signed-long-ago"),),
}
