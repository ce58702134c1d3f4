"""Several seeds: what counts as a surprise."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools import seeds

#: Exit code and false checks by merchant.
Ends = Mapping[str, tuple[int, tuple[str, ...]]]
AS_WANTED: Ends = {
    "careful": (0, ()),
    "naive": (1, ("exactly_once", "no_orphan_charge", "failover")),
    "webhook-only": (1, ("failover",)),
}


def drills(monkeypatch: pytest.MonkeyPatch, folder: Path, ends: Ends) -> list[list[str]]:
    """Drills that end as their merchant does; the calls that were made."""
    calls: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        code, false = ends[Path(command[command.index("--merchant") + 1]).stem]
        out = Path(command[command.index("--out") + 1])
        out.mkdir(parents=True, exist_ok=True)
        checks = [{"name": name, "valid": False} for name in false]
        verdict = {"checks": checks, "reasons": ["it said why"]}
        (out / "verdict.json").write_text(json.dumps(verdict))
        return subprocess.CompletedProcess(command, code, "", "")

    monkeypatch.setattr(seeds.subprocess, "run", run)
    monkeypatch.setattr(seeds, "OUT", folder)
    return calls


def test_every_merchant_plays_every_seed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All seeds with all merchants, fresh seeds too, and a row a merchant at the end."""
    calls = drills(monkeypatch, tmp_path, AS_WANTED)
    who = ["--merchants", *AS_WANTED]
    assert seeds.main(["gateway-brownout", "--seeds", "1", "2", "--fresh", "1", *who]) == 0
    assert len(calls) == 9
    printed = capsys.readouterr().out
    assert "careful                  passed 3 of 3   false: none" in printed
    assert printed.endswith("0 surprises in 9 drills\n")


@pytest.mark.parametrize(
    ("merchant", "end"),
    [
        ("careful", (4, ())),
        ("naive", (0, ())),
        ("naive", (1, ("exactly_once",))),
        ("webhook-only", (1, ("exactly_once",))),
    ],
)
def test_anything_else_is_a_surprise(
    merchant: str,
    end: tuple[int, tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A careful one that does not pass, a naive one that gets away, a sound one accused."""
    drills(monkeypatch, tmp_path, {merchant: end})
    assert seeds.main(["gateway-brownout", "--seeds", "1", "--merchants", merchant]) == 1
    assert "NO: it said why" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [[], ["gateway-brownout", "--seeds", "one"]])
def test_a_wrong_call_says_how_to_call_it(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The usage is shown, and the exit code is 2."""
    with pytest.raises(SystemExit) as caught:
        seeds.main(argv)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err
