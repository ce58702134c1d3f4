"""The gateway as a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from simulator.cli.main import main


def _serve(*options: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "simulator.cli", "serve", *options]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PAYDRILL_")}
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**clean, "PYTHONUNBUFFERED": "1", **environment},
    )


FREE = ("--port", "0", "--backup-port", "0", "--control-port", "0")


def _announced(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it says of itself, up to the last line."""
    assert process.stdout is not None
    said: dict[str, str] = {}
    for line in process.stdout:
        if line.startswith("Ctrl-C"):
            return said
        name, _, value = line.strip().partition(" ")
        said[name] = value.strip()
    pytest.fail(process.stderr.read() if process.stderr else "it ended")


def _get(url: str, token: str = "") -> int:
    """The status of a GET."""
    return _answer(url, token)[0]


def _playing(url: str, token: str) -> str:
    """The scenario that an account plays."""
    return str(json.loads(_answer(url, token)[1])["scenario"])


def _answer(url: str, token: str) -> tuple[int, bytes]:
    """The status and the body of a GET."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=5)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with closing(connection):
        connection.request("GET", place.path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_when_told(number: signal.Signals) -> None:
    """Three addresses and a token that opens the control API; a signal ends it cleanly."""
    with _serve("gateway-brownout", *FREE) as process:
        try:
            said = _announced(process)
            assert said["scenario"] == "gateway-brownout"
            assert _get(f"{said['control']}/health") == 200
            assert _get(f"{said['control']}/accounts/x") == 401
            assert _get(f"{said['control']}/accounts/x", said["token"]) == 200
            assert _get(f"{said['primary']}/v1/payments/pay_1") == 401
            assert _get(f"{said['backup']}/v1/payments/pay_1", "sk_test_x") == 404
        finally:
            process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_token_that_was_given_is_not_printed(tmp_path: Path) -> None:
    """It is in the environment already; a log need not have it too."""
    journal = tmp_path / "journal.jsonl"
    with _serve(*FREE, "--journal", str(journal), PAYDRILL_TOKEN="quiet-token") as process:
        try:
            said = _announced(process)
            assert "token" not in said
            assert "quiet-token" not in str(said)
            assert _get(f"{said['control']}/accounts/x", "quiet-token") == 200
        finally:
            process.terminate()
        assert process.wait(10) == 0
    assert json.loads(journal.read_text().splitlines()[0])["kind"] == "boot"


def _told(process: subprocess.Popen[str], stream: str) -> str:
    """The next line that it writes."""
    line = getattr(process, stream).readline()
    return str(line).strip()


def test_a_watched_scenario_is_read_anew(tmp_path: Path) -> None:
    """Saved well it is played, from its beginning; saved badly, the old one goes on."""
    path = tmp_path / "mine.yaml"
    text = "scenario: 1\nname: {}\nrules: []\n"
    path.write_text(text.format("one"))
    with _serve(str(path), "--watch", *FREE, "--token", "t") as process:
        try:
            said = _announced(process)
            assert _get(f"{said['control']}/accounts/x", "t") == 200
            path.write_text(text.format("two"))
            assert _told(process, "stdout") == "Read anew, and plays from its beginning: two"
            path.write_text(text.format("three").replace("rules", "ruls"))
            problems = [_told(process, "stderr")]
            while problems[-1] != "The old scenario goes on.":
                problems.append(_told(process, "stderr"))
            assert any("unknown key 'ruls'" in problem for problem in problems)
            assert _playing(f"{said['control']}/accounts/x", "t") == "two"
        finally:
            process.terminate()
        assert process.wait(10) == 0


def test_it_ends_by_itself_when_its_controller_is_gone() -> None:
    """Without a lease it lingers so long and no longer."""
    with _serve(*FREE, "--linger", "300ms") as process:
        _announced(process)
        assert process.wait(10) == 0


@pytest.mark.parametrize("option", ["--port", "--backup-port", "--control-port"])
def test_a_port_in_use_is_a_wrong_call(option: str) -> None:
    """Whichever of the three it is, the message names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _serve(*FREE, option, str(port)) as process:
            _, err = process.communicate(timeout=10)
    assert process.returncode == 2
    assert err.startswith("paydrill: ")
    assert f"127.0.0.1:{port}" in err
    assert "in use" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--webhook", "http://shop.example/webhooks"), "shop.example"),
        (("--watch",), "--watch needs a scenario"),
        (("--linger", "soon"), "--linger: 'soon' is not a duration"),
        (("no-such-scenario",), "nothing in scenarios is called 'no-such-scenario'"),
    ],
)
def test_what_cannot_be_served(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong call ends before anything listens."""
    assert main(["serve", *FREE, *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "ports", [("--port", "14244", "--backup-port", "14244"), ("--backup-port", "4243")]
)
def test_each_address_needs_a_port_of_its_own(
    ports: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same port twice is a wrong call, said in one sentence."""
    assert main(["serve", *ports]) == 2
    assert "a port of their own" in capsys.readouterr().err
