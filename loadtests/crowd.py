"""Several processes: Locust's master, and workers of which each brings its part of the shoppers.

Every worker has one user, the scheduler, which takes the shoppers whose number leaves the worker's
index. What they did stands in the workers' histories. The master starts them, hears when each is
done, and ends when all are, or one is gone.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, Final

import gevent
import psutil
from dealing import OneEach
from gevent.event import Event
from locust.runners import MasterRunner, WorkerRunner

if TYPE_CHECKING:
    from locust.env import Environment
    from plans import Plan

LOOK_EVERY: Final = 0.5  # seconds between looks whether another process is still there
HERE: Final = "paydrill-here"
DONE: Final = "paydrill-done"

log = logging.getLogger("paydrill")


def lead(environment: Environment, *, drilled: bool) -> None:
    """See to the workers if this is their master; if `drilled`, end when the drill is gone."""
    if isinstance(environment.runner, MasterRunner):
        Lead(environment, drilled=drilled)


def member(environment: Environment) -> Member | None:
    """What a worker has to do beside its part; None for who runs alone."""
    return Member(environment) if isinstance(environment.runner, WorkerRunner) else None


def part_of(environment: Environment, plan: Plan) -> Plan:
    """What this process has to do of a plan: a worker its part, who runs alone all."""
    runner, options = environment.runner, environment.parsed_options
    if not isinstance(runner, WorkerRunner) or options is None:
        return plan
    return plan.part(runner.worker_index, options.expect_workers)


def until_orphaned() -> None:
    """Return when the process that started this one is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        gevent.sleep(LOOK_EVERY)


def dismiss(environment: Environment) -> None:
    """End the workers of a master that ends before its time.

    Locust takes those for gone that it does not find dead at once, and they would try for minutes
    to reach it.
    """
    if isinstance(environment.runner, MasterRunner):
        for worker in psutil.Process().children():
            worker.terminate()


class Lead:
    """The master's part."""

    def __init__(self, environment: Environment, *, drilled: bool) -> None:
        self._environment = environment
        self._runner = environment.runner
        self._options = environment.parsed_options
        self._options.num_users = self._options.spawn_rate = self._options.expect_workers
        self._at_work: dict[str, int] = {}  # process ids of workers that began and are not done
        self._done = 0
        self._over = False
        environment.dispatcher_class = OneEach
        environment.events.test_start.add_listener(self._begins)
        environment.events.test_stopping.add_listener(self._stops)
        self._runner.register_message(HERE, self._here)
        self._runner.register_message(DONE, self._is_done)
        gevent.spawn(self._watch_workers)
        if drilled:
            gevent.spawn(self._watch_drill)

    def _begins(self, **_: Any) -> None:
        self._done, self._over = 0, False

    def _stops(self, **_: Any) -> None:
        self._over = True
        self._at_work.clear()

    def _here(self, msg: Any, **_: Any) -> None:
        self._at_work[msg.node_id] = msg.data["pid"]

    def _is_done(self, msg: Any, **_: Any) -> None:
        self._at_work.pop(msg.node_id, None)
        self._done += 1
        failed = msg.data["failed"]
        if failed or self._done == self._options.expect_workers:
            self._end(failed=failed)

    def _watch_workers(self) -> None:
        """A worker that was killed says nothing, and its shoppers never come."""
        while True:
            gevent.sleep(LOOK_EVERY)
            if not all(_lives(pid) for pid in self._at_work.values()):
                gevent.sleep(LOOK_EVERY)  # a signal to all can reach the workers first
                if not self._over:
                    log.error("a worker ended before its part was done")
                    self._end(failed=True)

    def _watch_drill(self) -> None:
        until_orphaned()
        log.error("the drill that started this run is gone; stopping")
        self._end()

    def _end(self, *, failed: bool = False) -> None:
        if self._over:
            return
        self._over = True
        if failed:
            self._environment.process_exit_code = 1
        gevent.spawn(self._runner.quit if self._environment.web_ui is None else self._runner.stop)


class Member:
    """A worker's part, from before its run until the end of the test, or of its master."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._runner = environment.runner
        self._stopped = Event()
        environment.events.test_stopping.add_listener(self._stops)
        self._orphan = gevent.spawn(self._quits)
        self._runner.send_message(HERE, {"pid": os.getpid()})

    def done(self, *, failed: bool) -> None:
        """Say so, and stay until the test ends: Locust starts the user of who leaves anew."""
        self._runner.send_message(DONE, {"failed": failed})
        self._stopped.wait()
        self._orphan.kill()
        self._environment.events.test_stopping.remove_listener(self._stops)

    def _stops(self, **_: Any) -> None:
        self._stopped.set()

    def _quits(self) -> None:
        until_orphaned()
        gevent.spawn(self._runner.quit)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
