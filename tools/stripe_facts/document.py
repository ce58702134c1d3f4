"""Stripe's OpenAPI document: every endpoint with what it takes and answers, as JSON Schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Final

from tools.stripe_facts import sources
from tools.stripe_facts.sources import Endpoint, Key, Schema

#: The version of the API that it describes. The copy in the package has lost its own statement (the
#: day on which it was packed stands there); the directory that it comes from keeps it under this.
VERSION: Final = "2022-11-15"
_PLACE: Final = re.compile(r"\{[^}]*\}")
_KEPT: Final = ("type", "enum", "required", "pattern", "maxLength")


class Document:
    """The document, with the keywords of JSON Schema in place of those of OpenAPI 3.0."""

    def __init__(self, published: Schema) -> None:
        self._paths: Schema = published["paths"]
        self._schemas: Schema = published["components"]["schemas"]

    @cached_property
    def definitions(self) -> Schema:
        """The schemas of all components by name, for the `$defs` of a schema."""
        return {name: _converted(schema) for name, schema in self._schemas.items()}

    @cached_property
    def endpoints(self) -> Mapping[Key, Schema]:
        """Every endpoint as it was published."""
        return {
            (verb.upper(), _PLACE.sub("{}", path)): operation
            for path, operations in self._paths.items()
            for verb, operation in operations.items()
        }

    def endpoint(self, key: Key) -> Endpoint:
        """What one of them takes and answers."""
        operation = self.endpoints[key]
        inner = frozenset(name for form in _forms(operation) for name in _within(form))
        return Endpoint(_names(operation), inner, _converted(_answer(operation, "200")))

    @cached_property
    def failure(self) -> Schema:
        """The schema of an answer that failed."""
        return _converted(_answer(self._paths["/v1/charges"]["post"], "default"))

    @cached_property
    def objects(self) -> Mapping[str, Schema]:
        """A reference to the schema of each kind of thing, by the value of its `object`."""
        return {
            schema["properties"]["object"]["enum"][0]: {"$ref": f"#/$defs/{name}"}
            for name, schema in self._schemas.items()
            if schema.get("x-resourceId") == name
            and not name.startswith("deleted_")
            and "enum" in schema.get("properties", {}).get("object", {})
        }

    def follow(self, schema: Schema) -> Schema:
        """What a reference refers to, or the schema itself."""
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].removeprefix("#/$defs/")]
        return schema


def _names(operation: Schema) -> frozenset[str]:
    asked = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    return frozenset(asked.union(*(form.get("properties", {}) for form in _forms(operation))))


def _forms(operation: Schema) -> list[Schema]:
    """The schemas of what is posted."""
    forms = operation.get("requestBody", {}).get("content", {})
    return [form["schema"] for form in forms.values()]


def _within(schema: Schema, depth: int = 0) -> Iterator[str]:
    """The names of the properties of what a form consists of, and so on."""
    for name, each in schema.get("properties", {}).items():
        if depth:
            yield name
        yield from _within(each, depth + 1)
    if "items" in schema:
        yield from _within(schema["items"], depth)
    for each in schema.get("anyOf", ()):
        yield from _within(each, depth)


def _answer(operation: Schema, status: str) -> Any:
    return operation["responses"][status]["content"]["application/json"]["schema"]


def _converted(schema: Schema) -> Schema:
    """A schema of OpenAPI 3.0 as one of JSON Schema, without what checks nothing."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"$ref": f"#/$defs/{name}"}
    out: Schema = {key: schema[key] for key in _KEPT if key in schema}
    if "properties" in schema:
        out["properties"] = {k: _converted(each) for k, each in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        out["additionalProperties"] = _converted(schema["additionalProperties"])
    elif "additionalProperties" in schema:
        out["additionalProperties"] = schema["additionalProperties"]
    if "items" in schema:
        out["items"] = _converted(schema["items"])
    if "anyOf" in schema:
        out["anyOf"] = [_converted(each) for each in schema["anyOf"]]
    return {"anyOf": [out, {"type": "null"}]} if schema.get("nullable") else out


@cache
def document() -> Document:
    """The one that is installed."""
    return Document(sources.document())
