"""What happens in the scenarios of after/."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from tests.scenarios.script import AMOUNT, Step
from tests.scenarios.stage import Act, Row, Stage
from tests.server.kit import CARD


async def _refunded(here: Stage, payment: str, reference: str, **more: Any) -> dict[str, Any]:
    """A refund of a payment; the answer's body."""
    body = {"payment": payment, "reference": reference, **more}
    answer = await here.it.call("POST", "/v1/refunds", body)
    assert answer.status == 201, answer
    return answer.body


async def _refund(here: Stage, name: str) -> dict[str, Any]:
    return (await here.it.call("GET", f"/v1/refunds/{name}")).body


async def _paid(here: Stage, order: str) -> dict[str, Any]:
    """A payment that nothing strikes, as it stands."""
    answer = await here.it.call("POST", "/v1/payments", here.payment(order))
    assert answer.status == 201, answer
    return answer.body


async def _shown(here: Stage, payment: str) -> dict[str, Any]:
    return (await here.it.call("GET", f"/v1/payments/{payment}")).body


async def _statement(here: Stage, days: int = 0) -> list[dict[str, str]]:
    """The rows of today's statement, or of one so many days later."""
    clock = (
        await here.control("POST", "/clock/advance", {"by": f"{days}d" if days else "1ms"})
    ).body
    day = _date(clock["wall"])
    answer = await here.it.call("GET", f"/v1/statements/{day}")
    assert answer.status == 200, answer
    return list(csv.DictReader(io.StringIO(answer.body["text"])))


def _date(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).date().isoformat()


async def refund_pending(here: Stage) -> None:
    """Pending for forty seconds; sent again under its reference it is the same one."""
    paid = await _paid(here, "slow-refund")
    back = await _refunded(here, paid["id"], "once")
    assert back["status"] == "pending"
    again = await here.it.call("POST", "/v1/refunds", {"payment": paid["id"], "reference": "once"})
    assert (again.status, again.body["id"]) == (200, back["id"])
    await here.advance(41)
    assert (await _refund(here, back["id"]))["status"] == "succeeded"
    assert await here.taken("slow-refund") == 0


def refund_fails(arm: str, told: str) -> Act:
    """It comes back, by the same way again, and arrives by another."""

    async def play(here: Stage) -> None:
        order = await _struck_refund(here, f"comes-back/{arm}")
        payment = (await here.it.find(order))[0]
        (first,) = await _refunds_of(here, payment["id"])
        assert first["status"] == told
        await here.advance(6)
        came_back = await _refund(here, first["id"])
        assert (came_back["status"], came_back["failure"]) == ("failed", "account_closed")
        assert (await _shown(here, payment["id"]))["amount_refunded"] == 0
        other = await _refunded(here, payment["id"], "another-way", route="bank_transfer")
        assert other["status"] == "succeeded"
        await here.advance(6)
        assert await here.taken(order) == 0

    return Act("refund_failed", play)


async def _struck_refund(here: Stage, hit: str) -> str:
    """An order whose refund the rule strikes, paid and refunded."""
    for number in range(1, 200):
        order = f"{hit}-{number}".replace("/", "-")
        paid = await _paid(here, order)
        await _refunded(here, paid["id"], "first")
        if hit in here.hits(order):
            return order
    raise AssertionError(f"no refund met {hit}")


async def _refunds_of(here: Stage, payment: str) -> list[dict[str, Any]]:
    """The refunds of a payment, as the gateway's receipt and queries show them."""
    found = [
        refund
        for line in here.it.lines()
        for refund in getattr(line, "refunds", ())
        if refund.payment == payment
    ]
    return [await _refund(here, name) for name in dict.fromkeys(each.id for each in found)]


async def hold_lingers(here: Stage) -> None:
    """Nothing is held, and the payer's bank says that something is; a day later it is gone."""
    failed = await here.meet("approved-and-taken-back")
    assert (failed.status, failed.error["failure"]) == (402, "reversed_after_approval")
    payment = failed.error["payment"]
    assert (payment["status"], payment["amount_authorized"]) == ("failed", 0)
    shown = await here.control("GET", f"/payer-statement?payment={payment['id']}")
    (entry,) = shown.body["data"]
    assert (entry["kind"], entry["amount"], entry["lingers"]) == ("pending", AMOUNT, True)
    await here.advance(86_401)
    gone = await here.control("GET", f"/payer-statement?payment={payment['id']}")
    assert gone.body["data"] == []


