"""The JSON Schema of profiles, for editors and for `paydrill schema profile`.

It tells everything that can be said of one field. What a document takes from its base or from the
library of methods need not stand in it, so little is required.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.profiles import shelf
from simulator.profiles.document import Profile

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of profiles, draft 2020-12."""
    made: dict[str, Any] = Profile.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = made["$defs"]
    method = {key: value for key, value in definitions["Method"].items() if key != "required"}
    method["properties"] = {k: v for k, v in method["properties"].items() if k != "type"}
    definitions["Method"] = method
    choice = {"anyOf": [{"$ref": "#/$defs/Method"}, {"type": "null"}, {"const": "none"}]}
    properties = {
        **made["properties"],
        "base": {"enum": list(shelf.names()), "description": "the profile that this starts from"},
        "methods": {
            "type": "object",
            "properties": dict.fromkeys(shelf.library(), choice),
            "additionalProperties": False,
        },
    }
    return {
        **made,
        "$schema": _DIALECT,
        "title": "paydrill profile",
        "properties": properties,
        "required": ["profile"],
    }
