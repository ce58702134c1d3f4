"""The fake inbox: whose messages, which of them, and what is wrong with a question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.kit import Desk, desk
from tests.server.payer import Payer, card

INBOX = "/accounts/shop/inbox"


@pytest.fixture(name="it")
async def _it(tmp_path: Path) -> AsyncIterator[Desk]:
    """Three payers with a code, the second of them twice, and one whose message is lost."""
    async with desk(tmp_path) as it:
        for n, (phone, email) in enumerate(
            [("+4915111111111", "a@x.org"), ("+4915122222222", "b@x.org")]
        ):
            payer = {"payer": {"phone": phone, "email": email}}
            made = await it.pay(f"o{n}", body=card("tok_otp_ok_DE_1") | payer)
            if n:
                await Payer(it, made).act("resend", via="email")
        await it.pay("lost", body=card("tok_otp_never_DE_1"))
        await it.pay("o3", channel="backup", body=card("tok_otp_ok_DE_1"))
        yield it


async def messages(it: Desk, query: str = "") -> list[tuple[str, str, str]]:
    """Order, way and address of what is found."""
    data = (await it.control("GET", f"{INBOX}{query}")).body["data"]
    return [(each["order"], each["via"], each["to"]) for each in data]


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ("", ["o0", "o1", "o1", "o3"]),
        ("?order=o1", ["o1", "o1"]),
        ("?order=o3", ["o3"]),
        ("?order=lost", []),
        ("?order=lost&all=true", ["lost"]),
        ("?all=true", ["lost", "o0", "o1", "o1", "o3"]),
        ("?to=b***@x.org", ["o1"]),
        ("?to=%2B49*****11", ["o0"]),
        ("?to=nobody", []),
        ("?order=never", []),
        ("?limit=1", ["o3"]),
    ],
)
async def test_whose_messages(it: Desk, query: str, orders: list[str]) -> None:
    """By order, by masked address, on all channels; the lost ones only when asked for."""
    assert sorted(order for order, _, _ in await messages(it, query)) == orders


async def test_by_payment(it: Desk) -> None:
    """A payment's own messages, oldest first; with an order that is not its own, none."""
    [payment] = await it.find("o1")
    by_payment = f"?payment={payment['id']}"
    assert await messages(it, by_payment) == [
        ("o1", "sms", "+49*****22"), ("o1", "email", "b***@x.org"),
    ]  # fmt: skip
    assert await messages(it, f"{by_payment}&order=o0") == []


async def test_each_message_has_a_code_of_its_own(it: Desk) -> None:
    """And a name."""
    data = (await it.control("GET", INBOX)).body["data"]
    assert len({each["id"] for each in data}) == len(data)
    assert len({each["code"] for each in data}) == len(data)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?from=me", "from: unknown field"),
        ("?all=perhaps", "all: "),
        ("?limit=0", "limit: "),
        ("?all=true&order=o1&order=o2", "order: stands there more than once"),
    ],
)
async def test_what_cannot_be_asked(it: Desk, query: str, message: str) -> None:
    """The error names the parameter."""
    answer = await it.control("GET", f"{INBOX}{query}")
    assert answer.status == 422
    assert message in answer.error["message"]
