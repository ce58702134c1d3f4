"""The list of faults."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import MappingProxyType

import pytest

from simulator.errors import UsageError
from simulator.faults import catalogue
from simulator.faults.fault import Fault

NO_FAULTS = {"__init__", "actions", "catalogue", "distributions", "fault"}


def test_every_file_is_listed() -> None:
    """A fault is a file of its name, and a file that is not listed would never be found."""
    folder = Path(inspect.getfile(catalogue)).parent
    files = {path.stem for path in folder.glob("*.py")} - NO_FAULTS

    assert files == set(catalogue.BY_NAME)


def test_every_fault_has_its_test() -> None:
    """Each fault is tested in a module of its name."""
    folder = Path(__file__).parent
    tests = {path.stem.removeprefix("test_") for path in folder.glob("test_*.py")}

    assert tests - {"catalogue"} == set(catalogue.BY_NAME)


def test_alphabetical_and_once() -> None:
    """The tuple is in the order of the names, each once."""
    names = [fault.name for fault in catalogue.FAULTS]

    assert names == sorted(set(names))


@pytest.mark.parametrize("fault", catalogue.FAULTS, ids=lambda fault: fault.name)
def test_every_fault_tells_its_story(fault: type[Fault]) -> None:
    """The docstring is a summary and a story, and the scalar names a parameter."""
    words = {field.alias or name for name, field in fault.model_fields.items()}

    assert len((fault.__doc__ or "").split("\n\n")) >= 2
    assert fault.__module__ == f"simulator.faults.{fault.name}"
    assert fault.scalar is None or fault.scalar in words


def test_an_unknown_fault_says_what_was_near() -> None:
    """A misspelt name is an error with the right one."""
    with pytest.raises(UsageError, match=r"no fault 'lost_replay' \(did you mean 'lost_reply'\?\)"):
        catalogue.build("lost_replay", {"after": "5s"})


@pytest.mark.parametrize("value", [["5s"], ("5s",)])
def test_a_list_is_no_parameter(value: object) -> None:
    """Neither a scalar nor a mapping: the names of the parameters are given."""
    with pytest.raises(UsageError, match=r"hang takes parameters by name \(for\)"):
        catalogue.build("hang", value)


def test_any_mapping_will_do() -> None:
    """Documents bring their own kinds of mapping."""
    built = catalogue.build("hang", MappingProxyType({"for": "5s"}))

    assert built == catalogue.build("hang", {"for": "5s"})


def test_faults_do_not_change() -> None:
    """A fault is a value: rules share it."""
    fault = catalogue.build("hang", "5s")

    with pytest.raises(ValueError, match="frozen"):
        fault.seconds = 1.0  # type: ignore[attr-defined]
