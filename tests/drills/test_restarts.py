"""Tests of what a scenario does to the merchant's process: ended, started again, and no news."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from simulator.drills import events
from simulator.drills.judge import judge, judge_recording
from simulator.drills.merchantfile import MerchantSpec
from simulator.drills.notes import RESTARTED, RETURNED, STRUCK
from simulator.drills.pace import RealPace
from simulator.drills.preflight import check_call
from simulator.drills.starters import ProcessStarters
from simulator.errors import UsageError
from simulator.journal.entry import Note
from simulator.journal.history import History
from simulator.scenario import loader
from tests.drills import stories
from tests.drills.fakes import Performed
from tests.drills.fakes import drill as fake_drill
from tests.drills.stories import GOOD, SCENARIO
from tests.drills.test_runner import interrupt
from tests.journal.story import ZERO

EVENTS = """\
    events:
      - {at: 4s, restart_merchant: {signal: kill, down: 1.5s}}
      - {at: 6s, restart_merchant: {signal: term}}
"""
CRASHES = SCENARIO.replace("    rules:\n", EVENTS + "    rules:\n", 1)
_TELLS_ITS_NUMBER = "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n"


@pytest.fixture(name="show")
def _show(tmp_path: Path) -> Performed:
    return Performed(tmp_path, CRASHES)


def notes(show: Performed) -> list[tuple[str, float]]:
    """What was noted of the merchant's process, and when."""
    history = History.from_file(show.drill.folder.journal)
    ours = [note for note in history.notes if note.text in {STRUCK, RESTARTED, RETURNED}]
    return [(note.text, round(note.mono - ZERO, 3)) for note in ours]


async def test_merchant_is_ended_and_started_again(show: Performed) -> None:
    """At its moments, on the journal, and it is not called dead meanwhile."""
    verdict = await show.run()
    assert (verdict.verdict, verdict.reasons) == ("pass", ())
    assert show.starters.shop.done == ["kill", "start", "term", "start"]
    assert notes(show) == [
        (STRUCK, 14.0), (RESTARTED, 15.5), (RETURNED, 15.5),
        (STRUCK, 16.0), (RESTARTED, 17.0), (RETURNED, 17.0),
    ]  # fmt: skip
    told = [(event.signal, event.down) for event in show.of(events.MerchantStruck)]
    assert told == [("kill", 1.5), ("term", 1.0)]
    assert [event.took for event in show.of(events.MerchantReturned)] == [1.5, 1.0]
    restarts = [fault for fault in verdict.faults if fault.rule == "brownout/restart_merchant"]
    assert [fault.hits for fault in restarts] == [2]
    assert judge_recording(show.drill.folder.out) == verdict


async def test_one_of_several_instances_is_ended(tmp_path: Path) -> None:
    """Which one stands in the call, on the journal and on the screen."""
    text = CRASHES.replace("{signal: term}", "{signal: term, instance: 2}")
    show = Performed(tmp_path, text.replace("seed: 7\n", "seed: 7\ninstances: 2\n"))
    assert (await show.run()).verdict == "pass"
    assert show.starters.shop.done == ["kill", "start", "term 2", "start"]
    history = History.from_file(show.drill.folder.journal)
    struck = [note.data["instance"] for note in history.notes if note.text == STRUCK]
    assert struck == [None, 2]
    assert [event.instance for event in show.of(events.MerchantStruck)] == [None, 2]


async def test_merchant_that_nobody_can_reach_is_no_fault_of_its_own(show: Performed) -> None:
    """Our front before the instances has ended: the drill is broken, and says so."""
    show.pace.at(29.0, lambda: setattr(show.starters.shop, "no_way", "the front has ended"))
    verdict = await show.run()
    assert verdict.verdict == "error"
    assert "the front has ended" in " ".join(verdict.reasons)


async def test_merchant_that_takes_its_time_to_come_up_is_watched(show: Performed) -> None:
    """When it answers again is noted too: that is how long shoppers were without a shop."""
    shop = show.starters.shop
    show.pace.at(14.5, lambda: setattr(shop, "ill", "not yet"))
    show.pace.at(15.6, lambda: setattr(shop, "ill", None))
    assert (await show.run()).verdict == "pass"
    took = show.of(events.MerchantReturned)[0].took
    assert 1.6 <= took <= 1.6 + 0.25


async def test_merchant_that_dies_by_itself_still_ends_the_drill(show: Performed) -> None:
    """Only the ends that the scenario asks for are no news, and none covers up an earlier one."""
    show.pace.at(13.9, lambda: setattr(show.starters.shop, "code", 3))
    verdict = await show.run()
    assert verdict.verdict != "pass"
    assert "the merchant ended with code 3" in " ".join(verdict.reasons)
    assert show.starters.shop.done == []


