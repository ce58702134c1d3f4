"""Where webhooks may go: this machine, and hosts that were allowed by name."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address

from yarl import URL

from simulator.errors import UsageError


def allowed(url: str, hosts: Collection[str] = ()) -> None:
    """Raise UsageError unless `url` leads to this machine or to one of `hosts` (names or IPs).

    Names are not looked up: a name other than `localhost` must stand in the list as it is
    written. A simulator that sends where a scenario tells it to must not become a way to reach
    other machines.
    """
    host = _host(url)
    if host in {name.lower() for name in hosts} or _is_loopback(host):
        return
    raise UsageError(
        f"webhooks go to this machine only, and '{host}' is not it; "
        f"use http://127.0.0.1:PORT/... or allow the host '{host}' by name"
    )


def _host(url: str) -> str:
    problem = f"'{url}' is not an address for webhooks; write http://127.0.0.1:8000/webhooks"
    try:
        parsed = URL(url)
    except ValueError as error:
        raise UsageError(problem) from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise UsageError(problem)
    return parsed.host.lower()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
