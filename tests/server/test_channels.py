"""Where channels can be reached."""

from __future__ import annotations

import pytest

from simulator.server.channels import reachable


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("gateway.test", "gateway.test"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
    ],
)
def test_hosts_in_addresses(host: str, name: str) -> None:
    """Pages are given away with an address that somebody can go to."""
    assert reachable(host) == name