async def test_merchant_that_does_not_survive_its_start_ends_the_drill(show: Performed) -> None:
    """A shop that cannot come up again has ended, and says why."""
    show.pace.at(15.6, lambda: setattr(show.starters.shop, "code", 1))
    verdict = await show.run()
    assert verdict.verdict == "aborted"
    assert "the merchant ended with code 1" in " ".join(verdict.reasons)


async def test_drill_that_is_stopped_while_the_merchant_is_away_starts_it(show: Performed) -> None:
    """Its order book has to be read; and the end that was never performed is no reproach."""
    show.pace.at(14.8, interrupt)
    verdict = await show.run()
    assert verdict.verdict == "aborted"
    assert verdict.reasons == ("stopped by SIGINT",)
    assert show.starters.shop.done == ["kill", "start"]
    assert show.of(events.BookRead)[0].problem is None


def test_restart_that_was_not_performed_proves_nothing() -> None:
    """A recording that lacks one is invalid, whatever else it shows."""
    struck = Note(
        source="client", wall=0.0, mono=ZERO + 12, text=STRUCK, data={"phase": "brownout"}
    )
    crashes = loader.load(CRASHES, "small.yaml")
    verdict = judge(stories.history(GOOD, struck), crashes)
    assert verdict.verdict == "invalid"
    assert verdict.reasons == ("the merchant was to be ended 2 times, and was ended 1 times",)
    assert judge(stories.history(GOOD, struck, struck), crashes).verdict == "pass"


def test_merchant_that_runs_already_cannot_be_restarted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is a wrong call, said before anything is started."""
    monkeypatch.setenv("PAYDRILL_WEBHOOK_SECRET", "whsec_x")
    spec = MerchantSpec(name="http://127.0.0.1:9", url="http://127.0.0.1:9")
    crashes = msgspec.structs.replace(fake_drill(tmp_path / "a", CRASHES), merchant=spec)
    with pytest.raises(UsageError, match=r"was not started by the drill.*'start:'"):
        check_call(crashes)
    alone = msgspec.structs.replace(fake_drill(tmp_path / "b"), merchant=spec)
    check_call(alone)
    with pytest.raises(UsageError, match=r"2 instances cannot be had .* 'start:'"):
        check_call(msgspec.structs.replace(alone, instances=2))
    https = MerchantSpec(name="x", start=("./shop",), url="https://127.0.0.1:9")
    with pytest.raises(UsageError, match="speaks http"):
        check_call(msgspec.structs.replace(alone, merchant=https, instances=2))


async def test_real_process_is_ended_and_started_again(tmp_path: Path) -> None:
    """The same command in the same place, another process, one log; the first is gone."""
    spec = MerchantSpec(name="x", start=(sys.executable, "-c", _TELLS_ITS_NUMBER), ours=True)
    drill = msgspec.structs.replace(fake_drill(tmp_path / "out"), merchant=spec)
    drill.folder.prepare()
    starters = ProcessStarters(drill)
    try:
        shop = await starters.merchant({})
        numbers = [await _last_number(drill.folder.merchant_log(), 1)]
        for signal in ("kill", "term"):
            shop.strike(signal)
            while shop.ended() is None:
                await RealPace().rest(0.01, asyncio.Event())
            shop.start_again()
            assert shop.ended() is None
            numbers.append(await _last_number(drill.folder.merchant_log(), len(numbers) + 1))
        assert len(set(numbers)) == 3
        assert not any(map(_runs, numbers[:2]))
        assert _runs(numbers[2])
    finally:
        await starters.close()


async def test_foreign_merchant_is_not_ended(tmp_path: Path) -> None:
    """Neither by mistake."""
    spec = MerchantSpec(name="http://127.0.0.1:9", url="http://127.0.0.1:9")
    starters = ProcessStarters(msgspec.structs.replace(fake_drill(tmp_path / "out"), merchant=spec))
    try:
        shop = await starters.merchant({})
        with pytest.raises(UsageError, match="not started by this drill"):
            shop.strike("kill")
        with pytest.raises(UsageError, match="not started by this drill"):
            shop.start_again()
    finally:
        await starters.close()


async def _last_number(log: Path, lines: int) -> int:
    async with asyncio.timeout(20):
        while not log.exists() or len(log.read_text().splitlines()) < lines:
            await RealPace().rest(0.02, asyncio.Event())
    return int(log.read_text().splitlines()[-1])


def _runs(pid: int) -> bool:
    """Whether a process is there and is more than a name that nobody has asked for yet."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
