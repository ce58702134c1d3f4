"""The reference merchants as processes, as a drill starts them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from simulator.merchants import naive

MODULES = tuple(
    f"simulator.merchants.{name}" for name in ("careful", "naive", "careful_stripe", "naive_stripe")
)


def environment(port: int) -> dict[str, str]:
    """The six variables."""
    return os.environ | {
        "PAYDRILL_GATEWAY_URL": "http://127.0.0.1:9",
        "PAYDRILL_BACKUP_URL": "http://127.0.0.1:9",
        "PAYDRILL_API_KEY": "sk_test_drill",
        "PAYDRILL_WEBHOOK_SECRET": "whsec_c2VjcmV0",
        "PAYDRILL_WEBHOOK_PATH": "/webhooks",
        "PAYDRILL_PORT": str(port),
        "PYTHONPATH": str(Path.cwd()),
    }


async def healthy(port: int) -> bool:
    """Whether it serves within ten seconds."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(10):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/health") as response:
                    return response.status == 200
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("module", MODULES)
async def test_it_serves_until_it_is_told_to_stop(module: str, tmp_path: Path) -> None:
    """Told by the environment alone; SIGTERM ends it in good order."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, env=environment(port), cwd=tmp_path
    )
    try:
        assert await healthy(port)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_the_naive_one_names_what_it_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and the reason on standard error."""
    monkeypatch.delenv("PAYDRILL_API_KEY", raising=False)
    monkeypatch.setenv("PAYDRILL_GATEWAY_URL", "http://127.0.0.1:9")
    assert naive.main([]) == 2
    assert "PAYDRILL_API_KEY" in capsys.readouterr().err
    assert naive.main(["--better"]) == 2
