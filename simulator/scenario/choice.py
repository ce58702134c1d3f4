"""Things chosen by name: `{decline: insufficient_funds}`, `{outage: {}}`, or just `outage`.

Faults, checkers and reasons to abort are all written so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel

from simulator.documents import Mistake, Mistakes, build
from simulator.errors import did_you_mean

Thing = TypeVar("Thing", bound=BaseModel)


def choose(value: object, catalogue: Mapping[str, type[Thing]], what: str) -> Thing:
    """The thing of the catalogue that a value names, with its parameters.

    Raises:
        Mistakes: no such name, more than one name, or parameters that do not fit; with paths.
    """
    name, parameters, path = _split(value, what)
    model = catalogue.get(name)
    if model is None:
        near = did_you_mean(name, catalogue) or f"; there is {', '.join(sorted(catalogue))}"
        raise Mistakes([Mistake(path, f"unknown {what} '{name}'{near}", on_key=True)])
    try:
        return build(model, _parameters(model, name, parameters))
    except Mistakes as error:
        raise Mistakes(mistake.below(path) for mistake in error.mistakes) from None


def _split(value: object, what: str) -> tuple[str, object, tuple[str, ...]]:
    """The name, its parameters, and the path to them."""
    if isinstance(value, str) and value:
        return value, None, ()
    if isinstance(value, dict) and len(value) == 1:
        ((name, parameters),) = value.items()
        return name, parameters, (name,)
    if isinstance(value, dict) and value:
        _, second, *_ = value
        said = f"one {what} only; '{second}' is a second one (is it indented too little?)"
        raise Mistakes([Mistake((second,), said, on_key=True)])
    raise ValueError(f"a {what} is needed here: its name, or its name and parameters")


def _parameters(model: type[BaseModel], name: str, value: object) -> dict[str, object]:
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    scalar = getattr(model, "scalar", None)
    if scalar is not None and not isinstance(value, list):
        return {scalar: value}
    known = [field.alias or key for key, field in model.model_fields.items()]
    takes = f"keys with values: {', '.join(known)}" if known else "no parameters: write {}"
    raise Mistakes([Mistake((), f"'{name}' takes {takes}")])
