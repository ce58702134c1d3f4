"""Performs a drill from preflight to report.

1. Make the folder, and say what run this is.
2. Preflight: start gateway, merchant and load, and try everything that has to work.
3. Put the scenario on; from now on its faults live by a lease that is renewed each second.
4. Let the shoppers come; watch each second; halt on an abort condition, Ctrl-C or a death.
5. Heal: always, whatever happened.
6. Settle: no new shoppers, until nothing is left to happen.
7. Read the merchant's order book. Judge time is when the reading began that found all at rest.
8. Stop every process, look for card data in the merchant's log, merge what was recorded into one
   journal.
9. Judge that journal, and nothing else, and write verdict and reports.
"""

from __future__ import annotations

import errno
from typing import Final

import simulator
from simulator.drills import events
from simulator.drills.cardscan import scan_log
from simulator.drills.control import ACCOUNT
from simulator.drills.desk import Desk, Moment
from simulator.drills.events import Emit
from simulator.drills.halt import Halt, Halted, on_signals
from simulator.drills.judge import judge
from simulator.drills.notes import ABORTED, BROKEN, INVALID
from simulator.drills.pace import Pace, RealPace
from simulator.drills.performance import perform
from simulator.drills.plan import Drill
from simulator.drills.ports import Starters
from simulator.drills.preflight import check_call, preflight
from simulator.drills.report import files
from simulator.drills.settling import read_book, settle
from simulator.drills.verdict import Verdict
from simulator.errors import ControlError, DrillInvalid, UsageError
from simulator.journal.entry import Phase, Run
from simulator.journal.history import History
from simulator.journal.merge import merge
from simulator.journal.writer import Writer

#: What a full disk, and a folder that is not ours, say.
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS})


async def run(drill: Drill, starters: Starters, emit: Emit, pace: Pace | None = None) -> Verdict:
    """Perform a drill and judge it.

    Ends early, but heals, settles shortly and judges, on SIGINT or SIGTERM. If this task is
    cancelled it heals and stops every process, and judges nothing.

    Raises:
        UsageError: the call is wrong (no Locust, a folder that is not ours, a gateway that nobody
            can reach), or what happens cannot be written down.
    """
    check_call(drill)
    drill.folder.prepare()
    pace = pace or RealPace()
    began = Run(
        source="client",
        wall=pace.wall(),
        mono=pace.monotonic(),
        account=ACCOUNT,
        version=simulator.__version__,
        seed=drill.seed,
        run=drill.run,
        scenario=drill.scenario.text,
        scenario_file=drill.scenario.file,
        started=pace.wall(),
        merchant=drill.merchant.name,
        merchant_repeatable=drill.merchant.repeatable,
        merchant_instances=drill.instances,
        merchant_order=drill.merchant.order,
    )
    try:
        return await _run(drill, starters, (emit, pace), began)
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        raise UsageError(
            f"nothing more can be written to {drill.folder.out}: {error.strerror}; "
            "there is no verdict"
        ) from error


async def _run(drill: Drill, starters: Starters, told: tuple[Emit, Pace], began: Run) -> Verdict:
    """Steps 2 to 9."""
    emit, pace = told
    with Writer.open(drill.folder.controller) as journal:
        desk = Desk(drill, pace, emit, _halt(emit, pace), journal)
        try:
            with on_signals(desk.halt):
                end = desk.end(await _perform(desk, starters))
        finally:
            await starters.close()
        _scan_log(desk, end)
    return _judge(desk, began, end)


def _halt(emit: Emit, pace: Pace) -> Halt:
    return Halt(lambda reason: emit(events.Aborted(at=pace.monotonic(), reason=reason)))


async def _perform(desk: Desk, starters: Starters) -> Moment | None:
    """Steps 2 to 7; judge time, None if it never came to that.

    What goes wrong becomes a note in the journal, for the judge to read.
    """
    judged = None
    try:
        cast = await preflight(desk, starters)
        watch = await perform(desk, cast)
        await settle(desk, cast, watch)
        judged = await read_book(desk, cast)
        await cast.gateway.collect()
    except Halted:
        pass  # the reason stands in the halt
    except DrillInvalid as error:
        desk.note(INVALID, reason=str(error))
    except ControlError as error:
        desk.halt.fail(str(error))
    if desk.halt.on:
        desk.note(BROKEN if desk.halt.broken else ABORTED, reason=desk.halt.reason)
    return judged


def _scan_log(desk: Desk, end: Phase) -> None:
    """Look for card data in the merchant's log, which is whole now, and write down what was seen.

    The line is dated to judge time: nothing of a history comes later.
    """
    started = desk.drill.instances if desk.drill.merchant.start is not None else 0
    logs = [desk.drill.folder.merchant_log(number + 1) for number in range(started)]
    scan = scan_log(*logs)
    desk.journal.commit(scan.line("merchant", wall=end.wall, mono=end.mono, account=ACCOUNT))


def _judge(desk: Desk, began: Run, end: Phase) -> Verdict:
    folder = desk.drill.folder
    parts = [folder.gateway, *folder.load.histories(), folder.controller]
    merge(began, [part for part in parts if part.exists()], end, folder.journal)
    history = History.from_file(folder.journal)
    verdict = judge(history, desk.drill.scenario)
    desk.tell(events.Judged, verdict=verdict)
    files.write(folder, verdict, history)
    desk.tell(events.Finished, out=str(folder.out), exit_code=verdict.exit_code)
    return verdict
