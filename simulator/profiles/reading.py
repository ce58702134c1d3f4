"""From a document to a profile: what it takes from elsewhere is filled in, then all is checked.

A profile may start from another one (`base`): a key that it gives replaces that of its base, but
`methods` and `authentication` are merged, type by type. A method takes from the library of methods
what the profile does not say; `none` takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from simulator import documents
from simulator.documents import Document, Mistakes
from simulator.errors import DocumentError, Problem
from simulator.profiles import checks, document, shelf
from simulator.profiles.profile import Profile

_MERGED: Final = ("methods", "authentication")


def read(path: Path) -> Profile:
    """The profile in a file.

    Raises:
        DocumentError: the document has mistakes; all of them, in file order.
        UsageError: the file cannot be read at all.
    """
    made, found = fit(documents.read(path))
    if made is None or found:
        raise DocumentError(found)
    return made


def fit(written: Document) -> tuple[Profile | None, tuple[Problem, ...]]:
    """The profile, if the document is one, and all that is wrong with it, in file order."""
    whole = replace(written, value=_whole(written.value))
    made, found = documents.fit(
        whole, document.Profile, lambda value: checks.profile(value, written.value)
    )
    return (None if made is None or found else made.value()), found


def build(written: object) -> Profile:
    """The profile that stands within another document; raises Mistakes, each with its path."""
    whole = _whole(written)
    mistakes = list(checks.profile(whole, written))
    try:
        made = documents.build(document.Profile, whole)
    except Mistakes as error:
        raise Mistakes([*error.mistakes, *mistakes]) from None
    if mistakes:
        raise Mistakes(mistakes)
    profile: Profile = made.value()
    return profile


def _whole(written: object) -> object:
    """The document with all that it takes from its base and from the library of methods."""
    if not isinstance(written, dict):
        return written
    whole: dict[str, Any] = {**_base(written), **{k: v for k, v in written.items() if k != "base"}}
    if "base" in written and written["base"] not in shelf.names():
        whole["base"] = written["base"]
    for key in _MERGED:
        whole[key] = _merged(_base(written).get(key), written.get(key))
    if isinstance(whole["methods"], dict):
        whole["methods"] = dict(_methods(whole["methods"]))
    return {key: value for key, value in whole.items() if key not in _MERGED or value is not None}


def _base(written: Mapping[str, Any]) -> Mapping[str, Any]:
    if "base" not in written:
        return {}
    base = written["base"]
    if not isinstance(base, str) or base not in shelf.names():
        # What it would have given is not known, so nothing is missing: the name alone is wrong.
        return {"name": "unknown", "methods": dict.fromkeys(shelf.library())}
    whole = _whole(shelf.shipped(base))
    return whole if isinstance(whole, dict) else {}


def _merged(below: object, above: object) -> object:
    """Keys of both, and of those that both have, the keys of both again."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return below if above is None else above
    both = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict | None):
            both[key] = {**below[key], **(above[key] or {})}
    return both


def _methods(written: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each method with what the library says of it; those that were taken away are left out."""
    library = shelf.library()
    for name, wanted in written.items():
        if wanted == "none" and name in library:
            continue
        given = None if wanted == "none" else wanted  # a misspelt method is told, not taken away
        if given is not None and not isinstance(given, dict):
            yield name, given
        else:
            yield name, {"type": name, **library.get(name, {}), **(given or {})}