async def void_lingers(here: Stage) -> None:
    """An authorization is voided; its hold stands at the payer's bank until tomorrow."""
    for number in range(40):
        order = f"voided-{number}"
        body = here.payment(order) | {"capture": "manual"}
        held = await here.it.call("POST", "/v1/payments", body)
        if held.status == 201:
            break
    void = await here.it.call("POST", f"/v1/payments/{held.body['id']}/cancel", {})
    assert (void.status, void.body["status"]) == (200, "canceled")
    shown = await here.control("GET", f"/payer-statement?order={order}")
    assert [each["lingers"] for each in shown.body["data"]] == [True]
    await here.advance(86_401)
    assert (await here.control("GET", f"/payer-statement?order={order}")).body["data"] == []
    assert await here.taken(order) == 0


async def reversed_later(here: Stage) -> None:
    """A true yes, and ten seconds later the money is gone; the event says so."""
    paid = await here.meet("issuer-changes-its-mind")
    order, name = paid.body["order_id"], paid.body["id"]
    assert paid.body["status"] == "captured"
    await here.advance(11)
    lost = await _shown(here, name)
    assert (lost["status"], lost["amount_reversed"]) == ("captured", AMOUNT)
    assert lost["failure"] == "reversed_after_approval"
    tries = await here.tried(order, 2)
    assert {each.type for each in tries} == {"payment.captured", "payment.reversed"}
    again = await here.it.call("POST", "/v1/refunds", {"payment": name})
    assert again.status == 409


def disputed(arm: str, *, evidence: bool, won: bool) -> Act:
    """Withdrawn at once; with evidence and a good case it comes back."""

    async def play(here: Stage) -> None:
        paid = await here.meet(f"payer-goes-to-the-bank/{arm}")
        await here.advance(11)
        lost = await _shown(here, paid.body["id"])
        assert lost["amount_disputed"] == AMOUNT
        found = await here.it.call("GET", f"/v1/disputes?payment={paid.body['id']}")
        (dispute,) = found.body["data"]
        assert (dispute["status"], dispute["amount"]) == ("opened", AMOUNT)
        if evidence:
            path = f"/v1/disputes/{dispute['id']}/evidence"
            sent = await here.it.call("POST", path, {"notes": "delivered on Monday"})
            assert sent.body["status"] == "under_review"
            assert (await here.it.call("POST", path, {"notes": "again"})).status == 409
        await here.advance(3700)
        ended = (await here.it.call("GET", f"/v1/disputes/{dispute['id']}")).body
        assert ended["status"] == ("won" if won else "lost")
        kept = await _shown(here, paid.body["id"])
        assert kept["amount_disputed"] == (0 if won else AMOUNT)

    return Act("disputed", play)


def statement_row(hit: str, check: Callable[[Stage, str, str], Awaitable[None]]) -> Act:
    """A charge, and how the statement has it; the payment is right in every query."""

    async def play(here: Stage) -> None:
        paid = await here.meet(hit)
        assert (paid.body["status"], paid.body["amount_captured"]) == ("captured", AMOUNT)
        await check(here, paid.body["order_id"], paid.body["id"])
        assert await here.taken(paid.body["order_id"]) == AMOUNT

    return Act("", play)


async def left_out(here: Stage, order: str, payment: str) -> None:
    """No row at all."""
    assert [row for row in await _statement(here) if row["order_id"] == order] == []


async def listed_twice(here: Stage, order: str, payment: str) -> None:
    """A second row, for a payment that nobody can find."""
    rows = [row for row in await _statement(here) if row["order_id"] == order]
    assert [row["amount"] for row in rows] == ["1000", "1000"]
    (phantom,) = {row["payment"] for row in rows} - {payment}
    assert (await here.it.call("GET", f"/v1/payments/{phantom}")).status == 404


async def another_amount(here: Stage, order: str, payment: str) -> None:
    """One row, and one unit of the currency too little in it."""
    (row,) = [row for row in await _statement(here) if row["order_id"] == order]
    assert (row["payment"], row["amount"]) == (payment, "900")


