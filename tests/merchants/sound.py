"""Merchants that are right, each in another way than the careful one. No money check may fall.

`python -m tests.merchants.sound <design>` runs one as a process, told by the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping

from aiohttp import web

from tests.merchants.shell import REFUSED, Order, Patience, Shell
from tests.merchants.site import Site

_OVER = ("captured", "failed", "canceled", "expired")


class WebhookOnly(Shell):
    """Never asks: after silence it waits to be told, and then closes the order."""

    async def pay(self, order: Order) -> None:
        """Charge once; then believe the answer, or the webhook, or the cancel."""
        status, answer = await self.charge(order)
        if status == REFUSED:
            self.settle(order, "failed")
        elif status in {200, 201}:
            self.see(order, answer)
        elif status == 402 and answer["error"]["payment"]["status"] == "failed":
            self.settle(order, "failed")
        until = time.monotonic() + self.patience.wait
        while order.status == "pending" and time.monotonic() < until:
            await self._news(order, until)
        if order.status == "pending":
            await self.close(order)

    async def _news(self, order: Order, until: float) -> None:
        order.changed.clear()
        try:
            await asyncio.wait_for(order.changed.wait(), until - time.monotonic())
        except TimeoutError:
            return


class PollingOnly(Shell):
    """Ignores webhooks: after silence it asks until it knows, and in the end closes the order.

    It also looks once more at what it settled, for it has no other way to hear of late money.
    """

    reads_webhooks = False

    async def pay(self, order: Order) -> None:
        """Charge once, then ask."""
        status, answer = await self.charge(order)
        if status == REFUSED:
            self.settle(order, "failed")
            return
        if status in {200, 201}:
            self.see(order, answer)
        elif status == 402:
            self.settle(order, "failed")
        until = time.monotonic() + self.patience.wait
        while order.status == "pending" and time.monotonic() < until:
            await asyncio.sleep(self.patience.pause)
            await self._look(order)
        if order.status == "pending":
            await self.close(order)
        await asyncio.sleep(self.patience.wait)
        await self._look(order)

    async def _look(self, order: Order) -> None:
        status, answer = await self.ask("GET", f"/v1/payments?order_id={order.reference}")
        if status != 200:
            return
        for payment in answer["data"]:
            self.see(order, payment)
        over = answer["data"] and all(each["status"] in _OVER for each in answer["data"])
        if over and order.status == "pending":
            self.settle(order, "failed")


class AuthorizeThenCapture(Shell):
    """Reserves the money first and takes it second; replays both until it is answered."""

    async def pay(self, order: Order) -> None:
        """Authorize, then capture; an authorization that cannot be learnt of is closed."""
        until = time.monotonic() + self.patience.wait
        status, answer = await self.charge(order, capture="manual")
        while status not in {REFUSED, 200, 201, 402} and time.monotonic() < until:
            await asyncio.sleep(self.patience.pause)
            status, answer = await self.charge(order, capture="manual")
        if status == 402:
            self.settle(order, "failed")
        elif status in {200, 201} and answer["status"] == "authorized":
            path = f"/v1/payments/{answer['id']}/capture"
            self.see(
                order, await self.until_answered("POST", path, {}, f"capture-{order.reference}")
            )
        else:
            await self.close(order)


class Patient(Shell):
    """Waits ten seconds for each answer, and then replays and asks in turn."""

    async def pay(self, order: Order) -> None:
        """Replay under the same key until something is certain."""
        while order.status == "pending":
            status, answer = await self.charge(order)
            if status in {200, 201}:
                self.see(order, answer)
            elif status == 402:
                self.settle(order, "failed")
            else:
                await asyncio.sleep(self.patience.pause)
                await self._look(order)
                await asyncio.sleep(self.patience.pause)

    async def _look(self, order: Order) -> None:
        status, answer = await self.ask("GET", f"/v1/payments?order_id={order.reference}")
        for payment in answer["data"] if status == 200 else ():
            self.see(order, payment)


#: Every sound design, by name, with its own patience in a drill of full length.
SOUND: Mapping[str, tuple[type[Shell], Patience]] = {
    "webhook-only": (WebhookOnly, Patience()),
    "polling-only": (PollingOnly, Patience()),
    "authorize-capture": (AuthorizeThenCapture, Patience()),
    "patient": (Patient, Patience(request=10.0, answer=12.0)),
}

#: The same in a drill of a few seconds.
QUICK: Mapping[str, Patience] = {
    "webhook-only": Patience(request=0.7, wait=1.2, pause=0.25, answer=1.0),
    "polling-only": Patience(request=0.7, wait=1.2, pause=0.25, answer=1.0),
    "authorize-capture": Patience(request=0.7, wait=1.2, pause=0.25, answer=1.0),
    "patient": Patience(request=2.5, wait=1.0, pause=0.25, answer=3.0),
}


def main(argv: list[str]) -> int:
    """Run the merchant of this design until it is told to stop."""
    if len(argv) != 1 or argv[0] not in SOUND:
        sys.stderr.write(f"one of: {', '.join(SOUND)}\n")
        return 2
    design, patience = SOUND[argv[0]]
    site = Site(
        os.environ["PAYDRILL_GATEWAY_URL"],
        os.environ["PAYDRILL_BACKUP_URL"],
        os.environ["PAYDRILL_WEBHOOK_SECRET"],
        os.environ["PAYDRILL_API_KEY"],
    )
    asyncio.run(_serve(design(site, patience).app(), int(os.environ["PAYDRILL_PORT"])))
    return 0


async def _serve(app: web.Application, port: int) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        await stop.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
