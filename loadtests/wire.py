"""The HTTP client of the generators: each request goes out exactly once.

Most clients send an idempotent request again by themselves when a kept connection turns out to be
closed. Here that would hide what a shop did to its shopper, and would hammer a shop that closes on
every request, so the pieces of geventhttpclient (pool and parser) are used without its retries.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

import gevent
from geventhttpclient.connectionpool import ConnectionPool, SSLConnectionPool
from geventhttpclient.response import HTTPParseError, HTTPSocketPoolResponse
from scenes import Reply

from simulator.errors import UsageError

_NEVER: Final = 3600.0  # seconds; the pool's own timeouts yield to that of each request


class Wire:
    """Kept connections to one host.

    Args:
        base: URL of the host, with a path before all others if it has one.
        at_most: connections at a time; a request over that waits within its own time.

    Raises:
        UsageError: `base` is not an http or https URL.
    """

    def __init__(self, base: str, at_most: int) -> None:
        url = urlsplit(base)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise UsageError(f"{base!r} is not the URL of a host; write http://127.0.0.1:8000")
        self._pool = _pool(url, at_most)
        self._prefix = url.path.rstrip("/")
        self._shared_head = (
            f"Host: {url.netloc}\r\nUser-Agent: paydrill-load\r\nAccept: application/json\r\n"
        )

    def send(self, request: str, body: bytes = b"", *, within: float, headers: str = "") -> Reply:
        """Send `request`, such as `POST /orders`, and wait `within` seconds for the whole answer.

        `headers` are further header lines, each ended by CRLF.
        """
        method, _, path = request.partition(" ")
        content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        head = (
            f"{method} {self._prefix}{path} HTTP/1.1\r\n{self._shared_head}"
            f"{content if body else ''}{headers}\r\n"
        )
        limit = gevent.Timeout(within)
        try:
            with limit:
                return self._exchange(method, head.encode() + body)
        except gevent.Timeout as over:
            if over is not limit:
                raise
            return Reply(error="timeout")

    def close(self) -> None:
        """Close the connections that are kept."""
        self._pool.close()

    def _exchange(self, method: str, message: bytes) -> Reply:
        try:
            sock = self._pool.get_socket()
        except OSError as error:
            return Reply(error=f"no connection: {error}", sent=False)
        try:
            sock.sendall(message)
        except OSError as error:
            self._pool.release_socket(sock)
            return Reply(error=f"cut while sending: {error}")
        except BaseException:  # the request's time is over, or the run is
            self._pool.release_socket(sock)
            raise
        try:
            response = HTTPSocketPoolResponse(sock, self._pool, method=method)
            return Reply(response.status_code, response.read())
        except (OSError, HTTPParseError) as error:
            return Reply(error=f"no whole answer: {error}")


def _pool(url: SplitResult, at_most: int) -> ConnectionPool:
    secure = url.scheme == "https"
    kind: type[ConnectionPool] = SSLConnectionPool if secure else ConnectionPool
    host, port = url.hostname or "", url.port or (443 if secure else 80)
    return kind(
        host,
        port,
        host,
        port,
        size=at_most,
        network_timeout=_NEVER,
        connection_timeout=_NEVER,
    )
