"""A reference merchant alone."""

from __future__ import annotations

import socket

import pytest

from simulator.cli.main import main
from simulator.drills import merchantfile


@pytest.fixture(name="environment")
def _environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("GATEWAY_URL", "BACKUP_URL", "API_KEY", "WEBHOOK_SECRET", "WEBHOOK_PATH", "PORT"):
        monkeypatch.delenv(f"PAYDRILL_{name}", raising=False)
    return monkeypatch


NAMES = ["careful", "naive", "careful-stripe", "naive-stripe"]


@pytest.mark.parametrize("name", NAMES)
def test_what_it_must_be_told_is_named(
    name: str, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without its variables it does not start, and says which."""
    assert main(["merchant", name]) == 2
    assert "PAYDRILL_GATEWAY_URL" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_a_port_in_use_is_a_wrong_call(
    name: str,
    environment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The message names the port and the variable."""
    monkeypatch.chdir(tmp_path_factory.mktemp("shop"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment.setenv("PAYDRILL_GATEWAY_URL", "http://127.0.0.1:4242")
        environment.setenv("PAYDRILL_API_KEY", "sk_test_x")
        environment.setenv("PAYDRILL_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        environment.setenv("PAYDRILL_PORT", str(port))
        assert main(["merchant", name]) == 2
    assert f"port {port} is in use; set PAYDRILL_PORT" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["careful-stripe", "naive-stripe"])
def test_what_it_needs_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A merchant that uses Stripe's library cannot be had without it."""
    monkeypatch.setattr(merchantfile, "find_spec", lambda _: None)
    assert main(["merchant", name]) == 2
    assert "pip install 'paydrill[stripe]'" in capsys.readouterr().err
    assert main(["drill", "gateway-brownout", "--merchant", name]) == 2
    assert "pip install 'paydrill[stripe]'" in capsys.readouterr().err
