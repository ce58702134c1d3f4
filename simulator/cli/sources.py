"""Where scenarios and profiles come from: a file, or a name of what ships with paydrill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator import library
from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.profiles import Profile
    from simulator.scenario.document import Scenario


def scenario_path(text: str) -> Path:
    """The file that `text` names; UsageError says what is near if there is none."""
    path = Path(text)
    if path.is_file():
        return path
    if path.is_dir():
        raise UsageError(f"{text} is a folder; name a scenario file in it")
    if path.suffix in {".yaml", ".yml", ".json"}:
        raise UsageError(f"there is no file {text}")
    return library.find("scenarios", text)


def scenario(text: str) -> Scenario:
    """The scenario that `text` names, remembered by the words of the caller.

    So that a report says how to run it again without telling where a machine keeps its files.
    """
    from simulator.scenario import loader

    read = loader.load(scenario_path(text))
    return read.keep(read.text, text)


def profile(text: str) -> Profile:
    """The profile that `text` names, by its file or its name."""
    from simulator.profiles import catalogue, reading

    if Path(text).is_file() or text.endswith(catalogue.SUFFIXES):
        return reading.read(Path(text))
    return catalogue.load(text)
