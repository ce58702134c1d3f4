"""`paydrill explain`: offline, in two languages, by name and by code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli.chinese import beside
from simulator.cli.main import main
from simulator.failures.catalogue import names
from simulator.failures.failure import Category, NextStep


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("explain needs no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command prints when all is well."""
    assert main(["explain", *words]) == 0
    return capsys.readouterr().out


def test_a_code_of_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    """101 of Oule Pay: where the money is, what to do, what to say, and support's steps."""
    text = told(capsys, "101", "--profile", "oule-pay")

    for wanted in (
        "insufficient_funds",
        "code: 101 (oule-pay)",
        "money: not debited",
        "retry: soft",
        "Please top up the account or use another card.",
        "false decline",
        "银行卡余额不足",
        "ISO 8583 51",
        "5. When was that? Compare it with the maintenance windows.",
    ):
        assert wanted in text


def test_a_name_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is Chinese; a name that programs use stands behind its word."""
    text = told(capsys, "insufficient_funds", "--lang", "zh")

    for wanted in ("返回码: 101 (default)", "资金: 未扣款", "您的银行提示余额不足", "客服先问"):
        assert wanted in text
    assert "类别: 资金与限额 (funds)" in text
    assert "下一步: 充值 (top_up), 更换银行卡 (other_card)" in text
    assert "merchant" not in text


@pytest.mark.parametrize("name", [*Category, *NextStep])
def test_every_name_has_a_chinese_word(name: Category | NextStep) -> None:
    """A new category or step needs its word here as well."""
    assert beside(name, "zh").endswith(f" ({name})")
    assert beside(name, "en") == name


@pytest.mark.parametrize("profile", ["default", "oule-pay"])
def test_a_code_that_stands_for_several(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    """202 shows both failures, and the safe way is to ask first."""
    text = told(capsys, "202", "--profile", profile)

    assert "202 stands for transaction_timeout, authentication_required" in text
    assert "The safe way is to treat it as transaction_timeout" in text
    assert text.count("tell the payer:") == 2
    assert "Elsewhere 202 means: NMI 202: insufficient_funds." in text


def test_a_code_of_another_gateway(capsys: pytest.CaptureFixture[str]) -> None:
    """It is said whose it is, and explained all the same."""
    text = told(capsys, "51")

    assert "51 is not a code of default; elsewhere: ISO 8583 51: insufficient_funds" in text
    assert "\ninsufficient_funds\n" in text


def test_the_words_of_a_guide(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever only has what the screen says finds the failure too."""
    assert told(capsys, "客户异常重试中").startswith("customer_action_pending\n")


def test_a_reason_that_must_not_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The payer's text is the general one, and it is said that it has to be."""
    text = told(capsys, "stolen_card")

    assert "This payment was not approved and you have not been charged." in text
    assert "The true reason must not be shown" in text


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an argument, every failure in a line, without colours in a pipe."""
    lines = told(capsys).splitlines()

    assert len(lines) == len(names())
    assert lines[0].startswith("101  insufficient_funds ")
    assert "\x1b" not in "".join(lines)
    assert "资金" not in told(capsys, "--lang", "zh").splitlines()[0]


def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """The same as JSON."""
    (row,) = json.loads(told(capsys, "101", "--json", "--profile", "oule-pay"))

    assert (row["failure"], row["code"], row["retry"]) == ("insufficient_funds", "101", "soft")
    assert row["elsewhere"]["iso"] == ["51"]
    assert len(json.loads(told(capsys, "--json"))) == len(names())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["insuficient_funds"], "did you mean 'insufficient_funds'"),
        (["9999x"], "`paydrill explain` lists all"),
        (["101", "--profile", "oule"], "did you mean 'oule-pay'"),
        (["101", "--profile", "nowhere.yaml"], "cannot read nowhere.yaml"),
        (["101", "--lang", "fr"], "'fr' is not one of 'en', 'zh'"),
    ],
)
def test_what_is_not_there(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A helpful no, and exit code 2."""
    assert main(["explain", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_profile_of_ones_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its codes are explained like any other's; its mistakes are told with their places."""
    path = tmp_path / "mine.yaml"
    path.write_text('profile: 1\nname: mine\nmethods: {card: }\ncodes: {"X9": lost_card}\n')
    assert "code: X9 (mine)" in told(capsys, "X9", "--profile", str(path))

    path.write_text("profile: 1\nname: mine\nmethods: {card: }\ncodes: {X9: lost_cart}\n")
    assert main(["explain", "X9", "--profile", str(path)]) == 2
    assert f"{path}:4:13: unknown failure 'lost_cart'" in capsys.readouterr().err


def test_validate_takes_profiles(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file that says `profile: 1` is checked as one."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("profile: 1\nname: good\nmethods: {card: }\n")
    bad.write_text("profile: 1\nname: bad\nmethods: {crad: }\n")

    assert main(["validate", str(good), str(bad)]) == 2
    captured = capsys.readouterr()
    assert f"{good}: ok" in captured.out
    assert "bad.yaml:3:11: unknown method 'crad'" in captured.err


def test_a_terminal_without_chinese() -> None:
    """Shows the rest, instead of breaking down over a guide's words."""
    command = [sys.executable, "-m", "simulator.cli", "explain", "101"]
    latin = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, env=latin, capture_output=True, check=False)

    assert done.returncode == 0
    assert b"Please top up the account" in done.stdout
