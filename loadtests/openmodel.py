"""The common part of the Locust files: one Locust user, which is a scheduler of many greenlets.

Locust's own users are a closed model: each waits for its answer before it goes on, so an outage
stops the very load that was to show it. Here Locust gives the command line, the statistics and the
web page, and its single user starts one greenlet for each arrival of the plan.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

import crowd
import gevent
import plans
from arrivals import Schedule
from browsing import Browser, telephone
from locust import User, constant, events, task
from locust.exception import StopUser
from pace import Pace
from personas import Cast
from recording import Recording
from scenes import Sample, Scene
from watching import Watched
from wire import Wire

from simulator.clock import SystemClock
from simulator.errors import PaydrillError, UsageError
from simulator.journal.entry import Dropped, Generator, Note

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from locust.env import Environment
    from plans import Plan
    from scenes import Guest

GO_POLL: Final = 0.015  # seconds between looks for the go file
HEAD_START: Final = 0.2  # seconds from ready to the first phase, for a run alone

log = logging.getLogger("paydrill")
_clock: Final = SystemClock()


class NoStatement(Exception):
    """Why a request counts as failed in Locust's statistics."""


class OpenModel(User):
    """A scheduler. A subclass says who comes, in `guest`."""

    abstract = True
    fixed_count = 1
    wait_time = constant(0)
    #: Whether the answers are a shop's words to its shoppers, in which no card data may stand.
    watches = False

    def guest(self, scene: Scene, n: int, intended: float) -> Guest:
        """The one who arrives as number `n`, due at `intended` on the monotonic clock."""
        # Locust's users have a metaclass of their own, so this cannot be an abstract method.
        raise NotImplementedError

    @task
    def drive(self) -> NoReturn:
        """Run the plan once, then end the test."""
        worker = crowd.member(self.environment)
        failed = True
        try:
            self._run(plan_of(self.environment))
            failed = bool(self.environment.process_exit_code)
        except (PaydrillError, OSError) as error:
            log.error("cannot run: %s", error)  # noqa: TRY400 - the caller's own mistake
        except Exception:  # a fault of ours; if it went on to Locust, the run would begin again
            log.exception("internal error")
        if worker is None:
            self._end_test(failed=failed)
        else:
            worker.done(failed=failed)
        raise StopUser

    def _end_test(self, *, failed: bool = False) -> None:
        if failed:
            self.environment.process_exit_code = 1
        runner = self.environment.runner
        gevent.spawn(runner.quit if self.environment.web_ui is None else runner.stop)

    def _run(self, plan: Plan) -> None:
        traffic = plan.traffic
        cast = Cast(plan.seed, traffic.personas, traffic.methods, traffic.wallets)
        host = Wire(plan.shop, plan.traffic.at_most)
        browser = Browser(plan.traffic.at_most)
        pace = Pace(_clock, plan.traffic.at_most)
        recording = Recording(plan.history)
        scene = Scene(
            plan=plan,
            cast=cast,
            host=Watched(host) if self.watches else host,
            clock=_clock,
            rest=pace.rest,
            aside=pace.aside,
            record=recording.write,
            report=self._report,
            browser=browser,
            telephone=telephone(browser, plan, os.environ.get(plans.TOKEN, "")),
        )
        with _ended_from_outside(self.environment, pace, by_parent=bool(plan.go)):
            try:
                _quieten_memory()
                recording.write(Note(**scene.stamp(), text="ready"))
                recording.flush()
                self._serve(scene, pace)
            finally:
                pace.close()
                self._sum_up(scene, pace)
                recording.close()
                host.close()
                browser.close()

    def _serve(self, scene: Scene, pace: Pace) -> None:
        plan = scene.plan
        start = _start(plan, pace)
        if start is not None:
            pace.run(
                Schedule(plan.phases).slots(plan.worker, plan.workers),
                start,
                invite=lambda n, intended: self.guest(scene, n, intended),
                drop=lambda intended: _drop(scene, intended),
            )

    def _report(self, sample: Sample) -> None:
        self.environment.events.request.fire(
            request_type=sample.kind,
            name=sample.name,
            response_time=None if sample.took is None else sample.took * 1000,
            response_length=sample.size,
            exception=NoStatement(sample.error) if sample.error else None,
            context={},
        )

    def _sum_up(self, scene: Scene, pace: Pace) -> None:
        kept = pace.punctuality()
        if isinstance(scene.host, Watched):
            scene.record(scene.host.line(scene.stamp()))
        scene.record(
            Generator(
                **scene.stamp(),
                arrivals=kept.arrivals,
                dropped=kept.dropped,
                lateness_p50_ms=round(kept.p50_ms, 3),
                lateness_p99_ms=round(kept.p99_ms, 3),
                cpu=round(kept.cpu, 3),
            )
        )
        log.info(
            "%d arrivals, %d dropped, lateness p50 %.1f ms, p99 %.1f ms, %.0f %% of a core",
            kept.arrivals,
            kept.dropped,
            kept.p50_ms,
            kept.p99_ms,
            kept.cpu * 100,
        )
        if pace.failures:
            log.error("%d arrivals ended in an internal error", len(pace.failures))
            self.environment.process_exit_code = 1


