"""From text to a Document, on the events of ruamel.yaml's parser.

Scalars follow the core schema of YAML 1.2 (yaml.org/spec/1.2.2, section 10.3): `NO` is a word, and
`1e3` a number. Keys are always text, so that a profile may list codes as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from simulator.documents.document import Document, Path, Place
from simulator.errors import Problem, UsageError

_DEEPEST: Final = 64
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,400}")
_BASED: Final = re.compile(r"0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
_FLOAT: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)


class _Broken(Exception):
    """The text cannot be read any further; the reason is among the problems."""


def read(path: FilePath) -> Document:
    """The document in a file; UsageError if the file cannot be read at all."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start + 1})") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    return parse(text, str(path))


def parse(text: str, file: str = "<text>") -> Document:
    """The document in a text; `file` is how problems name it. Never raises for bad content."""
    builder = _Builder(file)
    try:
        value, readable = builder.document(_without_directives(text, builder)), True
    except _Broken:
        value, readable = None, False
    except YAMLError as error:
        builder.report(_place_of(error, text), f"not readable as YAML: {_reason(error)}")
        value, readable = None, False
    return Document(
        file, text, value, builder.keys, builder.values, tuple(builder.problems), readable
    )


class _Builder:
    """Builds plain values from events and notes where each stands."""

    def __init__(self, file: str) -> None:
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._file = file
        self._events: Iterator[Event] = iter(())

    def report(self, place: Place, message: str) -> None:
        self.problems.append(Problem(self._file, place.line, place.column, message))

    def document(self, text: str) -> Any:
        """The value of the only document in `text`."""
        self._events = YAML(pure=True).parse(text)
        value: Any = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                value = self._node(next(self._events), ())
                self._end()
        if () not in self.values:
            self.report(Place(1, 1), "the document is empty")
            raise _Broken
        return value

    def _end(self) -> None:
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self.report(_place(event), "a second document; write one document a file")
                raise _Broken
            if not isinstance(event, DocumentEndEvent | StreamEndEvent):
                continue

    def _node(self, event: Event, path: Path) -> Any:
        self.values[path] = _place(event)
        if len(path) > _DEEPEST:
            self.report(_place(event), f"nested more than {_DEEPEST} deep")
            raise _Broken
        if isinstance(event, AliasEvent):
            self.report(_place(event), f"'*{event.anchor}' is an alias; write the value out")
            return None
        self._plain_data(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        raise TypeError(f"a node was expected, not {event}")

    def _plain_data(self, event: Event) -> None:
        """Report a tag or an anchor; the value below it is read as if it were not there."""
        if not isinstance(event, NodeEvent):
            return
        tag = getattr(event, "ctag", None)
        if tag is not None:
            self.report(_place(event), f"'{tag}' is a tag; documents are data only, leave it out")
        elif event.anchor is not None:
            self.report(_place(event), f"'&{event.anchor}' is an anchor; write each value out")

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key, place = self._key(event, path), _place(event)
            if key is None:
                self._node(next(self._events), (*path, "?"))
                continue
            here = (*path, key)
            if key in result:
                first = self.keys[here].line
                self.report(place, f"duplicate key '{key}'; it stands already in line {first}")
                self._node(next(self._events), (*here, "again"))
                continue
            self.keys[here] = place
            result[key] = self._node(next(self._events), here)
        return result

    def _key(self, event: Event, path: Path) -> str | None:
        """The key's text; None, and a problem, for anything but plain text."""
        if not isinstance(event, ScalarEvent):
            self.report(_place(event), "a key must be one word or number")
            if not isinstance(event, AliasEvent):
                self._node(event, (*path, "?"))
            return None
        self._plain_data(event)
        if event.value == "<<" and event.style is None:
            self.report(_place(event), "'<<' is a merge key; write the keys out")
            return None
        return _joined(str(event.value))


def _scalar(event: ScalarEvent) -> Any:
    """The value of a scalar: quoted ones are text, plain ones follow the core schema."""
    text = str(event.value)
    if event.style is not None:
        return _joined(text)
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _joined(text: str) -> str:
    r"""`text` with surrogate pairs, as JSON writes them (`\ud83d\ude00`), made one character."""
    if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _without_directives(text: str, builder: _Builder) -> str:
    """`text` with directives before its first line of data reported and made comments."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("%"):
            message = "a directive; documents are YAML 1.2 data, leave the line out"
            builder.report(Place(number + 1, 1), message)
            lines[number] = "#" + line[1:]
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    return "\n".join(lines)


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _place_of(error: YAMLError, text: str) -> Place:
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    if isinstance(error, ReaderError):
        before = text[: error.position]
        return Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Place(1, 1)


def _reason(error: YAMLError) -> str:
    if isinstance(error, MarkedYAMLError):
        return ", ".join(part for part in (error.problem, error.context) if part)
    if isinstance(error, ReaderError):
        return f"the character U+{error.character:04X} is not allowed"
    return str(error).splitlines()[0]
