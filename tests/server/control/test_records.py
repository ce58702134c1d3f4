"""What happened, page by page; and webhooks once more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.kit import Desk, desk
from tests.server.receiver import Receiver

PATH = "/accounts/shop"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(name="receiver")
async def _receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver([])
    await receiver.start()
    yield receiver
    await receiver.close()


async def _deliveries(it: Desk, number: int) -> list[dict[str, Any]]:
    """All tries so far, once there are so many."""
    async with asyncio.timeout(5):
        while True:
            data = (await it.control("GET", f"{PATH}/deliveries")).body["data"]
            if len(data) >= number:
                return list(data)
            await asyncio.sleep(0.02)


async def _aim(it: Desk, receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{receiver.port}/hooks"
    await it.control("PUT", f"{PATH}/webhook", {"url": url, "secret": SECRET})


async def test_the_journal_comes_in_pages(tmp_path: Path) -> None:
    """Every line once and in order, however small the page; at the end the cursor stays."""
    async with desk(tmp_path) as it:
        for number in range(4):
            await it.pay(f"o{number}")
            await it.pay(f"o{number}", api_key="sk_test_other")
        whole = (await it.control("GET", f"{PATH}/journal")).body
        lines, after = [], 0
        while True:
            page = (await it.control("GET", f"{PATH}/journal?after={after}&limit=3")).body
            assert len(page["data"]) <= 3
            lines += page["data"]
            if page["next"] == after:
                break
            after = page["next"]
        assert lines == whole["data"]
        assert {line["account"] for line in lines} == {"shop"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("after=3", "3 is not a cursor"),
        ("after=99999999", "99999999 is not a cursor"),
        ("after=-1", "after: expected `int` >= 0"),
        ("after=9007199254740992", "after: expected `int` <= 9007199254740991"),
        ("limit=0", "limit: expected `int` >= 1"),
        ("limit=many", "limit: 'many' is not a whole number"),
        ("aftr=1", "did you mean 'after'"),
    ],
)
async def test_what_is_no_page(tmp_path: Path, query: str, words: str) -> None:
    """A cursor that nobody gave out would cut a line in two."""
    async with desk(tmp_path) as it:
        for path in (f"{PATH}/journal", f"{PATH}/deliveries"):
            refused = await it.control("GET", f"{path}?{query}")
            assert refused.status == 422
            assert words in refused.error["message"]


async def test_deliveries_are_read_on_from_a_cursor(tmp_path: Path, receiver: Receiver) -> None:
    """What was read does not come again."""
    async with desk(tmp_path) as it:
        await _aim(it, receiver)
        await it.pay("o1")
        await _deliveries(it, 1)
        first = (await it.control("GET", f"{PATH}/deliveries")).body
        await it.pay("o2")
        await _deliveries(it, 2)
        rest = (await it.control("GET", f"{PATH}/deliveries?after={first['next']}")).body
        assert [line["order"] for line in rest["data"]] == ["o2"]


async def test_a_delivery_is_sent_again(tmp_path: Path, receiver: Receiver) -> None:
    """The same event id and the same body, as a new try that is counted."""
    async with desk(tmp_path) as it:
        await _aim(it, receiver)
        await it.pay("o1")
        event = (await _deliveries(it, 1))[0]["event"]
        for attempt in (2, 3):
            again = await it.control("POST", f"{PATH}/deliveries/{event}/replay")
            told = {"event": event, "attempt": attempt, "name": None, "endpoint": None}
            assert (again.status, again.body) == (200, told)
            await _deliveries(it, attempt)
        tries = [(line["event"], line.get("attempt", 1)) for line in await _deliveries(it, 3)]
        assert tries == [(event, 1), (event, 2), (event, 3)]


async def test_an_event_of_before_a_restart_is_sent_again(
    tmp_path: Path, receiver: Receiver
) -> None:
    """It is taken from the journal."""
    async with desk(tmp_path) as it:
        await _aim(it, receiver)
        await it.pay("o1")
        event = (await _deliveries(it, 1))[0]["event"]
    async with desk(tmp_path) as it:
        await _aim(it, receiver)
        again = await it.control("POST", f"{PATH}/deliveries/{event}/replay")
        assert (again.body["event"], again.body["attempt"]) == (event, 2)
        assert (await _deliveries(it, 2))[1]["acknowledged"]


async def test_what_cannot_be_sent_again(tmp_path: Path, receiver: Receiver) -> None:
    """An event of nobody or of another account, and any without an address."""
    async with desk(tmp_path) as it:
        await _aim(it, receiver)
        await it.pay("o1")
        event = (await _deliveries(it, 1))[0]["event"]
        assert (await it.control("POST", f"{PATH}/deliveries/evt_x/replay")).status == 404
        elsewhere = await it.control("POST", f"{PATH}/deliveries/{event}/replay?endpoint=we_1")
        assert elsewhere.status == 422
        assert "at one address" in elsewhere.error["message"]
        foreign = await it.control("POST", f"/accounts/other/deliveries/{event}/replay")
        assert foreign.status == 404
        await it.control("POST", f"{PATH}/reset")
        forgotten = await it.control("POST", f"{PATH}/deliveries/{event}/replay")
        assert forgotten.status == 404
        await it.pay("o2")
        data = (await it.control("GET", f"{PATH}/journal")).body["data"]
        unsent = [line["events"][0]["id"] for line in data if line["kind"] == "commit"][-1]
        refused = await it.control("POST", f"{PATH}/deliveries/{unsent}/replay")
        assert refused.status == 422
        assert "no address" in refused.error["message"]
