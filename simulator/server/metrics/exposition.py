"""The tally and the present state as Prometheus reads them. Seconds and totals, as is usual there.

One registry for each gateway: two gateways in one process do not see each other's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Final

import msgspec
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from simulator import __version__
from simulator.server.metrics.tally import Histogram, Tally

_SECOND: Final = 1e6


class Gauges(msgspec.Struct, frozen=True, kw_only=True):
    """How a gateway stands now.

    `up` tells of each channel whether it takes callers, `outages` for how many accounts it is
    out; `webhooks` and `late` are still to happen; `waiting` requests stand in line for a channel.
    """

    up: Mapping[str, bool]
    outages: Mapping[str, int]
    accounts: int
    webhooks: int
    late: int
    waiting: Mapping[str, int] = MappingProxyType({})


class Exposition(Collector):
    """Makes the page that Prometheus scrapes."""

    kind: Final = CONTENT_TYPE_PLAIN_1_0_0

    def __init__(self, tally: Tally, gauges: Callable[[], Gauges]) -> None:
        self._tally = tally
        self._gauges = gauges
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def page(self) -> bytes:
        """Everything, in the text format."""
        return generate_latest(self._registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing that could clash: this is the registry's only collector."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric, as it stands now."""
        yield from self._counted()
        yield from self._timed()
        yield from self._standing()

    def _counted(self) -> Iterator[Metric]:
        exchanges = CounterMetricFamily(
            "paydrill_exchanges",
            "Requests, by what the caller could learn (ok, fail, info) and the status that it got.",
            labels=("account", "channel", "operation", "seen", "status"),
        )
        for (*names, status), count in _classes(self._tally).items():
            exchanges.add_metric([*names, status], count)
        yield exchanges
        faults = CounterMetricFamily(
            "paydrill_faults", "Faults that were performed.", labels=("rule", "fault")
        )
        for hit, count in self._tally.hits.items():
            faults.add_metric(hit, count)
        yield faults
        verdicts = CounterMetricFamily(
            "paydrill_risk_verdicts",
            "Charges that a rule of the profile stopped: block, review, challenge.",
            labels=("rule", "verdict"),
        )
        for verdict, count in self._tally.verdicts.items():
            verdicts.add_metric(verdict, count)
        yield verdicts
        crowd = CounterMetricFamily(
            "paydrill_queue",
            "Requests beyond the capacity: waited, refused.",
            labels=("channel", "result"),
        )
        for came, count in self._tally.crowd.items():
            crowd.add_metric(came, count)
        yield crowd
        deliveries = CounterMetricFamily(
            "paydrill_webhook_deliveries",
            "Tries of webhooks: acknowledged, refused, no_answer, no_connection, dropped, forged.",
            labels=("type", "result"),
        )
        for delivery, count in self._tally.deliveries.items():
            deliveries.add_metric(delivery, count)
        yield deliveries

    def _timed(self) -> Iterator[Metric]:
        own = HistogramMetricFamily(
            "paydrill_own_seconds",
            "The gateway's own time for a request, without injected delay.",
            labels=("channel", "operation"),
        )
        for kind, histogram in self._tally.own.items():
            own.add_metric(kind, *_buckets(histogram))
        yield own
        waited = HistogramMetricFamily(
            "paydrill_injected_delay_seconds",
            "Delay that faults put into a request, of requests that had any.",
            labels=("channel", "operation"),
        )
        for kind, histogram in self._tally.waited.items():
            waited.add_metric(kind, *_buckets(histogram))
        yield waited
        answered = HistogramMetricFamily(
            "paydrill_webhook_answer_seconds", "How long merchants took to answer webhooks."
        )
        answered.add_metric((), *_buckets(self._tally.answered))
        yield answered

    def _standing(self) -> Iterator[Metric]:
        now = self._gauges()
        up = GaugeMetricFamily(
            "paydrill_channel_up", "Whether a channel takes callers.", labels=("channel",)
        )
        for channel, is_up in now.up.items():
            up.add_metric((channel,), is_up)
        yield up
        outages = GaugeMetricFamily(
            "paydrill_outages", "Accounts for which a channel is out.", labels=("channel",)
        )
        for channel, count in now.outages.items():
            outages.add_metric((channel,), count)
        yield outages
        depth = GaugeMetricFamily(
            "paydrill_queue_depth", "Requests that stand in line.", labels=("channel",)
        )
        for channel, count in now.waiting.items():
            depth.add_metric((channel,), count)
        yield depth
        yield GaugeMetricFamily("paydrill_accounts", "Accounts in use.", now.accounts)
        yield GaugeMetricFamily(
            "paydrill_webhooks_pending", "Events not yet acknowledged or given up.", now.webhooks
        )
        yield GaugeMetricFamily(
            "paydrill_late_effects_pending", "Payments and refunds yet to settle.", now.late
        )
        build = GaugeMetricFamily("paydrill_build_info", "The version.", labels=("version",))
        build.add_metric((__version__,), 1)
        yield build


def _classes(tally: Tally) -> dict[tuple[str, ...], int]:
    """Exchanges by class of status (2xx, 4xx, ...), or `none` where no answer was sent."""
    classes: dict[tuple[str, ...], int] = {}
    for (*names, status), count in tally.exchanges.items():
        key = (*map(str, names), "none" if status is None else f"{status // 100}xx")
        classes[key] = classes.get(key, 0) + count
    return classes


def _buckets(histogram: Histogram) -> tuple[list[tuple[str, float]], float]:
    """Cumulated counts by upper bound in seconds, and the sum in seconds."""
    bounds = [*(f"{bound / _SECOND:g}" for bound in histogram.bounds), "+Inf"]
    counts = map(float, accumulate(histogram.counts))
    return list(zip(bounds, counts, strict=True)), histogram.total / _SECOND
