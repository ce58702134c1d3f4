"""The pages on which payers prove who pays, as a browser that runs nothing sees them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.failures.catalogue import failure
from tests.hosted.kit import BACK, SECURE, Payer, payer

EVISA = "profile: {base: evisa, maintenance: []}\nrules: []\n"


async def _challenged(shopper: Payer, token: str, lang: str = "en", **body: object) -> str:
    """The path of the page of a payment that a merchant made by itself."""
    asked = {"method": {"type": "card", "token": token}, "return_url": BACK} | body
    answer = await shopper.desk.pay(body=asked)
    assert answer.status == 201, answer.body
    url: str = answer.body["next_action"]["url"]
    return f"/pay/{url.partition('/pay/')[2]}?lang={lang}"


async def test_three_d_secure_on_a_checkout(tmp_path: Path) -> None:
    """The bank asks, the payer approves, and the checkout is paid."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        asked = await shopper.pay(path, SECURE)
        assert asked.title == "Confirm this payment with your bank"
        assert "/auth_" in asked.path
        for said in ("Test bank", "shop", "US$185.00", "Visa, ending in 3184"):
            assert said in asked.text
        assert shopper.taken() == 0

        paid = await shopper.send(asked.path, {"action": "approve", "lang": "en"})
        assert (paid.title, paid.path) == ("Payment successful", f"{path}?lang=en")
        assert shopper.taken() == 1


async def test_while_the_bank_asks_the_checkout_waits(tmp_path: Path) -> None:
    """Back to the checkout: one more step; a second payment is not taken there."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        asked = await shopper.pay(path, SECURE)
        waiting = await shopper.look(path)
        assert waiting.title == "One more step"
        assert asked.path in waiting.html
        again = await shopper.send(path, {"turn": "1", "method": "wallet", "lang": "en"})
        assert "Nothing was charged a second time" in again.text


@pytest.mark.parametrize("action", ["reject", "cancel"])
async def test_no_to_the_bank(tmp_path: Path, action: str) -> None:
    """The checkout is open again, for another card or method."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        asked = await shopper.pay(path, SECURE)
        back = await shopper.send(asked.path, {"action": action, "lang": "en"})

        assert back.path == f"{path}?lang=en"
        assert "You can try again below" in back.text
        assert "have not been charged" in back.text
        paid = await shopper.send(path, back.hidden | {"method": "wallet"})
        assert paid.title == "Payment successful"


async def test_a_code_wrong_then_right(tmp_path: Path) -> None:
    """The reason stands at the field, the tries that are left go down, the typed code is gone."""
    async with payer(tmp_path) as shopper:
        path = await _challenged(
            shopper, "tok_otp_ok_DE_1", payer={"country": "DE", "phone": "+49 151 23456789"}
        )
        asked = await shopper.look(path)
        assert asked.title == "Enter the code that we sent you"
        assert "+49*****89" in asked.text
        assert "23456789" not in asked.html
        assert 'autocomplete="one-time-code"' in asked.html
        assert "Tries left: 5" in asked.text

        good = shopper.code(path)
        bad = "000000" if good != "000000" else "111111"
        form = {"action": "submit_code", "lang": "en"}
        wrong = await shopper.send(path, form | {"code": bad})
        assert wrong.status == 200
        assert "Tries left: 4" in wrong.text
        assert 'id="code-wrong"' in wrong.html
        assert f'value="{bad}"' not in wrong.html
        right = await shopper.send(path, form | {"code": good})
        assert right.title == "Payment successful"
        assert f'href="{BACK}"' in right.html
        assert "/receipt" not in right.html
        assert shopper.taken() == 1


async def test_no_code_typed(tmp_path: Path) -> None:
    """It costs no try."""
    async with payer(tmp_path) as shopper:
        path = await _challenged(shopper, "tok_otp_ok_DE_1")
        page = await shopper.send(path, {"action": "submit_code", "code": " ", "lang": "en"})

        assert page.status == 422
        assert "Enter the code." in page.text
        assert "Tries left: 5" in page.text


async def test_half_a_code_typed(tmp_path: Path) -> None:
    """It costs no try either, and is told at the field."""
    async with payer(tmp_path) as shopper:
        path = await _challenged(shopper, "tok_otp_ok_DE_1")
        page = await shopper.send(path, {"action": "submit_code", "code": "12", "lang": "en"})

        assert page.status == 422
        assert 'id="code-wrong"' in page.html
        assert "Please enter all of its digits" in page.text
        assert "Tries left: 5" in page.text


