"""What the shop is told by its environment."""

from __future__ import annotations

import pytest

from simulator.merchants.careful import main
from simulator.merchants.careful.config import from_environment
from simulator.merchants.careful.errors import ConfigError

GOOD = {
    "PAYDRILL_GATEWAY_URL": "http://127.0.0.1:4242/",
    "PAYDRILL_BACKUP_URL": "http://127.0.0.1:4243",
    "PAYDRILL_API_KEY": "sk_test_drill",
    "PAYDRILL_WEBHOOK_SECRET": "whsec_c2VjcmV0",
    "PAYDRILL_PORT": "8100",
}


def test_both_channels_in_their_order() -> None:
    """The primary first, without a trailing slash."""
    settings = from_environment(GOOD)
    assert settings.channels == (
        ("primary", "http://127.0.0.1:4242"),
        ("backup", "http://127.0.0.1:4243"),
    )
    assert (settings.port, settings.webhook_path) == (8100, "/webhooks")


def test_instances_of_one_shop_find_the_same_order_book() -> None:
    """Its name is that of the account, and theirs are their own."""
    one, two = (from_environment(GOOD | {"PAYDRILL_PORT": port}) for port in ("8100", "8101"))
    other = from_environment(GOOD | {"PAYDRILL_API_KEY": "sk_test_other"})
    assert one.database == two.database != other.database
    assert one.instance != two.instance


def test_the_backup_may_be_missing() -> None:
    """One channel is enough to sell."""
    environ = {name: value for name, value in GOOD.items() if name != "PAYDRILL_BACKUP_URL"}
    assert [name for name, _ in from_environment(environ).channels] == ["primary"]


def test_all_mistakes_are_named_at_once() -> None:
    """Each with what was meant."""
    with pytest.raises(ConfigError) as raised:
        from_environment({"PAYDRILL_PORT": "http", "PAYDRILL_WEBHOOK_PATH": "webhooks"})
    lines = str(raised.value).splitlines()
    assert len(lines) == 5
    assert all(line.startswith("PAYDRILL_") for line in lines)


def test_secrets_do_not_stand_in_messages() -> None:
    """Settings can be printed."""
    assert "sk_test" not in repr(from_environment(GOOD))
    assert "whsec" not in repr(from_environment(GOOD))


def test_a_wrong_environment_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and the reason on standard error."""
    for name in GOOD:
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    assert "PAYDRILL_API_KEY is not set" in capsys.readouterr().err
    assert main(["--fast"]) == 2
