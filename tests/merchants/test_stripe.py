"""The two reference merchants that use Stripe's own library: one passes, one is convicted."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from simulator.merchants import naive, naive_stripe
from simulator.merchants.careful_stripe.app import make_app
from tests.merchants.brownout import BROWNOUT, lenient, strict
from tests.merchants.kit import drill, false_checks
from tests.merchants.shops import settings
from tests.merchants.site import Site
from tests.merchants.test_reference import batched, scenario
from tests.merchants.timings import QUICK

#: Troubles that a shop meets in another way when it speaks Stripe.
CHOSEN = (
    "silence",
    "late",
    "twice",
    "torn-answers",
    "crowded",
    "challenges",
)
#: Stripe's library computes more, and a payment is two requests: this shop waits longer for each.
TIMINGS = replace(QUICK, request=1.0, answer=1.3)

#: One payment is told by three events, so a share of lost ones is lost three times as often: with
#: less of it no drill has to wait for the fifth try of one of them.
_LOST = re.compile(r"share: \d+%, fault: {webhook_drop")


def trouble(name: str) -> str:
    """The trouble of this name, with time enough."""
    return lenient(_LOST.sub("share: 15%, fault: {webhook_drop", scenario(name)))


def careful(site: Site) -> web.Application:
    """The careful shop on Stripe's library, in a hurry."""
    return make_app(settings(site, TIMINGS))


def careless(site: Site) -> web.Application:
    """The naive shop on Stripe's library, in a hurry."""
    return naive_stripe.make_app(naive.Settings(site.primary, site.key, timeout=0.7))


@pytest.mark.parametrize("names", list(batched(CHOSEN, 2)), ids="+".join)
async def test_no_trouble_convicts_the_careful_one(names: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever goes wrong at the gateway, the careful shop keeps the money right."""
    for verdict in await asyncio.gather(
        *(drill(trouble(name), careful, tmp_path / name) for name in names)
    ):
        assert false_checks(verdict) == {}, verdict.scenario
        assert [fault for fault in verdict.faults if not fault.hits] == [], verdict.scenario


async def test_the_naive_one_charges_twice_and_keeps_what_it_must_not(tmp_path: Path) -> None:
    """The library repeats requests safely, and the shop does not."""
    verdict = await drill(strict(BROWNOUT), careless, tmp_path)
    assert {"exactly_once", "no_orphan_charge", "books_agree"} <= set(false_checks(verdict))