async def test_another_code(tmp_path: Path) -> None:
    """By another way at once; by the same way only after a while; only the newest works."""
    async with payer(tmp_path) as shopper:
        whom = {"phone": "+4915123456789", "email": "anna@example.com"}
        path = await _challenged(shopper, "tok_otp_ok_DE_1", payer=whom)
        first = shopper.code(path)
        form = {"action": "resend", "lang": "en"}
        soon = await shopper.send(path, form | {"via": "sms"})
        assert soon.status == 429
        assert "Please wait before you ask for another" in soon.text
        assert "data-seconds" in soon.html

        other = await shopper.send(path, form | {"via": "email"})
        assert other.status == 200
        assert "A new code is on its way" in other.text
        assert "by e-mail to a***@example.com" in other.text
        assert shopper.code(path) != first
        old = await shopper.send(path, {"action": "submit_code", "code": first, "lang": "en"})
        assert "Tries left: 4" in old.text


async def test_on_the_device(tmp_path: Path) -> None:
    """A fingerprint that fails counts; a code can be asked for in its place."""
    async with payer(tmp_path) as shopper:
        path = await _challenged(shopper, "tok_biometric_fails_DE_1")
        page = await shopper.look(path)
        assert page.title == "Confirm on your device"
        failed = await shopper.send(path, {"action": "approve_biometric", "lang": "en"})
        assert 'role="alert"' in failed.html
        assert "Tries left: 4" in failed.text
        code = await shopper.send(path, {"action": "use_code", "lang": "en"})
        assert code.title == "Enter the code that we sent you"


async def test_in_the_wallet(tmp_path: Path) -> None:
    """A page in the name of the method; no leads back to the checkout."""
    async with payer(tmp_path, EVISA) as shopper:
        path = await shopper.checkout(product="thailand-tourist", payer={"country": "CN"})
        page = await shopper.look(path)
        there = await shopper.send(path, page.hidden | {"method": "alipay"})
        assert there.title == "Approve the payment: Alipay"
        assert "Agree and pay US$185.00" in there.text
        back = await shopper.send(there.path, {"action": "cancel", "lang": "en"})
        assert back.path == f"{path}?lang=en"

        again = await shopper.send(path, back.hidden | {"method": "alipay"})
        paid = await shopper.send(again.path, {"action": "approve", "lang": "en"})
        assert paid.title == "Payment successful"


async def test_by_bank_transfer(tmp_path: Path) -> None:
    """Where to send the money and with which reference; paid when the payer says it is sent."""
    async with payer(tmp_path, EVISA) as shopper:
        path = await shopper.checkout(product="thailand-tourist", payer={"country": "TH"})
        page = await shopper.look(path)
        there = await shopper.send(path, page.hidden | {"method": "bank_transfer"})

        assert there.title == "Send the money from your bank"
        for said in ("XX00 TEST", "Reference", "pay_", "Confirm before"):
            assert said in there.text
        paid = await shopper.send(there.path, {"action": "approve", "lang": "en"})
        assert paid.title == "Payment successful"


async def test_elsewhere(tmp_path: Path) -> None:
    """The bank asks in its app: the page waits, and looks again by itself."""
    async with payer(tmp_path) as shopper:
        path = await _challenged(shopper, "tok_3ds_decoupled_DE_1")
        page = await shopper.look(path)
        assert page.title == "Approve the payment in your banking app"
        assert "data-poll" in page.html


async def test_over(tmp_path: Path) -> None:
    """What is sent to a page that is over changes nothing, and the page says what came of it."""
    async with payer(tmp_path) as shopper:
        path = await _challenged(shopper, "tok_3ds_challenge_DE_1")
        refused = await shopper.send(path, {"action": "reject", "lang": "en"})
        assert refused.title == "The payment did not go through"
        assert "Go back to shop" in refused.text
        again = await shopper.send(path, {"action": "approve", "lang": "en"})
        assert again.title == "The payment did not go through"
        assert shopper.taken() == 0


async def test_a_declined_charge_after_a_proof(tmp_path: Path) -> None:
    """To prove who pays is not to have the money."""
    async with payer(tmp_path) as shopper:
        path = await shopper.checkout()
        asked = await shopper.pay(path, "4000008260003178")
        back = await shopper.send(asked.path, {"action": "approve", "lang": "en"})

        assert back.path == f"{path}?lang=en"
        assert failure("insufficient_funds").message in back.text


async def test_in_chinese(tmp_path: Path) -> None:
    """From the form to the end."""
    async with payer(tmp_path) as shopper:
        path = await _challenged(shopper, "tok_otp_ok_DE_1", "zh")
        asked = await shopper.look(path)
        assert asked.title == "请输入验证码"
        wrong = await shopper.send(path, asked.hidden | {"code": "x"})
        assert re.search(r"[\u4e00-\u9fff]", wrong.html.partition('id="code-wrong"')[2][:80])
        right = await shopper.send(path, wrong.hidden | {"code": shopper.code(path)})
        assert right.title == "付款成功"
