"""success_ratio: how many shoppers get through, technically."""

from __future__ import annotations

import pytest

from tests.checkers.verdicts import judge

PAID = "{at} arrive {order} 1999 {more}\n{at} charge {order} p-{order} {channel} captured\n"
DECLINED = "{at} arrive {order} 1999 {more}\n{at} charge {order} p-{order} {channel} failed\n"
BROKEN = "{at} arrive {order} 1999 {more}\n{at} charge {order} - {channel} - reply=503\n"


def visits(
    count: int,
    result: str,
    story: str = PAID,
    *,
    at: float = 1.0,
    channel: str = "primary",
    more: str = "",
) -> str:
    """So many shoppers who came at a moment and left with a result; an empty one never left."""
    text = ""
    for number in range(count):
        order = f"{result or 'lost'}{story[-3]}{channel[0]}{at:g}-{number}"
        text += story.format(at=at, order=order, channel=channel, more=more)
        text += f"{at + 1} leave {order} {result} intended={at}\n" if result else ""
    return text


CHALLENGED = (
    "{at} arrive {order} 1999 {more}\n{at} charge {order} p-{order} {channel} requires_action\n"
)
FAILED = CHALLENGED + "{at} settle p-{order} failed\n"

MIX = [
    pytest.param(visits(19, "paid") + visits(1, "failed", FAILED), "100%", True, id="not passed"),
    pytest.param(visits(19, "paid") + visits(1, "failed", CHALLENGED), "99%", False, id="given up"),
    pytest.param(visits(20, "paid"), "100%", True, id="all paid"),
    pytest.param(visits(19, "paid") + visits(1, "error", BROKEN), "95%", True, id="just enough"),
    pytest.param(visits(19, "paid") + visits(1, "error", BROKEN), "95.1%", False, id="too few"),
    pytest.param(visits(5, "paid") + visits(15, "failed", DECLINED), "100%", True, id="declines"),
    pytest.param(visits(19, "paid") + visits(1, "failed", BROKEN), "99%", False, id="technical"),
    pytest.param(visits(19, "paid") + visits(1, "pending"), "99%", False, id="pending"),
    pytest.param(visits(19, "paid") + visits(1, ""), "99%", False, id="never left"),
    pytest.param(visits(19, "paid") + "1.5 drop\n", "99%", False, id="dropped"),
    pytest.param(visits(19, "paid"), "0%", None, id="too few samples"),
    pytest.param("", "99%", None, id="nobody"),
]


@pytest.mark.parametrize(("story", "at_least", "valid"), MIX)
def test_technical_success_is_paid_or_declined(
    story: str, at_least: str, valid: bool | None
) -> None:
    """A decline is the gateway working; everything else that is not paid is a failure."""
    finding = judge("success_ratio", f"{story}\n60.0 end", at_least=at_least)
    assert finding.valid is valid, finding.summary
    assert finding.valid is not False or finding.examples


def test_a_phase_counts_its_own_by_intended_arrival() -> None:
    """Who was due in the outage counts there, however late the request was sent."""
    story = f"""
        0.0  phase baseline
        10.0 phase outage
        20.0 phase recovery
        {visits(20, "paid", at=1.0)}
        {visits(20, "error", BROKEN, at=11.0, more="intended=11.0")}
        {visits(20, "paid", at=21.0)}
        {visits(5, "error", BROKEN, at=21.5, more="intended=19.9")}
        60.0 end
    """
    assert judge("success_ratio", story, phase="baseline", at_least="100%").valid is True
    assert judge("success_ratio", story, phase="recovery", at_least="100%").valid is True
    outage = judge("success_ratio", story, phase="outage", at_least="1%")
    assert (outage.valid, outage.count) == (False, 25)
    assert judge("success_ratio", story, at_least="60%").count == 65
    assert judge("success_ratio", story, phase="storm", at_least="1%").valid is None


def test_methods_and_channels_can_be_chosen() -> None:
    """Dropped shoppers belong to no method and no channel."""
    story = f"""
        {visits(20, "paid", channel="backup", more="method=wallet")}
        {visits(20, "error", BROKEN)}
        1.5 drop
        60.0 end
    """
    assert judge("success_ratio", story, method="wallet", at_least="100%").valid is True
    assert judge("success_ratio", story, channel="backup", at_least="100%").valid is True
    assert judge("success_ratio", story, method="card", at_least="1%").valid is False
    assert judge("success_ratio", story, channel="primary", at_least="1%").valid is False
    assert judge("success_ratio", story, at_least="1%").count == 41


def test_only_dropped_shoppers_are_evidence_too() -> None:
    """There is no order to show, but the reason is told."""
    story = visits(1, "paid") + "".join("1.5 drop\n" for _ in range(30)) + "60.0 end"
    finding = judge("success_ratio", story, at_least="99%")
    assert finding.valid is False
    assert finding.examples[0]["what"] == "the load generator was full"
