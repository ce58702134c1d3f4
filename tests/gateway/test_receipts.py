"""Receipts: for what was paid, and nothing else."""

from __future__ import annotations

import pytest

from simulator.gateway.commands import ShowReceipt
from simulator.gateway.outcomes import ReceiptShown, Refused
from simulator.gateway.receipts import number
from tests.gateway.table import run


def test_a_receipt_shows_what_came_back_since() -> None:
    """The payment and its refunds, oldest first; its number never changes."""
    desk = run("""
        authorize  a  o 1000 USD  -> captured 1000 0
        refund     a  300 one     -> succeeded 300
        refund     a  200 two     -> succeeded 200
    """)
    shown = desk.do(ShowReceipt(desk.names["a"])).outcome
    assert isinstance(shown, ReceiptShown)
    assert [refund.amount for refund in shown.refunds] == [300, 200]
    assert number("pay_k3f9") == "R-K3F9"


@pytest.mark.parametrize("verb", ["hold", "create", "authorize", "nothing"])
def test_no_receipt_without_money(verb: str) -> None:
    """Held, not tried, declined, or never heard of."""
    rows = {
        "hold": "hold a o 1000 USD -> authorized 0 0",
        "create": "create a o 1000 USD -> created 0 0",
        "authorize": "authorize a o 1000 USD +decline -> declined insufficient_funds",
        "nothing": "",
    }
    desk = run(rows[verb])
    assert isinstance(desk.do(ShowReceipt(desk.names.get("a", "pay_x"))).outcome, Refused)
