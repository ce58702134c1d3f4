"""The profile that a scenario names by its file, put in its place.

A scenario travels as text: to a gateway on another machine, and into the journal, from which it is
judged again later. So the text has to hold the whole profile. It is put where the file's name
stood, in one line, so that all other places stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator import documents
from simulator.documents import Document, Mistake
from simulator.errors import Problem, UsageError, did_you_mean
from simulator.profiles import Profile, catalogue, reading
from simulator.profiles.catalogue import SUFFIXES

_KEY = ("profile",)


def profile_of(given: object) -> Profile:
    """The profile of this name, or the one that stands here whole; raises ValueError."""
    if isinstance(given, Profile):
        return given
    if isinstance(given, dict):
        return reading.build(given)
    name = str(given)
    if name.endswith(SUFFIXES):
        raise ValueError(
            f"'{name}': only a scenario that is a file can name a file; write the profile here"
        )
    if name not in catalogue.names():
        near = did_you_mean(name, catalogue.names()) or f"; there is {', '.join(catalogue.names())}"
        raise ValueError(f"unknown profile '{name}'{near}")
    return catalogue.load(name)


def with_profile(document: Document) -> tuple[Document, tuple[Problem, ...]]:
    """The document with its profile in the place of the file's name, and what is wrong with it.

    The file is looked for beside the scenario's own. A document that names none comes back as it
    is; one whose profile cannot be used comes back without it, so that the rest can be checked.
    """
    written = document.value
    name = written.get("profile") if isinstance(written, dict) else None
    if not isinstance(name, str) or not name.endswith(SUFFIXES):
        return document, ()
    try:
        profile = documents.read(Path(document.file).parent / name)
    except UsageError as error:
        return _without(document), (document.problem(Mistake(_KEY, str(error))),)
    found = reading.fit(profile)[1]
    if found:
        return _without(document), found
    text = _put(document, name, profile.value)
    if text is None:
        said = f"write the name plainly, in one line: profile: {name}"
        return _without(document), (document.problem(Mistake(_KEY, said)),)
    return replace(document, text=text, value={**written, "profile": profile.value}), ()


def _without(document: Document) -> Document:
    value = {key: each for key, each in document.value.items() if key != "profile"}
    return replace(document, value=value)


def _put(document: Document, name: str, profile: Mapping[str, Any]) -> str | None:
    """The text with the profile as JSON, which is YAML too, where its name stood."""
    place = document.values[_KEY]
    lines = document.text.split("\n")
    line = lines[place.line - 1]
    before, after = line[: place.column - 1], line[place.column - 1 :]
    for token in (name, f"'{name}'", f'"{name}"'):
        if after.startswith(token):
            lines[place.line - 1] = before + json.dumps(profile) + after[len(token) :]
            return "\n".join(lines)
    return None
