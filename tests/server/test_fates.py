"""A seed gives every order the same fate, in whatever order they come and whatever ids they get."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.server.kit import Desk, desk

SCENARIO = """seed: 5
profile:
  base: default
  risk:
    false_positives: 10%
    review_lasts: 20s
    review_approves: 60%
    rules:
      - {name: dear, above: [15.00 USD], action: review}
rules:
  - name: asked
    when: {operation: authorize, amount: 1..900}
    share: 60%
    fault: {three_ds: challenge}
  - {name: no, when: {operation: authorize}, share: 30%, fault: {decline: insufficient_funds}}
  - {name: wrong, when: {operation: authenticate}, share: 30%, fault: {three_ds: rejected}}
  - {name: fails, when: {operation: refund}, share: 40%, fault: {refund_fails: {after: 1s}}}
"""
ORDERS = range(1, 41)


async def _live(it: Desk, run: str, number: int) -> tuple[Any, ...]:
    """All that becomes of one order: paid, proved, refunded."""
    body = {"order_id": f"{run}-{number}", "amount": 100 * (number % 20 + 1), "currency": "USD"}
    card = {"type": "card", "token": f"tok_visa_DE_{number}"}
    made = (await it.call("POST", "/v1/payments", body | {"method": card})).body
    payment = made if "id" in made else made["error"]["payment"]
    steps = [payment["status"], payment["failure"]]
    if payment["next_action"]:
        page = urlsplit(payment["next_action"]["url"]).path
        proved = (await it.call("POST", page, {"action": "approve"})).body
        steps += [proved["status"], proved["payment"]["status"]]
    if payment["status"] == "captured":
        refund = (await it.call("POST", "/v1/refunds", {"payment": payment["id"]})).body
        steps.append(refund["status"])
    return (payment["id"], *steps)


async def _ends(it: Desk, lives: dict[int, tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    """The same, with how all stand an hour later, and without the ids."""
    await it.control("POST", "/accounts/shop/clock/advance", {"by": "1h"})
    ends = {}
    for number, (payment, *steps) in lives.items():
        now = (await it.call("GET", f"/v1/payments/{payment}")).body
        ends[number] = (*steps, now["status"], now["failure"], now["amount_refunded"])
    return ends


@pytest.mark.parametrize("other", [tuple(reversed(ORDERS)), ORDERS])
async def test_fates_follow_from_the_seed_and_the_order_alone(
    tmp_path: Path, other: tuple[int, ...]
) -> None:
    """Another run, another gateway, another order of arrival: the same forty lives."""
    told = []
    for run, orders in (("r1", ORDERS), ("r2", other)):
        folder = tmp_path / run
        folder.mkdir()
        async with desk(folder) as it:
            if run == "r2":
                await it.pay("warming-up", key="k")
            put = await it.control(
                "PUT", f"/accounts/shop/scenario?run={run}", f"scenario: 1\nname: t\n{SCENARIO}"
            )
            assert put.status == 200, put.body
            told.append(await _ends(it, {each: await _live(it, run, each) for each in orders}))
    assert told[0] == told[1]
    assert len(set(told[0].values())) > 6
