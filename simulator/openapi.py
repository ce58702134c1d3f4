"""OpenAPI 3.1 documents, made from the types by which requests are read and answers written.

An HTTP API lists its endpoints once, each with its types; the document cannot say anything else
than what the code does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc
from types import MappingProxyType
from typing import Any, Final

import msgspec

_PREFIX: Final = "#/components/schemas/"
_COMPONENTS: Final = _PREFIX + "{name}"
_PLACE: Final = re.compile(r"\{(\w+)\}")
_JSON: Final = "application/json"
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

Schema = dict[str, Any]


class Media(msgspec.Struct, frozen=True):
    """A body that is no struct: its media types, and its schema."""

    kinds: tuple[str, ...]
    schema: Mapping[str, Any]
    about: str = ""


#: A body: a struct, a Media, or None for nothing.
Shape = type[msgspec.Struct] | Media | None


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path.

    `name` is unique in its API; `does` says in a sentence or more what happens. `answers` are the
    bodies by status. `headers` are optional request headers, each with its schema. An endpoint
    that is `open` needs no key.
    """

    method: str
    path: str
    name: str
    does: str
    answers: Mapping[int, Shape]
    query: type[msgspec.Struct] | None = None
    body: Shape = None
    headers: Mapping[str, Schema] = _NOTHING
    open: bool = False

    def __str__(self) -> str:
        """Method, path, and the query that it cannot do without."""
        needed = [
            f"{field.encode_name}=…"
            for field in (msgspec.structs.fields(self.query) if self.query else ())
            if field.required
        ]
        return f"{self.method} {self.path}{'?' if needed else ''}{'&'.join(needed)}"


class Api(msgspec.Struct, frozen=True, kw_only=True):
    """An API as a whole.

    `places` are the schemas of path parameters by name, `schemas` those that no struct stands
    for, `words` what each status means.
    """

    title: str
    version: str
    about: str
    endpoints: tuple[Endpoint, ...]
    words: Mapping[int, str]
    places: Mapping[str, Schema] = _NOTHING
    schemas: Mapping[str, Schema] = _NOTHING


def document(api: Api) -> dict[str, Any]:
    """The OpenAPI document of an API."""
    structs = _structs(api.endpoints)
    _, components = msgspec.json.schema_components(structs, ref_template=_COMPONENTS)
    shared = set(components) & set(api.schemas)
    if shared:
        raise ValueError(f"two schemas of one name: {', '.join(sorted(shared))}")
    schemas = {name: _clean(schema) for name, schema in {**components, **api.schemas}.items()}
    paths: dict[str, Any] = {}
    for endpoint in api.endpoints:
        operation = _operation(api, endpoint, components)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    used = _used(paths, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": api.version, "description": api.about},
        "paths": paths,
        "components": {
            "schemas": {name: each for name, each in schemas.items() if name in used},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def _used(value: Any, schemas: Mapping[str, Any]) -> set[str]:
    """The names of all schemas that are referred to, by each other too."""
    used: set[str] = set()
    left = list(_names(value))
    while left:
        name = left.pop()
        if name not in used:
            used.add(name)
            left += _names(schemas[name])
    return used


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_PREFIX)
        for each in value.values():
            yield from _names(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _names(each)


def _structs(endpoints: Iterable[Endpoint]) -> list[type[msgspec.Struct]]:
    found: dict[type[msgspec.Struct], None] = {}
    for endpoint in endpoints:
        for shape in (endpoint.query, endpoint.body, *endpoint.answers.values()):
            if isinstance(shape, type):
                found[shape] = None
    return list(found)


def _operation(api: Api, endpoint: Endpoint, components: Mapping[str, Schema]) -> dict[str, Any]:
    summary, _, rest = endpoint.does.partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": _line(summary),
        "parameters": list(_parameters(api, endpoint, components)),
        "responses": {
            str(status): _content(shape) | {"description": api.words[status]}
            for status, shape in sorted(endpoint.answers.items())
        },
    }
    if rest:
        operation["description"] = _line(rest)
    if endpoint.body is not None:
        operation["requestBody"] = _content(endpoint.body) | {"required": _is_needed(endpoint.body)}
    if endpoint.open:
        operation["security"] = []
    return operation


def _is_needed(shape: type[msgspec.Struct] | Media) -> bool:
    """A body whose every field may be left out may be left out whole."""
    return isinstance(shape, Media) or any(f.required for f in msgspec.structs.fields(shape))


def _content(shape: Shape) -> dict[str, Any]:
    if shape is None:
        return {}
    if isinstance(shape, Media):
        return {"content": {kind: {"schema": dict(shape.schema)} for kind in shape.kinds}}
    schema = {"$ref": _COMPONENTS.format(name=shape.__name__)}
    return {"content": {_JSON: {"schema": schema}}}


def _parameters(
    api: Api, endpoint: Endpoint, components: Mapping[str, Schema]
) -> Iterator[dict[str, Any]]:
    for name in _PLACE.findall(endpoint.path):
        schema = api.places.get(name, {"type": "string", "minLength": 1})
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if endpoint.query is not None:
        query = components[endpoint.query.__name__]
        for name, schema in query["properties"].items():
            given = _not_null(schema)
            about = {key: given.pop(key) for key in ("description",) if key in given}
            required = name in query["required"]
            yield {"name": name, "in": "query", "required": required, "schema": given, **about}
    for name, schema in endpoint.headers.items():
        yield {"name": name, "in": "header", "required": False, "schema": schema}


def _not_null(schema: Schema) -> Schema:
    """The same schema without its null: a query that is not given is left out."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if rest.get("default", 0) is None:
        del rest["default"]
    return {**rest, **options[0]} if len(options) == 1 else dict(schema)


def _clean(value: Any) -> Any:
    """Descriptions without the indentation of docstrings, and tuples as lists."""
    if isinstance(value, Mapping):
        return {
            key: _line(each) if key == "description" and isinstance(each, str) else _clean(each)
            for key, each in value.items()
        }
    return [_clean(each) for each in value] if isinstance(value, list | tuple) else value


def _line(text: str) -> str:
    return " ".join(cleandoc(text).split())
