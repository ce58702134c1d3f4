"""Merchants that are right in another way are not accused."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from simulator.checkers.catalogue import BY_NAME
from simulator.drills.merchantfile import merchant
from tests.merchants.brownout import BROWNOUT, lenient
from tests.merchants.faulty import FAULTY
from tests.merchants.kit import drill, false_checks
from tests.merchants.site import Site
from tests.merchants.sound import QUICK, SOUND

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("design", SOUND)
async def test_no_money_check_falls(design: str, tmp_path: Path) -> None:
    """A brownout costs a sound shop orders, but no money and no truth."""
    shop, _ = SOUND[design]

    def make(site: Site) -> web.Application:
        return shop(site, QUICK[design]).app()

    for verdict in await asyncio.gather(
        *(drill(lenient(BROWNOUT), make, tmp_path / str(seed), seed) for seed in (1, 2))
    ):
        accused = false_checks(verdict)
        assert {name: why for name, why in accused.items() if BY_NAME[name].money} == {}
        assert [fault for fault in verdict.faults if not fault.hits] == []


def test_every_design_can_be_started_by_a_drill() -> None:
    """Each sound and faulty merchant has a file that `--merchant` takes."""
    names = {path.stem for path in FILES.glob("*.yaml")}
    assert names == set(SOUND) | set(FAULTY)
    for path in FILES.glob("*.yaml"):
        start = merchant(str(path)).start
        assert start is not None
        assert start[-1] == path.stem
