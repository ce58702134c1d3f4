"""The gateway's hand in the journal, and who looks over its shoulder."""

from __future__ import annotations

from simulator.accounts.recorder import Recorder
from simulator.clock import VirtualClock
from simulator.journal.entry import Delivery, Exchange, Hit, Outage
from tests.accounts.test_restore import Recording


class Counter:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def exchange(self, line: Exchange) -> None:
        """An exchange."""
        self.told.append(line)

    def delivery(self, line: Delivery) -> None:
        """A delivery."""
        self.told.append(line)

    def outage(self, line: Outage) -> None:
        """An outage."""
        self.told.append(line)


def test_a_watch_is_told_what_is_written() -> None:
    """Exchanges, deliveries and outages, as they stand in the journal."""
    recording, watch = Recording(), Counter()
    recorder = Recorder(recording, VirtualClock(), watch)
    told = {"id": "e", "channel": "primary", "operation": "query", "received": 0.0}
    recorder.exchange(Exchange(source="gateway", wall=0.0, mono=0.0, account="shop", **told))
    recorder.outage("shop", channel="primary", state="down", rule="r", cut=1, proved=True)
    hits: list[Hit] = []
    line = Delivery(
        source="gateway",
        wall=0.0,
        mono=0.0,
        event="evt",
        type="t",
        channel="primary",
        order="o",
        hits=(Hit("r", "webhook_drop", "webhook"),),
    )
    recorder.delivered(line, hits.append)
    assert watch.told == recording.lines()
    assert len(watch.told) == 3
    assert [hit.rule for hit in hits] == ["r"]
