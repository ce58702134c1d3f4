"""The checkout page, as a browser that runs nothing sees it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from simulator.hosted import painter
from simulator.journal.entry import Exchange
from tests.hosted.kit import BACK, BROKE, GOOD, payer

SLOW = "rules:\n  - {when: {operation: authorize}, fault: {slow: {fixed: 200ms, at: before}}}\n"
EVISA = "profile: {base: evisa, maintenance: []}\nrules: []\n"
RETRYING = """rules:
  - {when: {operation: authorize}, fault: {retrying: {tries: 2, every: 5s, cause: app}}}
"""
LATE = """rules:
  - {when: {operation: authorize}, fault: {late_success: {after: 60s, told: %s}}}
"""


async def test_what_the_page_shows(tmp_path: Path) -> None:
    """Amount, order, product, the methods, the way back; and what protects it."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout(product="Visitor visa <30 days>")
        page = await shopper.look(path)

        assert (page.status, page.title) == (200, "Payment to shop")
        for said in ("US$185.00", "o1", "Visitor visa <30 days>", "Wallet", "Bank transfer"):
            assert said in page.text
        assert path.rpartition("/")[2] not in page.text  # the page's key is nothing to read out
        assert f'href="{BACK}"' in page.html
        assert '<html lang="en">' in page.html
        assert "<script>" not in page.html
        assert " style=" not in page.html
        for name, value in painter.HEADERS:
            assert page.headers[name] == value


async def test_paying_by_card(tmp_path: Path) -> None:
    """The form leads to the result, and loading that again pays nothing."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        paid = await shopper.pay(path)
        again = await shopper.look(paid.path)

        assert (paid.status, paid.title) == (200, "Payment successful")
        assert "shop has received US$185.00" in paid.text
        assert again.title == "Payment successful"
        assert f'href="{BACK}"' in paid.html
        assert shopper.taken() == 1
        assert [(each.operation, each.status) for each in shopper.desk.exchanges()] == [
            ("create", 201), ("page", 200), ("authorize", 303), ("page", 200), ("page", 200),
        ]  # fmt: skip


async def test_a_declined_card_then_another_way(tmp_path: Path) -> None:
    """The reason in words for payers, a new try, and one payment that took money."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        declined = await shopper.pay(path, BROKE)
        assert declined.title == "Payment to shop"
        assert "The payment did not go through" in declined.text
        assert "you have not been charged" in declined.text

        paid = await shopper.send(path, declined.hidden | {"method": "wallet"})
        assert paid.title == "Payment successful"
        orders = await shopper.desk.find()
        assert [each["status"] for each in orders] == ["failed", "captured"]


async def test_a_reason_that_is_not_shown(tmp_path: Path) -> None:
    """A stolen card is declined like any other: a thief would learn it too."""
    async with payer(tmp_path) as shopper:
        declined = await shopper.pay(await shopper.checkout(), "4000000000009979")

        assert "not approved" in declined.text
        assert "stolen" not in declined.html.lower()


async def test_mistakes_are_shown_at_their_fields(tmp_path: Path) -> None:
    """The choice and the date stay; number and code are not sent back; nothing was tried."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        page = await shopper.pay(path, "4111111111111111", cvc="98765")

        assert page.status == 422
        assert "not a test card number" in page.text
        assert "The security code has 3 or 4 digits." in page.text
        assert 'value="12/30"' in page.html
        assert 'aria-invalid="true"' in page.html
        assert "4111111111111111" not in page.html
        assert "98765" not in page.html
        assert await shopper.desk.find() == []
        past = await shopper.pay(path, expiry="01/20")
        assert "This date is past" in past.text
        assert await shopper.desk.find() == []


async def test_no_card_data_anywhere(tmp_path: Path) -> None:
    """Neither in an address, nor in a page, nor in the journal."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout(payer={"email": "li.wei@example.com"})
        await shopper.pay(path, "4111 1111 1111 1111", cvc="987")
        await shopper.pay(path, BROKE, cvc="987")
        paid = await shopper.pay(path, GOOD, cvc="987")
        receipt = await shopper.look(f"{path}/receipt")
        shopper.desk.lines()
        journal = (tmp_path / "journal.jsonl").read_text(encoding="utf-8")

        for number in ("4111111111111111", BROKE, GOOD):
            plain = number.replace(" ", "")
            for place in (paid.html, paid.path, receipt.html, journal):
                assert plain not in place
                assert number not in place
        assert '"987"' not in journal
        assert "li.wei" not in journal


async def test_a_stale_page_sent_again(tmp_path: Path) -> None:
    """The page of before the payment, from the cache: paid once, and it says so."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        cached = await shopper.look(path)
        card = {"method": "card", "number": GOOD, "expiry": "12/30", "cvc": "123"}
        await shopper.send(path, cached.hidden | card)
        again = await shopper.send(path, cached.hidden | card)

        assert again.title == "Payment successful"
        assert "You have not been charged again" in again.text
        assert shopper.taken() == 1


async def test_a_stale_page_after_a_decline(tmp_path: Path) -> None:
    """A second tab that knows nothing of the first tab's try charges nothing, and says so."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        tab = await shopper.look(path)
        await shopper.pay(path, BROKE)
        card = {"method": "card", "number": GOOD, "expiry": "12/30", "cvc": "123"}
        stale = await shopper.send(path, tab.hidden | card)

        assert "out of date, so nothing was charged" in stale.text
        assert shopper.taken() == 0
        assert (await shopper.send(path, stale.hidden | card)).title == "Payment successful"


