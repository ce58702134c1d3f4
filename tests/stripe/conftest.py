"""One gateway for all tests of a process; each test has an account of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import pytest

from simulator.assembly import Serving
from tests.stripe.kit import Shop, running

if TYPE_CHECKING:
    from playwright.sync_api import Page

_numbers = count(1)


@pytest.fixture(scope="session")
def gateway() -> Iterator[Serving]:
    """A gateway on free ports."""
    with running() as serving:
        yield serving


@pytest.fixture
def shop(gateway: Serving) -> Iterator[Shop]:
    """A fresh account; at the end every answer must have had Stripe's shape."""
    made = Shop(gateway, f"shop{next(_numbers)}")
    yield made
    assert made.http.complaints == []


@pytest.fixture(name="page", scope="module")
def _page() -> Iterator[Page]:
    """A page of a browser."""
    from tests.stripe.browser import browsing  # noqa: PLC0415 - few tests need one

    with browsing() as page:
        yield page


@pytest.fixture(name="site", scope="module")
def _site() -> Iterator[str]:
    """The shop's own site: every page of it says thank you."""
    from tests.stripe.browser import thanking  # noqa: PLC0415 - the same

    with thanking() as address:
        yield address
