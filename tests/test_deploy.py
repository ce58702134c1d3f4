"""What ships for monitoring speaks of metrics, labels and addresses that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from simulator.journal.entry import Delivery, Exchange, Hit
from simulator.server.control.routes import ROUTES
from simulator.server.metrics.exposition import Exposition, Gauges
from simulator.server.metrics.tally import Tally

DEPLOY: Final = Path(__file__).resolve().parents[1] / "deploy"
DASHBOARD: Final = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))


def _known() -> dict[str, set[str]]:
    """Every sample that a gateway can show, with its labels."""
    tally, common = Tally(), {"source": "gateway", "wall": 0.0, "mono": 0.0, "channel": "primary"}
    hits = (Hit("r", "slow", "after"), Hit("r", "saturation", "before"))
    tally.exchange(
        Exchange(
            **common, id="e", operation="authorize", received=0, waited_us=1, hits=hits, rule="r"
        )
    )
    tally.delivery(Delivery(**common, event="e", type="t", order="o", status=204))
    one = {"primary": 1}
    gauges = Gauges(up={"primary": True}, outages=one, accounts=1, webhooks=0, late=0, waiting=one)
    page = Exposition(tally, lambda: gauges).page().decode()
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def _expressions() -> list[Any]:
    return [
        pytest.param(target["expr"], id=f"{panel['title']} {target['refId']}")
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    ]


@pytest.mark.parametrize("expression", _expressions())
def test_panels_show_metrics_that_exist(expression: str) -> None:
    """By labels that they have."""
    known = _known()
    metrics = set(re.findall(r"paydrill_\w+", expression))
    assert metrics
    assert metrics <= set(known)
    labels = {
        label.strip()
        for group in re.findall(r"by \(([^)]*)\)", expression)
        for label in group.split(",")
    } | set(re.findall(r"(\w+)=~", expression))
    for metric in metrics:
        assert labels <= known[metric]


def test_every_metric_has_a_panel() -> None:
    """Counted and not shown is counted for nobody."""
    shown = " ".join(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in _known()}
    assert {family for family in families if family not in shown} == set()


def test_every_metric_is_documented() -> None:
    """By its name, and no metric that does not exist."""
    page = (DEPLOY.parent / "docs/how-to/watch-metrics.md").read_text(encoding="utf-8")
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in _known()}
    assert set(re.findall(r"`(paydrill_\w+)`", page)) == families


def test_panels_do_not_overlap_and_have_ids_of_their_own() -> None:
    """Or the page falls apart."""
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert all(x < 24 for x, _ in cells)


def test_prometheus_asks_where_metrics_are() -> None:
    """The path is a route, and the port the usual one."""
    config = YAML(typ="safe").load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
    job = config["scrape_configs"][0]
    assert job["metrics_path"] in {route.path for route in ROUTES}
    assert job["static_configs"][0]["targets"] == ["127.0.0.1:4243"]
    assert job["authorization"]["type"] == "Bearer"
