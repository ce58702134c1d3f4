"""Scenarios and load tests are found in a checkout and in an installed wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from simulator import library
from simulator.errors import UsageError
from simulator.library import Kind

ROOT = Path(__file__).resolve().parent.parent
ASK = (
    "from simulator import library; from simulator.scenario import loader\n"
    "print(library.folder('scenarios')); print(library.find('loadtests', 'shoppers'))\n"
    "print(loader.load(library.find('scenarios', 'gateway-brownout')).name)"
)


def test_a_checkout_uses_the_folders_beside_the_package() -> None:
    """In a checkout the content is what is edited, not a copy of it."""
    assert library.folder("scenarios") == ROOT / "scenarios"
    assert library.folder("loadtests") == ROOT / "loadtests"


def test_a_wheel_carries_its_content(tmp_path: Path) -> None:
    """A wheel, built and unpacked elsewhere, finds its own copies and can read them."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("paydrill-*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.splitlines() == [
        str(site / "simulator" / "content" / "scenarios"),
        str(site / "simulator" / "content" / "loadtests" / "shoppers.py"),
        "gateway-brownout",
    ]


def test_folders_of_strangers_beside_an_installed_package_are_not_ours(tmp_path: Path) -> None:
    """A `scenarios` folder among installed packages belongs to somebody else."""
    (tmp_path / "scenarios").mkdir()
    own = tmp_path / "simulator" / "content" / "scenarios"
    own.mkdir(parents=True)
    assert library.folder("scenarios", tmp_path / "simulator") == own
    with pytest.raises(UsageError, match="lacks its loadtests"):
        library.folder("loadtests", tmp_path / "simulator")


@pytest.mark.parametrize(
    "name",
    ["gateway-brownout", "gateway-brownout.yaml", "drills/gateway-brownout"],
)
def test_a_scenario_is_found_by_its_name(name: str) -> None:
    """With or without its folder and its suffix."""
    assert library.find("scenarios", name) == ROOT / "scenarios/drills/gateway-brownout.yaml"


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("scenarios", "gateway-brownuot", r"\(did you mean '(drills/)?gateway-brownout'"),
        ("scenarios", "../pyproject", "nothing in scenarios is called"),
        ("loadtests", "shopers", "did you mean 'shoppers'"),
    ],
)
def test_a_name_that_does_not_exist_gets_a_near_one(kind: Kind, name: str, message: str) -> None:
    """An unknown name is the caller's mistake, and nothing outside the folders is a name."""
    with pytest.raises(UsageError, match=message):
        library.find(kind, name)


def test_a_name_that_stands_twice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files of one name need their folders."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.yaml").touch()
    monkeypatch.setattr(library, "folder", lambda kind: tmp_path)
    assert library.names("scenarios") == ("a/same", "b/same")
    assert library.find("scenarios", "b/same") == tmp_path / "b" / "same.yaml"
    with pytest.raises(UsageError, match="more than once: a/same, b/same"):
        library.find("scenarios", "same")
