"""Whose a movement in a statement is that names no order."""

from __future__ import annotations

from simulator.merchants.careful.channel import Kind, PaymentBody, Reply
from simulator.merchants.careful.owners import Owners
from simulator.merchants.careful.records import Dispute, Order, Payment, Refund
from simulator.merchants.careful.rows import Row


class Asked:
    """A channel that knows one charge."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.works = True

    async def find(self, name: str) -> Reply:
        """The charge ch_7, and no other."""
        self.names.append(name)
        if not self.works:
            return Reply(Kind.UNKNOWN)
        if name != "ch_7":
            return Reply(Kind.REJECTED)
        return Reply(Kind.TOLD, (PaymentBody("ch_7", "o-7", "captured", "EUR"),))


def _row(name: str, order: str = "") -> Row:
    return Row("charge", name, name, order, 500, "EUR")


def _known() -> Owners:
    order = Order("o-1", 500, "EUR", {})
    order.learn(Payment("pi_1", "primary", "captured", 500, charge="ch_1"))
    order.refunds["pi_1"] = Refund("pi_1", "primary", 500, id="re_2", failed=["re_1"])
    order.disputes["dp_1"] = Dispute("dp_1", "pi_1", "primary", "opened")
    owners = Owners()
    owners.learn(order)
    return owners


async def test_the_book_knows_all_that_it_was_told() -> None:
    """Charges, refunds, those that came back, disputes: nobody has to be asked."""
    channel = Asked()
    rows = [_row(name) for name in ("ch_1", "pi_1", "re_1", "re_2", "dp_1")]
    named = await _known().name([*rows, _row("p9", "o-9")], channel)  # type: ignore[arg-type]
    assert [(row.order, row.payment) for row in named] == [("o-1", "pi_1")] * 5 + [("o-9", "p9")]
    assert channel.names == []


async def test_what_it_does_not_know_is_asked_once() -> None:
    """One that the gateway does not know either is nobody's."""
    channel, owners = Asked(), _known()
    for _ in range(2):
        named = await owners.name([_row("ch_7"), _row("ch_8")], channel)  # type: ignore[arg-type]
        assert [(row.order, row.payment) for row in named] == [("o-7", "ch_7"), ("", "ch_8")]
    assert channel.names == ["ch_7", "ch_8"]


async def test_who_gives_no_answer_is_asked_again() -> None:
    """Until then the movement is left out."""
    channel, owners = Asked(), Owners()
    channel.works = False
    assert await owners.name([_row("ch_7")], channel) == []  # type: ignore[arg-type]
    channel.works = True
    assert len(await owners.name([_row("ch_7")], channel)) == 1  # type: ignore[arg-type]
