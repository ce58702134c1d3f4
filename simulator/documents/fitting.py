"""From a Document to a pydantic model's value, with every error at its place and in plain words."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.documents.document import Document, Mistake, Mistakes, Path
from simulator.documents.reader import read
from simulator.errors import DocumentError, Problem, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
Check = Callable[[object], Iterable[Mistake]]


def _nothing(_value: object) -> Iterable[Mistake]:
    return ()


def load(source: FilePath | Document, model: type[Model], check: Check = _nothing) -> Model:
    """The document as a value of `model`; DocumentError with all problems if it has any.

    `check` finds mistakes between fields in the plain value; it runs whether or not the model fits.
    """
    document = source if isinstance(source, Document) else read(source)
    value, problems = fit(document, model, check)
    if value is None or problems:
        raise DocumentError(problems)
    return value


def fit(
    document: Document, model: type[Model], check: Check = _nothing
) -> tuple[Model | None, tuple[Problem, ...]]:
    """The model's value if the document fits it, and all problems, those of reading too."""
    if not document.readable:
        return None, document.problems
    value, mistakes = None, list(check(document.value))
    try:
        value = build(model, document.value)
    except Mistakes as error:
        mistakes.extend(error.mistakes)
    return value, document.with_problems(mistakes)


def build(model: type[Model], value: object) -> Model:
    """`model` made of plain values; Mistakes, each with its path, if it cannot be.

    A validator of an outer model may call this for an inner one that it chooses by name.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Mistakes(_mistakes(error, model, value)) from None


def _mistakes(error: ValidationError, model: type[BaseModel], value: object) -> Iterator[Mistake]:
    """One mistake for each path; what several branches of a union say is joined."""
    found: dict[tuple[Path, bool], list[str]] = {}
    for detail in error.errors(include_url=False):
        for mistake in _translated(detail, model, value):
            said = found.setdefault((mistake.path, mistake.on_key), [])
            if mistake.message not in said:
                said.append(mistake.message)
    for (path, on_key), messages in found.items():
        missing = [message for message in messages if message.startswith("missing key")]
        if missing:
            yield from (Mistake(path, message, on_key) for message in missing)
        else:
            yield Mistake(path, ", or ".join(messages), on_key)


def _translated(detail: ErrorDetails, model: type[BaseModel], value: object) -> tuple[Mistake, ...]:
    location = detail["loc"]
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Mistakes):
        path = _path(location, value)
        return tuple(mistake.below(path) for mistake in cause.mistakes)
    if detail["type"] == "missing":
        return (Mistake(_path(location[:-1], value), f"missing key '{location[-1]}'", on_key=True),)
    if detail["type"] == "extra_forbidden":
        known = _keys(_annotation(model, location[:-1]))
        return (Mistake(_path(location, value), _unknown(str(location[-1]), known), on_key=True),)
    if location and location[-1] == "[key]":
        return (Mistake(_path(location[:-1], value), _words(detail), on_key=True),)
    return (Mistake(_path(location, value), _words(detail)),)


def _path(location: tuple[int | str, ...], value: object) -> Path:
    """The steps of a pydantic location that exist in the data; it also names union branches."""
    path: list[str | int] = []
    here: Any = value
    for step in location:
        within = isinstance(here, dict) and step in here
        within = within or (isinstance(here, list) and isinstance(step, int) and step < len(here))
        if within:
            path.append(step)
            here = here[step]
    return tuple(path)


def _annotation(annotation: object, location: tuple[int | str, ...]) -> object:
    """The annotation at a location below `annotation`; None if it cannot be followed."""
    for step in location:
        annotation = _below(annotation, step)
    return annotation


def _below(annotation: object, step: int | str) -> object:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            if option.__name__ == step:
                return option
            for name, field in option.model_fields.items():
                if step in (name, field.alias):
                    return field.annotation
        elif get_args(option) and isinstance(step, int):
            return get_args(option)[0]
        elif get_args(option):
            return get_args(option)[-1]
    return None


def _options(annotation: object) -> Iterator[object]:
    """The annotation itself, or what stands within Annotated, Optional and unions."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _options(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation


def _keys(annotation: object) -> list[str]:
    """The keys that a model's documents may have."""
    return [
        field.alias or name
        for option in _options(annotation)
        if isinstance(option, type) and issubclass(option, BaseModel)
        for name, field in option.model_fields.items()
    ]


def _unknown(key: str, known: list[str]) -> str:
    near = did_you_mean(key, known)
    if near or not known:
        return f"unknown key '{key}'{near}"
    return f"unknown key '{key}'; the keys here are {', '.join(known)}"


def _words(detail: ErrorDetails) -> str:
    """What is wrong with a value, as one would say it."""
    given, context = detail["input"], detail.get("ctx", {})
    if given is None and detail["loc"]:
        return f"'{_last_key(detail['loc'])}' has no value"
    if "error" in context:
        return str(context["error"])
    phrase = _PHRASES.get(detail["type"])
    if phrase is None:
        message = detail["msg"]
        return f"{_shown(given)}: {message[:1].lower()}{message[1:]}"
    return phrase(_shown(given), context)


def _last_key(location: tuple[int | str, ...]) -> str:
    return next((step for step in reversed(location) if isinstance(step, str)), "item")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f"'{text if len(text) <= 40 else text[:37] + '...'}'"


def _choice(given: str, context: dict[str, Any]) -> str:
    expected = str(context["expected"])
    options = [option for option in expected.split("'") if option.strip(", ") not in ("", "or")]
    return f"{given} is not one of {expected}{did_you_mean(given.strip(chr(39)), options)}"


def _bound(words: str, name: str) -> Callable[[str, dict[str, Any]], str]:
    return lambda given, context: f"{given} is wrong: it must be {words} {context[name]:g}"


def _fixed(words: str) -> Callable[[str, dict[str, Any]], str]:
    return lambda given, _context: f"{given} {words}"


_LIST: Final = _fixed("stands where a list is needed (- one item a line)")
_KEYS: Final = _fixed("stands where keys with values are needed (key: value)")
_WHOLE: Final = _fixed("is not a whole number")
_PHRASES: Final[dict[str, Callable[[str, dict[str, Any]], str]]] = {
    "string_type": _fixed("is not text; write it in quotes"),
    "string_too_short": _fixed("is too short"),
    "string_pattern_mismatch": lambda given, context: (
        f"{given} is not of the form {context['pattern']}"
    ),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _fixed("is not a number"),
    "float_parsing": _fixed("is not a number"),
    "bool_type": _fixed("is neither true nor false"),
    "bool_parsing": _fixed("is neither true nor false"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "too_short": _fixed("is empty; it needs at least one item"),
    "literal_error": _choice,
    "enum": _choice,
    "greater_than": _bound("more than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("less than", "lt"),
    "less_than_equal": _bound("at most", "le"),
}