async def settles_late(here: Stage) -> None:
    """Not today, but tomorrow."""
    paid = await here.meet("settlement-stands-still")
    order = paid.body["order_id"]
    assert [row for row in await _statement(here) if row["order_id"] == order] == []
    (row,) = [row for row in await _statement(here, 1) if row["order_id"] == order]
    assert (row["payment"], row["amount"]) == (paid.body["id"], "1000")
    assert await here.taken(order) == AMOUNT


async def one_fifth_off(here: Stage) -> None:
    """Captured, and both amounts of the answer say that it is less than was asked."""
    paid = await here.meet("one-fifth-off")
    assert (paid.status, paid.body["status"]) == (201, "captured")
    assert (paid.body["amount"], paid.body["amount_captured"]) == (800, 800)
    await _refunded(here, paid.body["id"], "all")
    assert await here.taken(paid.body["order_id"]) == 0


async def debited_twice(here: Stage) -> None:
    """Two payments of one order; the later one goes back, which takes its time."""
    paid = await here.meet("debited-twice")
    order = paid.body["order_id"]
    both = await here.it.find(order)
    assert [each["amount_captured"] for each in both] == [AMOUNT, AMOUNT]
    back = await _refunded(here, both[1]["id"], "the-second")
    assert back["status"] == "pending"
    await here.advance(31)
    assert (await _refund(here, back["id"]))["status"] == "succeeded"
    assert await here.taken(order) == AMOUNT


async def no_sms(here: Stage) -> None:
    """A card is declined, the SMS is lost, the e-mail arrives."""
    failed = await here.meet("card-is-empty", method=CARD)
    body = {
        "order_id": failed.error["payment"]["order_id"],
        "via": "sms",
        "message": failed.error["message"],
        "reason": "insufficient_funds",
        "next_step": "top_up",
    }
    lost = await here.it.call("POST", "/v1/notifications", body)
    assert (lost.status, lost.body["status"]) == (201, "undelivered")
    sent = await here.it.call("POST", "/v1/notifications", body | {"via": "email"})
    assert (sent.status, sent.body["status"]) == (201, "sent")


async def no_webhook(here: Stage) -> None:
    """Nobody is told of a payment, though the shop would listen."""
    await here.tried("unheard", 1) if await _paid(here, "unheard") else None
    assert not any(each.sent for each in here.deliveries("unheard"))
    assert "no-webhook" in here.hits("unheard")


ROWS: Final[dict[str, Row]] = {
    "after/refund-pending": (Act("refund_pending", refund_pending),),
    "after/refund-fails": (
        refund_fails("while-pending", "pending"),
        refund_fails("after-it-was-done", "succeeded"),
    ),
    "after/hold-lingers": (
        Act("reversed_after_approval", hold_lingers),
        Act("hold_released_late", void_lingers),
    ),
    "after/reversed": (Act("reversed_after_approval", reversed_later),),
    "after/disputed": (
        disputed("nothing-arrived", evidence=True, won=True),
        disputed("nothing-arrived", evidence=False, won=False),
        disputed("it-was-not-me", evidence=True, won=False),
    ),
    "after/charged-order-incomplete": (
        Step(
            hit="nobody-tells-the-shop/answer-lost",
            failure="charged_order_incomplete",
            sees="closed",
            money="once",
            then=("ask: captured", "same key: 201"),
        ),
        Step(
            hit="nobody-tells-the-shop/called-failed-and-taken",
            failure="late_success",
            sees="402",
            money="later",
            then=("ask: failed", "wait: done", "ask: captured"),
        ),
        Act("webhook_missing", no_webhook),
    ),
    "after/statement-differences": (
        statement_row("the-books-are-wrong/left-out", left_out),
        statement_row("the-books-are-wrong/listed-twice", listed_twice),
        statement_row("the-books-are-wrong/another-amount", another_amount),
    ),
    "after/settlement-delayed": (Act("settlement_delayed", settles_late),),
    "after/amount-mismatch": (Act("amount_mismatch", one_fifth_off),),
    "after/duplicate-debit": (
        Act("duplicate_charge", debited_twice),
        Act("refund_pending", debited_twice),
    ),
    "after/notices-lost": (Act("insufficient_funds", no_sms),),
}
