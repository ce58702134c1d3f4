"""What happens in the scenarios of authentication/: the payer is at the page, and does this."""

from __future__ import annotations

from typing import Final

from tests.scenarios.declines import declined
from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage
from tests.server.payer import Payer


async def challenged(here: Stage, hit: str) -> Payer:
    """A payer whom this rule sends to a page."""
    made = await here.meet(hit)
    assert (made.status, made.body["status"]) == (201, "requires_action"), made.body
    return Payer(here.it, made)


async def ends(here: Stage, payer: Payer, status: str, failure: str | None = None) -> None:
    """Hold what became of the payment, and of the money, against what it should be."""
    found = (await here.it.call("GET", f"/v1/payments/{payer.payment}")).body
    assert (found["status"], found["failure"]) == (status, failure)
    assert await here.taken(found["order_id"]) == (1000 if status == "captured" else 0)


async def approves(here: Stage) -> None:
    """Whoever is asked and approves has paid; whoever says no has not."""
    payer = await challenged(here, "bank-asks/asked")
    assert (await payer.act("approve")).status == 200
    await ends(here, payer, "captured")
    other = await challenged(here, "bank-asks/asked")
    assert (await other.act("reject")).status == 200
    await ends(here, other, "failed", "authentication_failed")


def waits_in_vain(hit: str, failure: str, seconds: float) -> Act:
    """Nobody answers, and after a while the payment fails by itself."""

    async def gone(here: Stage) -> None:
        payer = await challenged(here, hit)
        await here.advance(seconds)
        await ends(here, payer, "failed", failure)

    return Act(failure, gone)


async def another_way(here: Stage) -> None:
    """The text message never comes; after the interval a call brings the code."""
    payer = await challenged(here, "messages-lost")
    assert await payer.codes() == []
    assert (await payer.act("resend", via="sms")).status == 429
    await here.advance(61)
    await payer.act("resend", via="sms")
    assert await payer.codes() == []
    await here.advance(61)
    assert (await payer.act("resend", via="voice")).status == 200
    [code] = await payer.codes()
    assert (await payer.act("submit_code", code=code)).status == 200
    await ends(here, payer, "captured")


async def locked(here: Stage) -> None:
    """Three codes are refused; then nothing is taken any more, and the payment has failed."""
    payer = await challenged(here, "codes/refused")
    [code] = await payer.codes()
    tries = [await payer.act("submit_code", code=code) for _ in range(3)]
    assert [each.body["problem"]["failure"] for each in tries[:2]] == ["otp_incorrect"] * 2
    assert [each.body["attempts_left"] for each in tries] == [2, 1, 0]
    await ends(here, payer, "failed", "otp_attempts_exceeded")


async def refused_once(here: Stage) -> None:
    """The page says how many tries are left, and nothing has been taken."""
    payer = await challenged(here, "codes/refused")
    wrong = await payer.act("submit_code", code="000000")
    assert wrong.body["problem"]["failure"] == "otp_incorrect"
    await ends(here, payer, "requires_action")


async def run_out(here: Stage) -> None:
    """A code that has run out is refused as such, and a late one comes when the clock says so."""
    payer = await challenged(here, "codes/run-out")
    [code] = await payer.codes()
    answer = await payer.act("submit_code", code=code)
    assert answer.body["problem"]["failure"] == "otp_expired"
    late = await challenged(here, "codes/late")
    assert await late.codes() == []
    await here.advance(31)
    [code] = await late.codes()
    assert (await late.act("submit_code", code=code)).status == 200
    await ends(here, late, "captured")


async def code_instead(here: Stage) -> None:
    """The device is not reached; a code takes its place, and the payer is through."""
    payer = await challenged(here, "device/code-instead")
    assert (await payer.act("use_code")).status == 200
    [code] = await payer.codes()
    await payer.act("submit_code", code=code)
    await ends(here, payer, "captured")


async def not_recognised(here: Stage) -> None:
    """Five failed looks are the end of it where nothing can take their place."""
    payer = await challenged(here, "device/not-recognised")
    for _ in range(5):
        await payer.act("approve_biometric")
    await ends(here, payer, "failed", "biometric_failed")


async def stepped_up(here: Stage) -> None:
    """Declined without a challenge, and paid with one, by the same card."""
    declined_once = next(line for line in here.it.exchanges() if line.hits)
    asked = await here.it.call("POST", "/v1/payments", here.payment(declined_once.order))
    assert asked.body["status"] == "requires_action"
    assert "then-with-a-challenge" in here.hits(declined_once.order)
    payer = Payer(here.it, asked)
    await payer.act("approve")
    await ends(here, payer, "captured")


ROWS: Final[dict[str, Row]] = {
    "authentication/bank-server-down": (
        declined("no-directory", "authentication_unavailable", "again: 402", "wallet: 201"),
        declined("no-directory", "authentication_unavailable", "phase well: begun", "again: 201"),
    ),
    "authentication/challenge-failed": (
        declined("bank-asks/not-passed", "authentication_failed", "wallet: 201"),
        declined("bank-asks/turned-down", "authentication_rejected", "again: 402", "wallet: 201"),
        Act("authentication_failed", approves),
    ),
    "authentication/challenge-left": (
        waits_in_vain("left-halfway/page-closed", "authentication_abandoned", 25),
        waits_in_vain("left-halfway/no-answer", "authentication_timeout", 65),
    ),
    "authentication/code-not-delivered": (
        Act("otp_not_delivered", another_way),
        waits_in_vain("messages-lost", "otp_not_delivered", 185),
    ),
    "authentication/code-wrong": (
        Act("otp_incorrect", refused_once),
        Act("otp_expired", run_out),
        Act("otp_attempts_exceeded", locked),
    ),
    "authentication/fingerprint-fails": (
        Act("biometric_failed", not_recognised),
        Act("biometric_failed", code_instead),
    ),
    "authentication/step-up": (
        Step(hit="first-without-asking", failure="authentication_required", sees="402"),
        Act("authentication_required", stepped_up),
    ),
    "authentication/wrong-number": (
        waits_in_vain("number/of-somebody-else", "phone_number_mismatch", 125),
        waits_in_vain("number/virtual", "phone_number_mismatch", 125),
    ),
}
