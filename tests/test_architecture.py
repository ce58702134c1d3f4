"""The code's own form: sizes, bans, layers, catalogues and the pages that are made from them."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import simulator
import simulator.checkers
import simulator.faults
from simulator.checkers.catalogue import CHECKERS
from simulator.checkers.checker import Checker
from simulator.faults.catalogue import FAULTS
from simulator.faults.fault import Fault

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("simulator", "loadtests", "tools")
LONGEST_FUNCTION = 60
LONGEST_FILE = 350
MOST_PARAMETERS = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, Function))


def _at(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def _dotted(node: ast.AST) -> str:
    """`asyncio.create_task` from the expression that says so."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_functions_are_short() -> None:
    """A function fits on a screen."""
    long = [
        f"{_at(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in _sources(*PRODUCT)
        for node in _functions(path)
        if node.end_lineno and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_files_are_short() -> None:
    """A file holds one thing."""
    lengths = {path: len(path.read_text().splitlines()) for path in _sources(*PRODUCT)}
    long = [
        f"{_at(path, _tree(path))} {n} lines" for path, n in lengths.items() if n > LONGEST_FILE
    ]
    assert long == []


def test_functions_take_few_parameters() -> None:
    """More than five want to be a value; only the options of a command are as many as they are."""
    many = [
        f"{_at(path, node)} {node.name}: {len(names)} parameters"
        for path in _sources(*PRODUCT)
        if path.parent.name != "cli"
        for node in _functions(path)
        if len(names := _parameters(node)) > MOST_PARAMETERS and node.name != "__init__"
    ]
    assert many == []


def _parameters(node: Function) -> list[str]:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [each.arg for each in given if each.arg not in {"self", "cls"}]


@pytest.mark.parametrize(
    ("banned", "instead"),
    [
        ("asyncio.create_task", "asyncio.TaskGroup"),
        ("asyncio.ensure_future", "asyncio.TaskGroup"),
        ("time.time", "simulator.clock"),
        ("datetime.now", "simulator.clock"),
        ("datetime.datetime.now", "simulator.clock"),
        ("os.system", "a list of arguments, without a shell"),
    ],
)
def test_banned_calls(banned: str, instead: str) -> None:
    """Tasks have owners, and time is passed in; a shop has a clock of its own."""
    found = [
        f"{_at(path, node)}: use {instead}"
        for path in _sources("simulator", "tools")
        if path != ROOT / "simulator" / "clock.py" and not ("time" in banned and _is_shop(path))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and _dotted(node) == banned
    ]
    assert found == []


@pytest.mark.parametrize("banned", ["random", "uuid", "pickle"])
def test_banned_modules(banned: str) -> None:
    """Chance is keyed by simulator.draws; names come from simulator.ids; data is JSON."""
    found = [
        _at(path, node)
        for path in _sources("simulator")
        if not _is_shop(path)
        for node in ast.walk(_tree(path))
        if banned in _imported(node)
    ]
    assert found == []


def _is_shop(path: Path) -> bool:
    """Reference merchants are strangers to the simulator: they make their own keys and times."""
    return ROOT / "simulator" / "merchants" in path.parents


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    return {node.module or ""} if isinstance(node, ast.ImportFrom) else set()


def test_input_is_not_checked_by_assert() -> None:
    """`python -O` removes assertions; a mistake of the caller is a UsageError."""
    found = [
        _at(path, node)
        for path in _sources(*PRODUCT)
        if path.name != "conformance.py"  # a suite of tests that is shipped
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_no_module_keeps_state() -> None:
    """What changes belongs to an object that the composition root made."""
    found = [
        _at(path, node)
        for path in _sources("simulator", "tools")
        for node in _tree(path).body
        if _is_state(node)
    ]
    found += [
        _at(path, node)
        for path in _sources("simulator", "tools")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Global)
    ]
    assert found == []


def _is_state(node: ast.stmt) -> bool:
    """Whether a statement of a module binds a list, a set or the like; a Final dict is data."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    names = node.targets if isinstance(node, ast.Assign) else [node.target]
    if any(_dotted(name) == "__all__" for name in names):
        return False
    final = isinstance(node, ast.AnnAssign) and "Final" in ast.unparse(node.annotation)
    if isinstance(node.value, ast.Dict | ast.DictComp):
        return not final
    if isinstance(node.value, ast.Call):
        return _dotted(node.value.func).split(".")[-1] in {
            "list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict",
        }  # fmt: skip
    return isinstance(node.value, ast.List | ast.Set | ast.ListComp | ast.SetComp)


def test_annotations_are_postponed_everywhere() -> None:
    """One way of writing types."""
    missing = [
        str(path.relative_to(ROOT))
        for path in _sources(*PRODUCT, "tests")
        if any(isinstance(node, Function | ast.AnnAssign) for node in ast.walk(_tree(path)))
        and "from __future__ import annotations" not in path.read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_suppression_has_a_reason() -> None:
    """A silenced finding says why."""
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _sources(*PRODUCT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)* - \S)", line)
    ]
    assert bare == []


def test_no_module_is_dead() -> None:
    """Every module is imported by another one, or is run by name; a test suite is for tests."""
    names = {_module(path) for path in _sources("simulator") if path.name != "conformance.py"}
    used = set().union(
        *(
            _names_used(path, node)
            for path in _sources("simulator", "loadtests", "tools")
            for node in ast.walk(_tree(path))
        )
    )
    entered = {name for name in names if name.endswith("__main__")}
    entered |= {"simulator", "simulator.cli.main", "simulator.cli"}
    text = "\n".join(path.read_text(encoding="utf-8") for path in _sources("simulator"))
    started = {name for name in names if f'"{name}"' in text}
    packages = {name for name in names if any(use.startswith(f"{name}.") for use in used)}
    assert sorted(names - used - entered - started - packages) == []


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _names_used(path: Path, node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return set()


def test_no_file_knows_a_machine() -> None:
    """No absolute path of anybody's home or workplace."""
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".json", ".jsonl", ".html", ""}
    place = re.compile(r"(?<![\w.])/(?:home|root|Users|work|mnt|opt)/[\w.-]+")
    found = [
        f"{name}: {match.group(0)}"
        for name in _tracked()
        if (ROOT / name).suffix in kinds and name != "tests/test_architecture.py"
        for match in place.finditer((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert found == []


def _tracked() -> list[str]:
    """What belongs to the project: known to git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is not a checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def _loaded_by(code: str) -> set[str]:
    """The top-level modules that a statement loads in a fresh interpreter."""
    probe = (
        f"import sys; before = set(sys.modules); {code}; "
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_nothing_else() -> None:
    """`import simulator` costs nothing."""
    assert _loaded_by("import simulator") == {"simulator"}


def test_help_starts_without_the_engine() -> None:
    """The list of commands needs typer and nothing that is slow to load."""
    loaded = _loaded_by("from simulator.cli.main import main; main(['--help'])")
    assert "typer" in loaded
    slow = {"aiohttp", "pydantic", "plotly", "ruamel", "jinja2", "rich", "babel", "faker", "locust"}
    assert loaded & slow == set()


def test_layers_are_kept() -> None:
    """The contracts of import-linter in pyproject.toml."""
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _subclasses(package: object, base: type) -> set[type]:
    """Every class below `base` that some module of a package defines."""
    found: set[type] = set()
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):  # type: ignore[attr-defined]
        module = importlib.import_module(info.name)
        found |= {
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, base)
            and value is not base
            and value.__module__ == module.__name__
            and "name" in vars(value)
        }
    return found


def test_every_fault_is_in_its_catalogue_under_its_files_name() -> None:
    """A fault that is not listed does not exist."""
    assert set(FAULTS) == _subclasses(simulator.faults, Fault)
    assert all(fault.__module__ == f"simulator.faults.{fault.name}" for fault in FAULTS)


def test_every_checker_is_in_its_catalogue_under_its_files_name() -> None:
    """A checker that is not listed judges nothing."""
    assert set(CHECKERS) == _subclasses(simulator.checkers, Checker)
    assert all(each.__module__ == f"simulator.checkers.{each.name}" for each in CHECKERS)


@pytest.mark.parametrize("package", ["faults", "checkers"])
def test_each_of_them_has_a_test_file(package: str) -> None:
    """One file, one test file."""
    catalogue = importlib.import_module(f"simulator.{package}.catalogue")
    tests = {path.stem for path in (ROOT / "tests" / package).glob("test_*.py")}
    assert {f"test_{name}" for name in catalogue.BY_NAME} - tests == set()
