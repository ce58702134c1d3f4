"""The documents: generated pages are fresh, examples work, and nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from simulator import library
from simulator.checkers.catalogue import CHECKERS
from simulator.cli.main import application
from simulator.dialects.native.bodies import PaymentBody
from simulator.dialects.native.parse import ENDPOINTS
from simulator.drills.merchantfile import merchant
from simulator.failures.catalogue import FAILURES
from simulator.faults.catalogue import FAULTS
from simulator.profiles import reading
from simulator.scenario import loader
from simulator.scenario.when import When
from tools.reference import ELSEWHERE, FOLDER, PAGES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "scenarios" / "README.md",
]
#: What surrounds a part of a scenario that is shown alone.
FRAMES = {
    "rules": "scenario: 1\nname: part\n",
    "expect": "scenario: 1\nname: part\nphases:\n  - {name: after, lasts: 1s, arrivals: 1/s}\n"
    "  - {name: recovery, lasts: 1s, arrivals: 1/s}\n",
}


class Block(NamedTuple):
    """A fenced block of a document."""

    file: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def _blocks(*languages: str) -> Iterator[Block]:
    for file in DOCUMENTS:
        text = file.read_text(encoding="utf-8")
        for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            if match.group(1) in languages:
                line = text.count("\n", 0, match.start()) + 1
                yield Block(file, line, match.group(1), match.group(2))


def _commands() -> list[tuple[str, list[str]]]:
    """Every call of paydrill that stands after a prompt."""
    found = []
    for block in _blocks("console"):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = re.sub(r"^\$ (\w+=\S+ )*", "", line).split(" #")[0].split()
            if line.startswith("$ ") and words[0] == "paydrill":
                found.append((f"{block}: {line}", words[1:]))
    return found


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_fresh(name: str) -> None:
    """`make docs` writes them; they say what the code says."""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


@pytest.mark.parametrize("path", ELSEWHERE)
def test_generated_pages_beside_what_they_list_are_fresh(path: str) -> None:
    """The library's own list: a scenario that was added, renamed or changed is in it."""
    assert (ROOT / path).read_text(encoding="utf-8") == ELSEWHERE[path](), "run: make docs"


def test_nothing_is_left_out() -> None:
    """Every fault, checker, failure, matcher key, command and endpoint stands in the reference."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in FOLDER.glob("*.md"))
    keys = [field.alias or name for name, field in When.model_fields.items()]
    names = [each.name for each in (*FAULTS, *CHECKERS, *FAILURES)]
    commands = list(get_command(application()).commands)
    wanted = [*(f"`{name}`" for name in (*keys, *ENDPOINTS)), *names, *commands]
    assert [each for each in wanted if each not in text] == []


def _yaml_blocks() -> list[Any]:
    return [pytest.param(block, id=str(block)) for block in _blocks("yaml")]


@pytest.mark.parametrize("block", _yaml_blocks())
def test_yaml_examples_work(block: Block, tmp_path: Path) -> None:
    """Scenarios, parts of them, profiles and merchant files load; all else is at least YAML."""
    first = block.text.partition(":")[0]
    if first == "merchant":
        (tmp_path / "shop.yaml").write_text(block.text)
        assert merchant(str(tmp_path / "shop.yaml")).start
    elif first == "scenario" or first in FRAMES:
        loader.load(FRAMES.get(first, "") + block.text, str(block))
    elif first == "profile":
        assert reading.build(YAML(typ="safe").load(block.text)).name
    else:
        assert YAML(typ="safe").load(block.text)


def _faults_shown() -> list[str]:
    """Every fault that stands inside a line of a how-to, with its parameters: `slow: 800ms`."""
    names = "|".join(fault.name for fault in FAULTS)
    pattern = re.compile(rf"`((?:{names}): [^`]+)`")
    texts = (file.read_text(encoding="utf-8") for file in (ROOT / "docs/how-to").glob("*.md"))
    found = {text for page in texts for text in pattern.findall(page)}
    return sorted(text for text in found if "..." not in text)  # left out on purpose


@pytest.mark.parametrize("text", _faults_shown())
def test_faults_that_are_shown_exist(text: str) -> None:
    """With the parameters that they are shown with."""
    assert loader.live(f"{{fault: {{{text}}}}}").fault.name == text.partition(":")[0]


def _commands_shown() -> list[Any]:
    return [pytest.param(words, id=where) for where, words in _commands()]


@pytest.mark.parametrize("words", _commands_shown())
def test_commands_that_are_shown_exist(words: list[str]) -> None:
    """With every option that they are shown with."""
    command: Any = get_command(application()).commands[words[0]]
    options = {name for each in command.params for name in each.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("words", _commands_shown())
def test_scenarios_that_are_shown_exist(words: list[str]) -> None:
    """What is drilled by name is in the library, and shoppers come in it."""
    command, *arguments = words
    name = arguments[0] if arguments and not arguments[0].startswith("-") else None
    if command in {"drill", "serve"} and name and not name.endswith(".yaml"):
        scenario = loader.load(library.find("scenarios", name))
        assert scenario.has_arrivals or command == "serve"


def _requests() -> list[Any]:
    """Path and body of every curl that sends JSON."""
    call = r"curl -X \w+ http://127\.0\.0\.1:\d+(\S+).*?-d '(.*?)'"
    return [
        pytest.param(path, body, id=f"{block} {path}")
        for block in _blocks("console")
        for path, body in re.findall(call, block.text, re.DOTALL)
    ]


@pytest.mark.parametrize(("path", "body"), _requests())
def test_requests_that_are_shown_are_understood(path: str, body: str) -> None:
    """Faults and payments by what reads them in the gateway; the rest is JSON."""
    if path.endswith("/faults"):
        assert loader.live(body).fault
    elif path == "/v1/payments":
        assert msgspec.json.decode(body, type=PaymentBody)
    else:
        assert msgspec.json.decode(body)


def test_make_targets_that_are_shown_exist() -> None:
    """`make drill` and the like."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    shown = {
        target
        for file in DOCUMENTS
        for target in re.findall(r"(?:^\$ |`)make ([a-z]+)", file.read_text(), re.MULTILINE)
    }
    assert shown <= targets
    assert {"drill", "test"} <= shown


def _links() -> list[Any]:
    return [
        pytest.param(file, target, id=f"{file.relative_to(ROOT)} -> {target}")
        for file in DOCUMENTS
        for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text(encoding="utf-8"))
        if "://" not in target
    ]


@pytest.mark.parametrize(("file", "target"), _links())
def test_links_lead_somewhere(file: Path, target: str) -> None:
    """To a file, and to a heading of it."""
    path, _, anchor = target.partition("#")
    there = (file.parent / path).resolve() if path else file
    assert there.is_file(), there
    if anchor:
        headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {
            re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings
        }


def test_every_page_can_be_found() -> None:
    """From the README or from another page."""
    linked = {
        (file.parent / target.partition("#")[0]).resolve()
        for file in DOCUMENTS
        for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text(encoding="utf-8"))
    }
    assert [str(page) for page in DOCUMENTS[1:] if page not in linked] == []
