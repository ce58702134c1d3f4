"""The order book and the ledger are of one moment, or prove nothing against each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from simulator.drills import events
from simulator.drills.book import Look, Row
from simulator.drills.ports import Held
from simulator.errors import ControlError
from simulator.journal.entry import Commit
from simulator.journal.history import History
from tests.drills.fakes import FakeStarters, Performed, state
from tests.drills.stories import GOOD
from tests.journal.story import ZERO


@pytest.fixture(name="show")
def _show(tmp_path: Path) -> Performed:
    return Performed(tmp_path)


class Reader:
    """Reads the shop's book for the drill, a little slowly; the shop is at work `busy` times."""

    def __init__(self, show: Performed, busy: int) -> None:
        self.began: list[float] = []
        self._show = show
        self._busy = busy
        self._read = show.starters.shop.orders

    async def orders(self, run: str, look: Look | None = None) -> tuple[Row, ...]:
        """The story's rows; only in readings that are kept is each row shown to somebody."""
        now = self._show.pace.monotonic()
        rows = await self._read(run, look)
        if look is not None:
            self.began.append(now)
            self._show.pace.advance(0.2)
            if len(self.began) <= self._busy:
                self._show.starters.fake_gateway.control.now = state(last_exchange=now + 0.1)
        return rows


#: A refund that the shop's book does not know.
_UNBOOKED = GOOD + "30.9 refund p1 f1 500 succeeded\n"


@pytest.mark.parametrize(
    ("busy", "readings", "valid"), [(0, 1, False), (2, 3, False), (3, 3, None), (9, 3, None)]
)
async def test_book_is_read_until_all_is_at_rest(
    show: Performed, monkeypatch: pytest.MonkeyPatch, busy: int, readings: int, valid: bool | None
) -> None:
    """A difference proves something only if nothing moved while the book was read."""
    reader = Reader(show, busy)
    monkeypatch.setattr(show.starters.shop, "orders", reader.orders)
    show.starters.lines = FakeStarters(show.drill, show.pace, _UNBOOKED).lines
    verdict = await show.run()
    found = {check.name: check.valid for check in verdict.checks}
    assert (len(reader.began), found["books_agree"]) == (readings, valid)
    assert verdict.verdict == ("fail" if valid is False else "invalid")
    judged = History.from_file(show.drill.folder.journal).judged
    assert judged == reader.began[-1] + (0.2 if valid is None else 0.0)


async def test_money_that_moves_calls_for_another_reading(
    show: Performed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late capture needs no exchange of the merchant's."""
    control, reader = show.starters.fake_gateway.control, Reader(show, 0)
    held = Held(id="p1", order="r1-1", amount_captured=1999)

    async def payments() -> tuple[Held, ...]:
        return (held,) if reader.began else ()

    monkeypatch.setattr(show.starters.shop, "orders", reader.orders)
    monkeypatch.setattr(control, "payments", payments)
    assert (await show.run()).verdict == "pass"
    assert len(reader.began) == 2


async def test_what_happens_after_judge_time_is_not_judged(
    show: Performed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that runs on has seen more by the time at which its journal is fetched."""
    reader = Reader(show, 0)
    monkeypatch.setattr(show.starters.shop, "orders", reader.orders)

    async def collect() -> None:
        late = show.pace.monotonic() - ZERO
        told = f"{late} charge r1-1 p9 backup captured took=0\n{late} tell r1-1 failed request=poll"
        show.starters.lines += FakeStarters(show.drill, show.pace, told).lines
        show.pace.advance(5.0)

    monkeypatch.setattr(show.starters.fake_gateway, "collect", collect)
    assert (await show.run()).verdict == "pass"
    folder = show.drill.folder
    assert b'"p9"' in folder.gateway.read_bytes()
    assert b'"p9"' not in folder.journal.read_bytes()
    assert History.from_file(folder.journal).judged == reader.began[0]


async def test_what_happens_before_judge_time_is_judged(show: Performed) -> None:
    """The same charge, a moment before the book was read."""
    show.starters.lines += FakeStarters(
        show.drill, show.pace, "31.0 charge r1-1 p9 backup captured took=0"
    ).lines
    assert (await show.run()).verdict == "fail"


async def test_trouble_after_judge_time_is_still_told(
    show: Performed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that cannot be fetched is our own trouble, and the note of it is kept."""

    async def collect() -> None:
        show.pace.advance(5.0)
        raise ControlError("its journal cannot be had")

    monkeypatch.setattr(show.starters.fake_gateway, "collect", collect)
    verdict = await show.run()
    assert (verdict.verdict, verdict.reasons) == ("error", ("its journal cannot be had",))
    assert show.of(events.BookRead)[0].problem is None


#: The shop notes its order in a basket, and the gateway knows what it made by an id of its own.
_BASKET = (
    GOOD.replace("charge  r1-5 p5", "charge  pi_5 p5")
    .replace("key=k5", "key=k5 for=pi_5")
    .replace(" ids=p5", "")
    .replace("21.1 charge", "21.05 made pi_5 pi_5 basket=r1-5\n21.1 charge")
)


@pytest.mark.parametrize(("rule", "verdict"), [("basket", "pass"), (None, "fail")])
async def test_a_shop_with_names_of_its_own_is_understood(
    tmp_path: Path, rule: str | None, verdict: str
) -> None:
    """By its rule the money finds its order; without it the drill waits for a refund in vain."""
    show = Performed(tmp_path, story=_BASKET)
    own = replace(show.drill.merchant, ours=False, dialect="stripe", order=rule)
    show.drill = replace(show.drill, merchant=own)
    control = show.starters.fake_gateway.control
    control.held = (Held(id="p5", order="pi_5", amount_captured=500),)
    control.commit_lines = [each for each in show.starters.lines if isinstance(each, Commit)]
    assert (await show.run()).verdict == verdict
    waited = [each.waits_for for each in show.of(events.Settling)]
    assert waited[-1] == (() if rule else ("1 refunds that are due",))
