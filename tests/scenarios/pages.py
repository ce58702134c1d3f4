"""What happens where the payer's page is broken: pages/, and network/page-stuck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import aiohttp

from tests.hosted.kit import Payer, View
from tests.scenarios.script import Step
from tests.scenarios.stage import Act, Row, Stage

#: By its arm, how the page shows that it is broken.
_SIGNS: Final[dict[str, Callable[[View], bool]]] = {
    "white": lambda page: page.status == 200 and page.text == "",
    "forbidden": lambda page: page.status == 403 and "403" in page.text,
    "dead-button": lambda page: page.status == 200 and "<form" in page.html,
    "session-over": lambda page: "<form" not in page.html and page.status != 500,
    "old-browser": lambda page: "browser" in page.text.lower(),
}


def broken(arm: str, failure: str = "client_failure", hit: str | None = None) -> Act:
    """The page is broken at the first look, and whole at another; then the payer pays, once.

    `hit` is the rule, where it is not the arm of `broken-page`.
    """
    struck = hit or f"broken-page/{arm}"

    async def scene(here: Stage) -> None:
        order = here.cast(Step(hit=struck, failure=failure, sees="", operation="page"))
        async with aiohttp.ClientSession() as session:
            payer = Payer(here.it, session)
            path = await payer.checkout(order_id=order, amount=1000)
            seen: View | None = None
            try:
                seen = await payer.look(path)
            except aiohttp.ClientError:
                assert arm == "hangs"  # a browser may try again by itself
            assert struck in here.hits(order)
            assert arm == "hangs" or (seen is not None and _SIGNS[arm](seen)), seen
            assert await here.taken(order) == 0
            await here.control("DELETE", "/faults")  # another browser, another day
            whole = await payer.pay(path)
            assert whole.status == 200
            assert await here.taken(order) == 1000
            again = await payer.look(path)
            assert "<form" not in again.html or "cvc" not in again.html
            await here.restart()

    return Act(failure, scene)


async def late(here: Stage) -> None:
    """A page that comes after a while is as good as any other."""
    order = here.cast(Step(hit="comes-late", failure="client_failure", sees="", operation="page"))
    async with aiohttp.ClientSession() as session:
        payer = Payer(here.it, session)
        path = await payer.checkout(order_id=order, amount=1000)
        page = await payer.look(path)
        assert "comes-late" in here.hits(order)
        assert (page.status, "<form" in page.html) == (200, True)
        assert await here.taken(order) == 0


async def lost(here: Stage) -> None:
    """The charge stands and its answer is lost: the stale form, sent again, finds it paid."""
    order = here.cast(Step(hit="answer-lost", failure="client_failure", sees=""))
    async with aiohttp.ClientSession() as session:
        payer = Payer(here.it, session)
        path = await payer.checkout(order_id=order, amount=1000)
        form = (await payer.look(path)).hidden | {"method": "wallet"}
        try:
            seen = await payer.send(path, form)
        except aiohttp.ClientError:
            seen = await payer.send(path, form)
        assert "answer-lost" in here.hits(order)
        assert seen.title == "Payment successful"
        assert "not been charged again" in seen.text
        assert await here.taken(order) == 1000


ROWS: Final[dict[str, Row]] = {
    "pages/page-hangs": (broken("hangs", hit="never-comes"), Act("client_failure", late)),
    "pages/dead-button": (broken("dead-button", hit="no-answer-to-the-press"),),
    "pages/session-expired": (broken("session-over", hit="session-over"),),
    "pages/unsupported-browser": (
        broken("old-browser", hit="old-browser/says-so"),
        broken("white", hit="old-browser/stays-white"),
    ),
    "pages/result-not-shown": (Act("client_failure", lost),),
    "network/page-stuck": (
        broken("hangs"),
        broken("white"),
        broken("forbidden", "risk_blocked"),
        broken("dead-button"),
        broken("session-over"),
        broken("old-browser"),
    ),
}
