"""Pages through the pipeline: who gets what, errors that read well, and faults of pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.hosted.kit import BROKE, payer

IE = "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko"


def page_fault(how: str) -> str:
    """Every page fails like this."""
    return f"rules:\n  - {{name: bad, when: {{operation: page}}, fault: {{page: {how}}}}}\n"


def error(status: int, charged: str) -> str:
    """Every charge is answered with an error, before or after the money moved."""
    return (
        "rules:\n  - {name: bad, when: {operation: authorize}, "
        f"fault: {{error: {{status: {status}, charged: {charged}, body: html}}}}}}\n"
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/pay/shop/chk_0", 404),
        ("GET", "/pay/shop/auth_0", 404),
        ("GET", "/pay/shop/xyz", 404),
        ("GET", "/pay/shop/", 404),
        ("GET", "/pay/nobody/chk_0", 404),
        ("GET", "/pay/", 404),
        ("GET", "/pay/shop/chk_0/more/of/it", 404),
        ("PUT", "/pay/shop/chk_0", 404),
        ("POST", "/pay/shop/chk_0/receipt", 404),
    ],
)
async def test_no_such_page(tmp_path: Path, method: str, path: str, status: int) -> None:
    """A page for a browser, the error body of the API for a program."""
    async with payer(tmp_path) as shopper:
        await shopper.checkout()
        shown = await shopper._send(method, path, None, {})
        code, body = await shopper.json(method, path)

        assert (shown.status, shown.title) == (status, "There is no such page")
        assert (code, body["error"]["payment"]) == (status, None)


@pytest.mark.parametrize(
    "form", [{"turn": "x", "method": "card"}, {"turn": "9" * 12, "method": "card"}, {}]
)
async def test_what_no_form_of_ours_sends(tmp_path: Path, form: dict[str, str]) -> None:
    """Is refused with a page."""
    async with payer(tmp_path) as shopper:
        shown = await shopper.send(await shopper.checkout(), form)
        assert (shown.status, shown.title) == (400, "This request cannot be understood")
        assert shopper.taken() == 0


async def test_too_large(tmp_path: Path) -> None:
    """A form is small."""
    async with payer(tmp_path) as shopper:
        shown = await shopper.send(await shopper.checkout(), {"number": "1" * 70_000})
        assert shown.status == 413


async def test_an_outdated_browser(tmp_path: Path) -> None:
    """It is told which ones work, before anything is paid."""
    async with payer(tmp_path) as shopper:
        shown = await shopper.look(await shopper.checkout(), User_Agent=IE)
        assert shown.title == "This browser is not supported"
        assert "Chrome, Firefox, Edge or Safari" in shown.text
        assert "<form" not in shown.html


@pytest.mark.parametrize(
    ("how", "status", "title"),
    [
        ("expired", 200, "Your session has expired"),
        ("unsupported_browser", 200, "This browser is not supported"),
        ("error_403", 403, "Error 403: access refused"),
    ],
)
async def test_pages_that_fail(tmp_path: Path, how: str, status: int, title: str) -> None:
    """In words, with a next step; the hit is in the journal, and a program sees no page."""
    async with payer(tmp_path, page_fault(how)) as shopper:
        path = await shopper.checkout()
        shown = await shopper.look(path)
        last = shopper.desk.exchanges()[-1]

        assert (shown.status, shown.title) == (status, title)
        assert [(hit.rule, hit.fault, hit.effect) for hit in last.hits] == [("bad", "page", "none")]
        if how != "error_403":
            assert (await shopper.json("GET", path))[0] == 200


async def test_a_blank_page(tmp_path: Path) -> None:
    """Nothing at all, and 200."""
    async with payer(tmp_path, page_fault("blank")) as shopper:
        shown = await shopper.look(await shopper.checkout())
        assert (shown.status, shown.html) == (200, "")


async def test_a_dead_button(tmp_path: Path) -> None:
    """The page is whole, but nothing on it sends the form: on the checkout and at the bank."""
    async with payer(tmp_path, page_fault("dead_button")) as shopper:
        path = await shopper.checkout()
        shown = await shopper.look(path)
        assert "Pay US$185.00" in shown.text
        assert 'type="submit"' not in shown.html
        status, payment = await shopper.json(
            "POST", path, {"method": {"type": "card", "token": "tok_otp_ok_DE_1"}}
        )
        assert status == 201
        code = await shopper.look("/pay/" + payment["next_action"]["url"].partition("/pay/")[2])
        assert code.title == "Enter the code that we sent you"
        assert 'type="submit"' not in code.html


async def test_a_page_that_hangs(tmp_path: Path) -> None:
    """It never comes; nothing was decided."""
    async with payer(tmp_path, page_fault("{how: hangs, for: 100ms}")) as shopper:
        path = await shopper.checkout()
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await shopper.look(path)
        assert shopper.desk.exchanges()[-1].sent == "none"


async def test_the_result_does_not_show_but_the_money_is_gone(tmp_path: Path) -> None:
    """The form goes through, the page that follows does not; loading it again tells the truth."""
    once = page_fault("expired").replace("when:", "every: 2, when:")
    async with payer(tmp_path, once) as shopper:
        path = await shopper.checkout()
        lost = await shopper.pay(path)
        assert lost.title == "Your session has expired"
        assert "do not pay again" in lost.text
        assert shopper.taken() == 1
        assert (await shopper.look(path)).title == "Payment successful"


@pytest.mark.parametrize(
    ("status", "charged", "title"),
    [
        (403, "no", "Error 403: access refused"),
        (503, "no", "Very many people are paying right now"),
        (500, "no", "We did not get an answer"),
        (504, "yes", "We did not get an answer"),
    ],
)
async def test_errors_at_the_button(tmp_path: Path, status: int, charged: str, title: str) -> None:
    """A page says what is known of the money; loading it again shows how things stand."""
    async with payer(tmp_path, error(status, charged)) as shopper:
        path = await shopper.checkout()
        shown = await shopper.pay(path)
        assert (shown.status, shown.title) == (status, title)
        after = await shopper.look(path)
        assert after.title == ("Payment successful" if charged == "yes" else "Payment to shop")


async def test_an_answer_that_is_lost(tmp_path: Path) -> None:
    """The charge stands; pressing again finds it."""
    lost = "rules:\n  - {when: {operation: authorize}, fault: {lost_reply: {after: 50ms}}}\n"
    async with payer(tmp_path, lost) as shopper:
        path = await shopper.checkout()
        page = await shopper.look(path)
        card = {"method": "card", "number": "4242424242424242", "expiry": "12/30", "cvc": "123"}
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await shopper.send(path, page.hidden | card)
        again = await shopper.send(path, page.hidden | card)

        assert again.title == "Payment successful"
        assert "not been charged again" in again.text
        assert shopper.taken() == 1


async def test_faults_strike_payments_made_on_pages(tmp_path: Path) -> None:
    """Rules see method and card as they see those of any other charge."""
    rules = (
        "rules:\n  - {name: no, when: {operation: authorize, method: card, card.brand: visa}, "
        "fault: {decline: call_issuer}}\n"
    )
    async with payer(tmp_path, rules) as shopper:
        path = await shopper.checkout()
        declined = await shopper.pay(path)
        assert "The payment did not go through" in declined.text
        assert (await shopper.pay(path, "5555555555554444")).title == "Payment successful"
        hits = [hit.rule for each in shopper.desk.exchanges() for hit in each.hits]
        assert hits == ["no"]


async def test_idempotency_keys_of_programs(tmp_path: Path) -> None:
    """A page takes them too, as the API does."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        body = {"method": {"type": "card", "token": "tok_visa_DE_1"}}
        first = await shopper.desk.call("POST", path, body, key="k1")
        again = await shopper.desk.call("POST", path, body, key="k1")
        other = await shopper.desk.call("POST", path, {"method": {"type": "wallet"}}, key="k1")

        assert (first.status, again.status, other.status) == (201, 201, 422)
        assert first.body == again.body


async def test_pages_are_quick(tmp_path: Path) -> None:
    """A page costs a few milliseconds of the gateway's own time, once templates are loaded."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        await shopper.pay(path, BROKE)
        await asyncio.gather(*(shopper.look(path) for _ in range(10)))
        own = sorted(each.own_us for each in shopper.desk.exchanges() if each.operation == "page")

        assert own[len(own) // 2] < 20_000
