"""The client against servers that misbehave, in an interpreter of its own, as Locust patches it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "loadtests"
SCRIPT = r"""
from gevent import monkey
monkey.patch_all()
import json, socket, struct, sys
import gevent
from gevent.server import StreamServer
from wire import Wire

ANSWERS = {
    "/whole": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    "/shop/prefixed": b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok",
    "/truncated": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
    "/half-a-head": b"HTTP/1.1 200 OK\r\nConte",
    "/half-a-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
    "/garbage": b"\x00\x01 garbage\r\n\r\n",
}
requests = []

def handle(sock, _):
    data = sock.recv(65536)
    path = data.split()[1].decode()
    requests.append(data.decode())
    if path == "/silent":
        gevent.sleep(5)
    if path == "/reset":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.sendall(ANSWERS.get(path, b""))
    sock.close()

server = StreamServer(("127.0.0.1", 0), handle)
server.start()
url = f"http://127.0.0.1:{server.server_port}"
wire = Wire(url, at_most=2)
out = {}
for path in (*ANSWERS, "/closed", "/reset", "/silent"):
    for method in ("GET", "POST"):
        requests.clear()
        body = b"{}" if method == "POST" else b""
        host = Wire(url + "/shop/", 1) if path.startswith("/shop") else wire
        within = 0.6 if path == "/silent" else 5
        target = f"{method} {path.removeprefix('/shop')}"
        reply = host.send(target, body, within=within, headers="X-A: b\r\n")
        gevent.sleep(0.01)
        out[f"{method} {path}"] = [reply.code, reply.body.decode(), reply.error, list(requests)]
server.stop()
reply = wire.send("GET /whole", within=1)
out["GET /gone"] = [reply.code, reply.body.decode(), reply.error, []]
print(json.dumps(out))
"""


@pytest.fixture(name="replies", scope="module")
def _replies() -> dict[str, list[object]]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=FOLDER, check=True, capture_output=True, timeout=30
    )
    replies: dict[str, list[object]] = json.loads(done.stdout)
    return replies


def test_a_whole_answer_is_given(replies: dict[str, list[object]]) -> None:
    """Status and body, for a request as it should be on the wire."""
    for method, tail in (
        ("GET", "X-A: b\r\n\r\n"),
        ("POST", "Content-Type: application/json\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}"),
    ):
        code, body, error, requests = replies[f"{method} /whole"]
        assert (code, body, error) == (200, "abc", None)
        assert isinstance(requests, list)
        assert requests[0].startswith(f"{method} /whole HTTP/1.1\r\nHost: 127.0.0.1:")
        assert requests[0].endswith(tail)


def test_a_host_may_have_a_path(replies: dict[str, list[object]]) -> None:
    """The base URL's path stands before every request's."""
    assert replies["GET /shop/prefixed"][:2] == [202, "ok"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/truncated", "no whole answer"),
        ("/half-a-head", "no whole answer"),
        ("/half-a-chunk", "no whole answer"),
        ("/garbage", "no whole answer"),
        ("/closed", "no whole answer"),
        ("/reset", "no whole answer"),
        ("/silent", "timeout"),
    ],
)
def test_no_whole_answer_is_no_answer_and_nothing_is_sent_again(
    replies: dict[str, list[object]], method: str, path: str, error: str
) -> None:
    """However the server fails, the request went out once, and what came is not believed."""
    code, body, why, requests = replies[f"{method} {path}"]
    assert (code, body) == (None, "")
    assert str(why).startswith(error)
    assert isinstance(requests, list)
    assert len(requests) == 1


def test_no_server_is_said(replies: dict[str, list[object]]) -> None:
    """A refused connection is told apart: nothing was sent."""
    assert str(replies["GET /gone"][2]).startswith("no connection")
