"""Tests of the page: it loads nothing, escapes everything, and tells the worst orders."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import msgspec
import pytest

from simulator.drills.judge import judge
from simulator.drills.report import html
from tests.drills.stories import GOOD, history, note, run, scenario, without

_BAD = without(GOOD, "refund")


def _page(story: str, *notes: object) -> str:
    recorded = history(story, *notes)  # type: ignore[arg-type]
    return html.render(judge(recorded, scenario()), recorded)


class _Reader(HTMLParser):
    """Collects what a browser would fetch, and the text outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tags and addresses."""
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in {"src", "href", "data"}]
        self._silent = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        """Scripts and styles end."""
        self._silent = False

    def handle_data(self, data: str) -> None:
        """Note text."""
        if not self._silent:
            self.words.append(data)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


def test_page_loads_nothing() -> None:
    """No address in it, and a policy that would forbid one: it works from a disk, for ever."""
    page = _page(GOOD)
    reader = _read(page)
    assert reader.fetched == []
    assert not {"link", "img", "iframe", "base"} & set(reader.tags)
    assert "default-src 'none'" in page
    assert "@import" not in page.split("</style>")[0]
    assert len(page) < 6_000_000


def test_page_tells_verdict_seed_and_how_to_run_it_again() -> None:
    """What one needs first stands on top."""
    text = " ".join(_read(_page(GOOD)).words)
    assert "pass" in text
    assert "paydrill drill small.yaml --merchant careful --seed 7" in text
    assert "Does the net money of every order stay within its price?" in text
    assert "119.99" in text
    assert "The worst orders" not in text


def test_several_instances_are_part_of_how_to_run_it_again() -> None:
    """Else the second run would not be the first one again."""
    several = msgspec.structs.replace(run(), merchant_instances=2)
    assert html.command(several).endswith("--seed 7 --instances 2")
    assert "--instances" not in html.command(run())


def test_money_without_a_book_shows_no_figures_of_it() -> None:
    """A dash, for a zero would be an answer."""
    rows = "".join(line for line in GOOD.splitlines(keepends=True) if " row " not in line)
    page = _page(rows)
    assert ">-</td>" in page
    assert ">-</td>" not in _page(GOOD)


def test_page_tells_the_worst_order_line_by_line() -> None:
    """The order that was charged for nothing is there with its own lines."""
    text = re.sub(r"\s+", " ", " ".join(_read(_page(_BAD)).words))
    assert "The worst orders" in text
    assert "r1-3" in text
    assert "shopper orders for 30.00 USD" in text
    assert "p3 on primary: captured" in text
    assert "30.00" in text.split("Money")[1].split("What became")[0]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</script><b>", "'\"&{{ 7*7 }}"])
def test_words_from_outside_are_escaped(text: str) -> None:
    """A merchant cannot put markup, script or template code into the report."""
    plain = _page(GOOD, note("drill aborted", "x"))
    page = _page(GOOD, note("drill aborted", text))
    assert text in " ".join(_read(page).words)
    assert _read(page).tags == _read(plain).tags


def test_figures_are_data_that_no_text_can_leave() -> None:
    """The charts' JSON has no `<`, so nothing in it can end its element."""
    page = _page(_BAD)
    (block,) = re.findall(r'<script id="figures" type="application/json">(.*?)</script>', page)
    assert "<" not in block
    assert set(json.loads(block)) == {"outcomes", "latency"}


def test_empty_recording_still_makes_a_page() -> None:
    """A drill that broke before anybody came is reported too."""
    page = _page("0.0 phase baseline\n1.0 end\n", note("drill broken", "no gateway"))
    assert "no gateway" in page
    assert "No money moved" in page
