"""The JSON Schema of scenarios, for editors and for `paydrill schema`.

It tells everything that can be said of one field: every fault, matcher and checker by its name.
What needs two fields, such as shares that add up, only `loader` checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import getdoc
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from simulator.checkers.catalogue import BY_NAME as CHECKERS
from simulator.faults.catalogue import BY_NAME as FAULTS
from simulator.scenario.aborts import ABORTS
from simulator.scenario.document import Arrivals, Scenario
from simulator.scenario.rules import LiveFault

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of scenarios, draft 2020-12."""
    return _schema(Scenario, "paydrill scenario")


def live() -> dict[str, Any]:
    """The schema of a fault that is put on by hand."""
    return _schema(LiveFault, "paydrill live fault")


def _schema(root: type[BaseModel], title: str) -> dict[str, Any]:
    models: list[type[BaseModel]] = [
        root,
        Arrivals,
        *FAULTS.values(),
        *CHECKERS.values(),
        *ABORTS.values(),
    ]
    places, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/$defs/{model}"
    )
    found: dict[type[BaseModel], Any] = {model: places[model, "validation"] for model in models}
    rate = {"type": "string", "pattern": r"^\d+(\.\d+)?\s*/\s*(s|m|h)$", "examples": ["40/s"]}
    named = {
        "fault": _choice(FAULTS, found),
        "checker": _choice(CHECKERS, found),
        "abort": _choice(ABORTS, found),
        "arrivals": {"anyOf": [rate, found[Arrivals]]},
    }
    return {
        "$schema": _DIALECT,
        "title": title,
        **found[root],
        "$defs": {**_linked(definitions["$defs"]), **named},
    }


def _choice(
    catalogue: Mapping[str, type[BaseModel]], places: Mapping[type[BaseModel], Any]
) -> dict[str, Any]:
    """One name with its parameters, or the bare name of what needs none."""
    bare = [name for name, model in catalogue.items() if not _required(model)]
    options = [_one(name, model, places[model]) for name, model in catalogue.items()]
    return {"oneOf": [*options, {"enum": bare}] if bare else options}


def _one(name: str, model: type[BaseModel], place: dict[str, Any]) -> dict[str, Any]:
    scalar = getattr(model, "scalar", None)
    alone = [{"type": ["string", "number", "integer"]}] if scalar else []
    empty = [] if _required(model) else [{"type": "null"}]
    return {
        "type": "object",
        "title": name,
        "description": (getdoc(model) or "").partition("\n\n")[0].replace("\n", " "),
        "properties": {name: {"anyOf": [place, *alone, *empty]}},
        "required": [name],
        "additionalProperties": False,
    }


def _required(model: type[BaseModel]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())


def _linked(value: Any) -> Any:
    """The same schema with each thing that is chosen by name made a reference to its choice."""
    if isinstance(value, dict):
        comment = value.get("$comment")
        if isinstance(comment, str):
            rest = {key: each for key, each in value.items() if key != "$comment"}
            return {**rest, "$ref": f"#/$defs/{comment}"}
        return {key: _linked(each) for key, each in value.items()}
    return [_linked(each) for each in value] if isinstance(value, list) else value
