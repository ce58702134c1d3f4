"""Tests of the runner on virtual time: what ends a drill before it could prove anything."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from simulator.drills import events, preflight
from simulator.drills.judge import judge_recording
from simulator.errors import UsageError
from simulator.journal.writer import Writer
from tests.drills.fakes import Performed, state


@pytest.fixture(name="show")
def _show(tmp_path: Path) -> Performed:
    return Performed(tmp_path)


async def test_load_that_does_not_end_is_our_own_trouble(show: Performed) -> None:
    """Without its last lines nothing is known of the generator's punctuality."""
    show.starters.fake_load.stubborn = True
    verdict = await show.run()
    assert verdict.verdict == "error"
    assert "the load generator does not end" in verdict.reasons[0]


async def test_merchant_that_never_comes_up_makes_the_drill_invalid(show: Performed) -> None:
    """Nothing was proved, and nothing was put on; the last words of the merchant are passed on."""
    show.starters.shop.ill = "GET /health gave no answer"
    verdict = await show.run()
    assert verdict.verdict == "invalid"
    (reason,) = verdict.reasons
    assert "the merchant never came up: GET /health gave no answer" in reason
    assert "last words" in reason
    assert "perform" not in show.starters.calls
    assert show.starters.closed
    assert judge_recording(show.drill.folder.out) == verdict


async def test_unreadable_book_stops_the_drill_before_it_began(show: Performed) -> None:
    """A shop without an order book cannot be judged, so no shopper is sent to it."""
    show.starters.shop.unreadable = "GET /orders answered 404"
    verdict = await show.run()
    assert verdict.verdict == "invalid"
    assert "GET /orders answered 404" in verdict.reasons[0]
    assert "perform" not in show.starters.calls


async def test_book_that_breaks_during_the_drill_makes_it_invalid(show: Performed) -> None:
    """No money check can be answered without the shop's own view."""
    show.pace.at(
        12.0, lambda: setattr(show.starters.shop, "unreadable", "GET /orders answered 500")
    )
    verdict = await show.run()
    assert verdict.verdict == "invalid"
    assert "GET /orders answered 500" in " ".join(verdict.reasons)


async def test_gateway_that_is_not_there_is_our_own_trouble(show: Performed) -> None:
    """A broken control API before the start is an internal error, not the merchant's."""
    show.starters.fake_gateway.control.broken.add("health")
    assert (await show.run()).verdict == "error"


async def test_locust_must_be_installed(show: Performed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it nothing is started, and the message says how to get it."""
    monkeypatch.setattr(preflight, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"paydrill\[load\]"):
        await show.run()
    assert not show.drill.folder.out.exists()


async def test_folder_of_somebody_else_is_not_touched(show: Performed) -> None:
    """A drill overwrites only what a drill has left."""
    out = show.drill.folder.out
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match=r"thesis\.txt"):
        await show.run()
    (out / "thesis.txt").unlink()
    assert (await show.run()).verdict == "pass"


async def test_folder_of_an_earlier_drill_is_used_again(show: Performed) -> None:
    """Old journals do not leak into the next verdict."""
    first = await show.run()
    again = Performed(show.drill.folder.out.parent)
    second = await again.run()
    assert second == first


async def test_stranger_on_the_merchants_port_is_not_judged(show: Performed) -> None:
    """Somebody answers, and the process that the drill has started is gone."""
    show.starters.shop.code = 1
    verdict = await show.run()
    assert verdict.verdict == "invalid"
    assert "somebody else answers at http://shop" in " ".join(verdict.reasons)


async def test_shop_that_pays_elsewhere_ends_the_drill(show: Performed) -> None:
    """Its shoppers pay, and this gateway is never asked: the reason says where to look."""
    show.starters.fake_gateway.control.now = state(last_exchange=None)
    verdict = await show.run()
    assert "PAYDRILL_API_KEY is to be sk_test_drill" in " ".join(verdict.reasons)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
@pytest.mark.parametrize("name", ["verdict", "report"])
async def test_result_that_cannot_be_written_is_named(
    show: Performed, monkeypatch: pytest.MonkeyPatch, number: int, name: str
) -> None:
    """With the verdict, which is known by then, and how to have it again."""
    path, write = getattr(show.drill.folder, name), Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self == path:
            raise OSError(number, os.strerror(number))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    said = rf"the verdict is pass, and .*{path.name} cannot be written: {os.strerror(number)}"
    with pytest.raises(UsageError, match=said):
        await show.run()
    assert show.of(events.Judged)[0].verdict.verdict == "pass"
    assert show.starters.closed


async def test_disk_that_is_full_in_mid_drill_is_named(
    show: Performed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to judge then, and everything is stopped all the same."""

    def full(self: Writer, line: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Writer, "commit", full)
    with pytest.raises(UsageError, match=r"nothing more can be written .* there is no verdict"):
        await show.run()
    assert show.starters.closed
    assert show.healed_after_performing