async def test_two_presses_at_once(tmp_path: Path) -> None:
    """Both are under way before one is decided; the other finds the page changed."""
    async with payer(tmp_path, SLOW) as shopper:
        path = await shopper.checkout()
        page = await shopper.look(path)
        card = {"method": "card", "number": GOOD, "expiry": "12/30", "cvc": "123"}
        both = await asyncio.gather(
            shopper.send(path, page.hidden | card), shopper.send(path, page.hidden | card)
        )

        assert {each.title for each in both} == {"Payment successful"}
        assert len(await shopper.desk.find()) == 1


@pytest.mark.parametrize("told", ["unknown", "processing"])
async def test_a_result_that_is_not_known(tmp_path: Path, told: str) -> None:
    """Do not pay again; a second try is not taken; in the end the page says paid."""
    async with payer(tmp_path, LATE % told) as shopper:
        path = await shopper.checkout()
        page = await shopper.look(path)
        waiting = await shopper.pay(path)
        assert waiting.title == "We are checking your payment"
        assert "do not pay again" in waiting.text
        assert "<noscript><meta" in waiting.html

        again = await shopper.send(path, page.hidden | {"method": "wallet"})
        assert "Nothing was charged a second time" in again.text
        await shopper.desk.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await shopper.look(path)).title == "Payment successful"
        assert shopper.taken() == 1


async def test_a_wallet_that_keeps_retrying(tmp_path: Path) -> None:
    """The page says why, what helps and not to pay again; in the end it says paid."""
    async with payer(tmp_path, RETRYING) as shopper:
        path = await shopper.checkout()
        page = await shopper.look(path)
        waiting = await shopper.send(path, page.hidden | {"method": "wallet"})
        assert waiting.title == "We are checking your payment"
        assert "Please update the app" in waiting.text
        assert "do not pay again" in waiting.text
        await shopper.desk.control("POST", "/accounts/shop/clock/advance", {"by": "61s"})
        assert (await shopper.look(path)).title == "Payment successful"
        assert shopper.taken() == 1


async def test_a_session_that_has_ended(tmp_path: Path) -> None:
    """By the account's clock: the form that was still open charges nothing."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout(expires_in=60)
        page = await shopper.look(path)
        await shopper.desk.control("POST", "/accounts/shop/clock/advance", {"by": "60s"})
        late = await shopper.send(path, page.hidden | {"method": "wallet"})

        assert late.title == "This session has ended"
        assert "You have not been charged" in late.text
        assert f'href="{BACK}"' in late.html
        assert shopper.taken() == 0


async def test_a_closed_order(tmp_path: Path) -> None:
    """The shop gave the order up while the payer typed."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        page = await shopper.look(path)
        await shopper.desk.call("POST", "/v1/payments/cancel", {"order_id": "o1"})
        late = await shopper.send(path, page.hidden | {"method": "wallet"})

        assert (late.status, late.title) == (409, "This order can no longer be paid")


async def test_methods_by_country_and_product(tmp_path: Path) -> None:
    """Only what the profile takes from this payer is offered; the page says why not the rest."""
    async with payer(tmp_path, EVISA) as shopper:
        path = await shopper.checkout(product="australia-visitor", payer={"country": "CN"})
        page = await shopper.look(path)

        offered = re.findall(r'name="method" id="method-(\w+)"', page.html)
        assert offered == ["card", "unionpay"]
        assert "PayPal is not available for your country or region." in page.text
        assert "Alipay is not taken for this product." in page.text
        refused = await shopper.send(path, page.hidden | {"method": "alipay"})
        assert "The payment did not go through" in refused.text
        assert shopper.taken() == 0


async def test_no_method_at_all(tmp_path: Path) -> None:
    """Nothing to press, and what to do."""
    closed = "profile: {base: evisa, maintenance: [{after: 0s, lasts: 1h}]}\nrules: []\n"
    async with payer(tmp_path, closed) as shopper:
        page = await shopper.look(await shopper.checkout())

        assert "<form" not in page.html
        assert "No payment method is open" in page.text
        assert "being maintained" in page.text


