"""approval_ratio: how many of the charges that were answered were approved."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge

#: What the rest of a row says of a charge; `-` for no payment.
GOOD = "{payment} {channel} captured"
HELD = "{payment} {channel} authorized"
BAD = "{payment} {channel} failed failure=insufficient_funds"
LOST = "{payment} {channel} captured reply=none told=-"
DOWN = "- {channel} - reply=503"


def charges(count: int, charge: str, *, at: float = 1.0, channel: str = "primary") -> str:
    """So many shoppers, each with a charge of this kind."""
    text = ""
    for number in range(count):
        order = f"{charge.split()[2]}{channel[0]}{len(charge)}at{at:g}-{number}"
        told = charge.format(payment=f"p-{order}", channel=channel)
        text += f"{at} arrive {order} 1999\n{at} charge {order} {told}\n"
    return text


@pytest.mark.parametrize(
    ("story", "at_least", "valid"),
    [
        pytest.param(charges(20, GOOD), "100%", True, id="all approved"),
        pytest.param(charges(20, HELD), "100%", True, id="an authorization is an approval"),
        pytest.param(charges(18, GOOD) + charges(2, BAD), "90%", True, id="just enough"),
        pytest.param(charges(18, GOOD) + charges(2, BAD), "90.1%", False, id="too few"),
        pytest.param(charges(20, BAD), "0%", True, id="nothing is wanted"),
        pytest.param(charges(20, GOOD) + charges(9, DOWN), "100%", True, id="503 is no answer"),
        pytest.param(charges(20, GOOD) + charges(9, LOST), "100%", True, id="nor is silence"),
        pytest.param(charges(19, GOOD) + charges(9, LOST), "1%", None, id="too few answers"),
        pytest.param("", "1%", None, id="nobody"),
    ],
)
def test_approvals_among_answers(story: str, at_least: str, valid: bool | None) -> None:
    """A decline is an answer, and no approval; what was never answered is not counted."""
    finding = judge("approval_ratio", f"0.0 phase p\n{story}\n60.0 end", at_least=at_least)
    assert finding.valid is valid, finding.summary
    assert finding.valid is not False or "insufficient_funds" in finding.examples[0]["what"]


def test_an_answer_may_come_by_query_or_webhook() -> None:
    """A lost reply whose outcome the merchant finds out is answered then."""
    story = f"0.0 phase p\n{charges(18, GOOD)}{charges(2, LOST)}"
    orders = [row.split()[2] for row in charges(2, LOST).splitlines() if "arrive" in row]
    asked = f"3.0 query {orders[0]} primary p-{orders[0]}:captured\n"
    heard = f"3.0 webhook p-{orders[1]} captured\n"
    assert judge("approval_ratio", f"{story}60.0 end", at_least="1%").valid is None
    assert judge("approval_ratio", f"{story}{asked}60.0 end", at_least="1%").valid is None
    finding = judge("approval_ratio", f"{story}{asked}{heard}60.0 end", at_least="100%")
    assert (finding.valid, finding.count) == (True, 20)


def test_what_was_answered_counts_and_not_what_became_of_it() -> None:
    """A payment that was told failed and captured later was declined, as far as anybody knew."""
    late = "1.0 arrive l 1999\n1.1 charge l p-l primary processing told=failed\n9.0 settle p-l "
    story = f"0.0 phase p\n{charges(19, GOOD)}{late}captured\n60.0 end"
    assert judge("approval_ratio", story, at_least="100%").valid is False
    assert judge("approval_ratio", story, at_least="95%").valid is True


def test_a_canceled_charge_is_no_answer_of_the_bank() -> None:
    """The merchant ended it by itself."""
    gone = "1.0 arrive c 1999\n1.1 charge c - primary - key=k reply=none\n3.0 cancel c primary\n"
    finding = judge(
        "approval_ratio", f"0.0 phase p\n{charges(20, GOOD)}{gone}60.0 end", at_least="100%"
    )
    assert (finding.valid, finding.count) == (True, 20)
    assert "1 canceled" in finding.summary


def test_each_card_is_a_charge_and_each_replay_is_none() -> None:
    """A shopper who is declined once and then pays makes one of each."""
    twice = (
        "1.0 arrive t 1999\n1.1 charge t p1 primary failed key=a\n"
        "1.2 charge t p1 primary failed key=a replay\n2.0 charge t p2 primary captured key=b\n"
    )
    finding = judge(
        "approval_ratio", f"0.0 phase p\n{charges(18, GOOD)}{twice}60.0 end", at_least="95%"
    )
    assert (finding.valid, finding.count) == (True, 20)
    assert "19 approved, 1 declined" in finding.summary


def test_phase_method_and_channel_choose() -> None:
    """The phase by intended arrival, the channel by the charge's own."""
    story = f"""
        0.0 phase calm
        {charges(20, GOOD, channel="backup")}
        {charges(20, BAD)}
        10.0 phase storm
        {charges(20, GOOD, at=11.0)}
        60.0 end
    """
    assert judge("approval_ratio", story, at_least="60%").count == 60
    assert judge("approval_ratio", story, phase="storm", at_least="100%").valid is True
    assert judge("approval_ratio", story, phase="calm", at_least="51%").valid is False
    calm = {"phase": "calm", "at_least": "100%"}
    assert judge("approval_ratio", story, channel="backup", **calm).valid is True
    assert judge("approval_ratio", story, channel="primary", **calm).valid is False
    assert judge("approval_ratio", story, method="wallet", **calm).valid is None
    assert judge("approval_ratio", story, phase="none", at_least="1%").valid is None
