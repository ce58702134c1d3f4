"""Where webhooks may go."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.loopback import allowed


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/webhooks",
        "http://127.8.9.1/",
        "http://localhost:8000/webhooks",
        "http://LOCALHOST/",
        "https://[::1]:8000/webhooks",
        "http://[::ffff:127.0.0.1]/",
    ],
)
def test_this_machine_is_always_allowed(url: str) -> None:
    """Loopback addresses and `localhost` need no list."""
    allowed(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/webhooks",
        "http://10.0.0.5/webhooks",
        "http://169.254.169.254/latest",
        "http://0.0.0.0:8000/",
        "http://[::]/",
        "http://[::ffff:10.0.0.5]/",
        "http://127.0.0.1@shop.example/webhooks",
        "http://localhost.shop.example/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
def test_other_machines_are_not(url: str) -> None:
    """Neither names nor addresses nor their disguises get out by default."""
    with pytest.raises(UsageError, match="this machine only"):
        allowed(url)


def test_a_host_can_be_allowed_by_name() -> None:
    """The list holds names or addresses, in any case; it does not reach subdomains."""
    hosts = ("Shop.Example", "10.0.0.5")
    allowed("http://shop.example/webhooks", hosts)
    allowed("http://10.0.0.5:81/webhooks", hosts)
    with pytest.raises(UsageError, match=r"evil\.shop\.example"):
        allowed("http://evil.shop.example/", hosts)


@pytest.mark.parametrize(
    "url", ["", "shop", "ftp://127.0.0.1/", "http://", "/webhooks", "http://127.0.0.1:port/"]
)
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(UsageError, match=r"write http://127\.0\.0\.1:8000/webhooks"):
        allowed(url)