async def test_the_receipt(tmp_path: Path) -> None:
    """Whom, what, when and with what; before the payment there is none."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout(product="Visa")
        assert (await shopper.look(f"{path}/receipt")).title == "Payment to shop"
        await shopper.pay(path)
        receipt = await shopper.look(f"{path}/receipt")

        assert receipt.title == "Receipt"
        for said in ("US$185.00", "Visa, ending in 4242", "o1", "UTC", "Receipt number R-"):
            assert said in receipt.text


async def test_no_receipt_for_what_is_only_held(tmp_path: Path) -> None:
    """A receipt is for money that was taken; one that was given back since says so."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout(capture="manual")
        held = await shopper.pay(path)
        assert "US$185.00 is reserved for shop" in held.text
        assert "/receipt" not in held.html
        assert (await shopper.look(f"{path}/receipt")).title == "Payment successful"

        [payment] = await shopper.desk.find()
        await shopper.desk.call("POST", f"/v1/payments/{payment['id']}/capture", {"amount": 10000})
        assert "received US$100.00, which is a part" in (await shopper.look(path)).text
        await shopper.desk.call("POST", "/v1/refunds", {"payment": payment["id"], "amount": 2500})
        assert "US$25.00 has been refunded" in (await shopper.look(path)).text
        assert "Refunded US$25.00" in (await shopper.look(f"{path}/receipt")).text


async def test_languages(tmp_path: Path) -> None:
    """The merchant's locale, unless the payer chooses; the choice stays through a form."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout(locale="zh_CN")
        page = await shopper.look(path)
        assert '<html lang="zh-Hans">' in page.html
        assert page.title == "向 shop 付款"
        declined = await shopper.pay(path, BROKE)
        assert "付款未成功" in declined.text
        assert "余额不足" in declined.text
        assert (await shopper.look(f"{path}?lang=en")).title == "Payment to shop"

        plain = await shopper.checkout(order_id="o2")
        chosen = await shopper.pay(f"{plain}?lang=zh")
        assert chosen.title == "付款成功"
        asked = await shopper.look(plain, Accept_Language="zh-CN,zh;q=0.9")
        assert asked.title == "付款成功"


async def test_the_way_back_of_a_payment_is_no_script(tmp_path: Path) -> None:
    """A checkout takes web addresses only; what cannot be followed safely is not made a link."""
    async with payer(tmp_path) as shopper:
        answer = await shopper.desk.call(
            "POST",
            "/v1/checkouts",
            {"order_id": "o", "amount": 1, "currency": "USD", "return_url": "javascript:alert(1)"},
        )
        assert answer.status == 400
        own = await shopper.desk.pay(
            body={
                "method": {"type": "card", "token": "tok_3ds_challenge_DE_1"},
                "return_url": "javascript:alert(1)",
            }
        )
        path = own.body["next_action"]["url"].partition("/pay/")
        done = await shopper.send(f"/pay/{path[2]}", {"action": "approve", "lang": "en"})
        assert done.title == "Payment successful"
        assert "javascript:" not in done.html


async def test_programs_speak_json(tmp_path: Path) -> None:
    """The same page without HTML: what is offered, a payment, and why not a second one."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        status, page = await shopper.json("GET", path)
        assert (status, page["object"], page["turn"]) == (200, "checkout_page", 1)
        assert page["methods"] == ["card", "wallet", "bank_transfer"]
        assert page["payment"] is None

        method = {"type": "card", "token": "tok_visa_DE_1"}
        status, paid = await shopper.json("POST", path, {"method": method, "turn": 1})
        assert (status, paid["status"], paid["order_id"]) == (201, "captured", "o1")
        status, error = await shopper.json("POST", path, {"method": method, "turn": 1})
        assert (status, error["error"]["code"]) == (409, "state_forbids")
        assert error["error"]["money"] == "debited"
        status, page = await shopper.json("GET", path)
        assert page["checkout"]["status"] == "complete"
        assert page["payment"]["id"] == paid["id"]


async def test_a_second_turn_by_program(tmp_path: Path) -> None:
    """A page of before the last try pays nothing; without a turn there is no such thing."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        broke = {"type": "card", "token": "tok_decline_insufficient_funds"}
        assert (await shopper.json("POST", path, {"method": broke, "turn": 1}))[0] == 402
        status, error = await shopper.json("POST", path, {"method": broke, "turn": 1})
        assert (status, error["error"]["code"]) == (409, "page_out_of_date")
        assert (await shopper.json("POST", path, {"method": {"type": "wallet"}}))[0] == 201


async def test_it_survives_a_restart(tmp_path: Path) -> None:
    """The journal has the checkout, its turn and its payment."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        declined = await shopper.pay(path, BROKE)
        hidden = declined.hidden
    async with payer(tmp_path) as shopper:
        page = await shopper.look(path)
        assert "The payment did not go through" in page.text
        assert page.hidden == hidden
        assert (await shopper.pay(path)).title == "Payment successful"


async def test_exchanges_of_pages(tmp_path: Path) -> None:
    """Each is in the journal with its order; whoever cannot pay any more only looks."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        await shopper.pay(path)
        await shopper.send(path, {"turn": "1", "lang": "en", "method": "wallet"})
        made: list[Exchange] = shopper.desk.exchanges()[1:]

        assert {each.order for each in made} == {"o1"}
        assert [each.operation for each in made] == ["page", "authorize", "page", "page", "page"]
        assert [each.attempt for each in made] == [0, 1, 0, 0, 0]