def plan_of(environment: Environment) -> Plan:
    """What this run is to do; raises UsageError where that cannot be told."""
    plan = plans.chosen(os.environ, options_of(environment), environment.host, _clock)
    return crowd.part_of(environment, plan)


def options_of(environment: Environment) -> Namespace:
    """The command line; raises UsageError in an environment that was made without one."""
    options: Namespace | None = environment.parsed_options
    if options is None:
        raise UsageError("these files are started by the locust command")
    return options


@contextmanager
def _ended_from_outside(environment: Environment, pace: Pace, *, by_parent: bool) -> Iterator[None]:
    """Meanwhile the run ends when Locust is stopped, and with `by_parent` when the drill is gone.

    Nobody else would end it if the process that started it was killed.
    """

    def end(**_: Any) -> None:
        pace.end()

    environment.events.test_stopping.add_listener(end)
    watch = gevent.spawn(_watch_parent, pace) if by_parent else None
    try:
        yield
    finally:
        environment.events.test_stopping.remove_listener(end)
        if watch is not None:
            watch.kill()


def _watch_parent(pace: Pace) -> None:
    crowd.until_orphaned()
    log.error("the drill that started this run is gone; stopping")
    pace.end()


def _start(plan: Plan, pace: Pace) -> float | None:
    """When the first phase begins; None when the run is ended before that is known."""
    if not plan.go:
        return _clock.monotonic() + HEAD_START
    while (start := plans.start_of(plan.go)) is None:
        if pace.rest(GO_POLL):
            return None
    return start


def _drop(scene: Scene, intended: float) -> None:
    scene.record(Dropped(**scene.stamp(), intended=intended))
    scene.report(Sample("SHOPPER", "dropped", None, error="too many under way"))


def _quieten_memory() -> None:
    """Collect what preparation left and keep its survivors out of later collections.

    A full collection walks every object of Locust and Faker, tens of milliseconds in which no
    arrival is on time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@events.init.add_listener
def _check(environment: Environment, **_: Any) -> None:
    """Refuse a plan that cannot be run, as a mistake of the call; a master sees to its workers."""
    if os.environ.get(plans.VARIABLE) or options_of(environment).headless:
        try:
            plan_of(environment)
        except PaydrillError as error:
            crowd.dismiss(environment)
            sys.stderr.write(f"{error}\n")
            raise SystemExit(2) from error
    crowd.lead(environment, drilled=bool(os.environ.get(plans.VARIABLE)))


@events.init.add_listener
def _heed_interrupts(**_: Any) -> None:
    """End by SIGINT as by SIGTERM: in good order, and in the background of a shell, too.

    Python would raise KeyboardInterrupt in whichever shopper is at work just then.
    """
    gevent.signal_handler(signal.SIGINT, os.kill, os.getpid(), signal.SIGTERM)


@events.quitting.add_listener
def _set_exit_code(environment: Environment, **_: Any) -> None:
    """Failed requests are what a drill is about; they do not make the generator fail."""
    if environment.process_exit_code is None:
        environment.process_exit_code = 0


events.init_command_line_parser.add_listener(plans.declare)
