"""Back to the shop: which payers are sent there, and with what."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.gateway.authentication.result import AuthResult, AuthStatus
from simulator.gateway.model import Method, Payment, Status
from simulator.hosted import returns

SHOP = "https://shop.example/done"
PROVED = AuthResult(type="three_ds", status=AuthStatus.SUCCEEDED)


def payment(status: Status, **more: Any) -> Payment:
    """A payment that was made for an intent."""
    fields: dict[str, Any] = {"resource": "pi_1", "return_url": SHOP, **more}
    return Payment(
        id="pay_1", order="o1", channel="primary", status=status, amount=1, currency="USD",
        method=Method("card"), **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.CAPTURED, "succeeded"),
        (Status.AUTHORIZED, "succeeded"),
        (Status.PROCESSING, "pending"),
        (Status.RETRYING, "pending"),
        (Status.FAILED, "failed"),
        (Status.CANCELED, "failed"),
        (Status.EXPIRED, "failed"),
    ],
)
def test_what_came_of_it(status: Status, said: str) -> None:
    """The address says it in three words."""
    assert returns.address(payment(status)) == f"{SHOP}?redirect_status={said}"


def test_proved_and_not_yet_charged() -> None:
    """A payer who has done all there is to do is sent back well."""
    there = returns.address(payment(Status.REQUIRES_ACTION, authentication=PROVED))
    assert there == f"{SHOP}?redirect_status=succeeded"


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        (f"{SHOP}?cart=7", f"{SHOP}?cart=7&redirect_status=failed"),
        (f"{SHOP}?cart=7#top", f"{SHOP}?cart=7&redirect_status=failed#top"),
        (f"{SHOP}#top", f"{SHOP}?redirect_status=failed#top"),
        ("shop://done", "shop://done?redirect_status=failed"),
    ],
)
def test_what_stood_there_stays(address: str, whole: str) -> None:
    """The shop's own parameters and the place on its page are kept."""
    assert returns.address(payment(Status.FAILED, return_url=address)) == whole


def test_others_are_sent_nowhere() -> None:
    """A payment of the native API shows its own end, and one without an address, too."""
    assert returns.address(payment(Status.CAPTURED, resource=None)) is None
    assert returns.address(payment(Status.CAPTURED, return_url=None)) is None
