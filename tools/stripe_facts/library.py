"""The declarations of Stripe's library for Node: every endpoint with what it takes and answers.

They are stricter than the document: a field that may be null but is always sent is required, and a
field that nobody declared is an error. In them, objects are named by the value of their `object`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from tools.stripe_facts import declarations
from tools.stripe_facts.declarations import Module
from tools.stripe_facts.sources import LIBRARY, Endpoint, Key, Schema

_REQUEST: Final = re.compile(
    r"^    (\w+)\([^)]*\) \{\s*return this\._makeRequest\(\s*'(\w+)',\s*['`]([^'`]+)['`]",
    re.MULTILINE,
)
_PLACE: Final = re.compile(r"\$\{encodeURIComponent\(\w+\)\}")
_VERSION: Final = re.compile(r"ApiVersion = '([^']+)'")


class Library:
    """Stripe's library for Node, read as it is asked about.

    Attributes:
        definitions: The schemas of all types that an answer, an event or `failure` has led to,
            for the `$defs` of a schema.
    """

    def __init__(self, folder: Path = LIBRARY) -> None:
        self.definitions: Schema = {}
        self._folder = folder
        self._modules: dict[Path, Module] = {}

    @property
    def version(self) -> str:
        """The version of the API that it speaks."""
        found = _VERSION.search(self._folder.joinpath("apiVersion.js").read_text(encoding="utf-8"))
        if found is None:
            raise ValueError("apiVersion.js names no version")
        return found.group(1)

    @cached_property
    def endpoints(self) -> Mapping[Key, tuple[Path, str]]:
        """The file and the name of the method that calls each endpoint."""
        found = {}
        for script in sorted(self._folder.joinpath("resources").rglob("*.js")):
            for name, verb, path in _REQUEST.findall(script.read_text(encoding="utf-8")):
                found[verb, _PLACE.sub("{}", path)] = script.with_suffix(".d.ts"), name
        return found

    def endpoint(self, key: Key) -> Endpoint:
        """What one of them takes and answers."""
        file, name = self.endpoints[key]
        (methods,) = self._module(file).methods.values()
        taken, answer = methods[name]
        if taken is None:
            return Endpoint(frozenset(), frozenset(), self._close(file, answer))
        names, inner = self._names(file, taken), frozenset(self._within(file, taken))
        return Endpoint(names, inner, self._close(file, answer))

    @cached_property
    def events(self) -> Mapping[str, Schema]:
        """The schema of each event, by its type."""
        file = self._folder / "resources" / "Events.d.ts"
        found = {}
        for name, schema in self._module(file).types.items():
            kinds = schema.get("properties", {}).get("type", {}).get("enum", ())
            if schema.get("extends") and len(kinds) == 1:
                found[kinds[0]] = self._refer(file, name)
        return found

    @cached_property
    def failure(self) -> Schema:
        """The schema of what stands below `error` in an answer that failed."""
        return self._refer(
            self._folder / "resources" / "PaymentIntents.d.ts", "PaymentIntent.LastPaymentError"
        )

    def follow(self, schema: Schema) -> Schema:
        """What a reference refers to, or the schema itself."""
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def _names(self, file: Path, schema: Schema) -> frozenset[str]:
        """The names of the properties of an interface and of those that it extends."""
        scope, _, name = schema["$ref"].partition(":")
        file, name = self._find(file, scope, name)
        found = self._module(file).types[name]
        above = (self._names(file, parent) for parent in found.get("extends", ()))
        return frozenset(found["properties"]).union(*above)

    def _within(self, file: Path, schema: Any, depth: int = 0) -> Iterator[str]:
        """The names of the properties of what an interface consists of, and so on."""
        if not isinstance(schema, dict):
            return
        if isinstance(schema.get("$ref"), str):
            scope, _, name = schema["$ref"].partition(":")
            file, name = self._find(file, scope, name)
            schema = self._module(file).types[name]
        for name, each in schema.get("properties", {}).items():
            if depth:
                yield name
            yield from self._within(file, each, depth + 1)
        for key in ("items", "additionalProperties", "partial"):
            yield from self._within(file, schema.get(key), depth)
        for key in ("anyOf", "extends"):
            for each in schema.get(key, ()):
                yield from self._within(file, each, depth)

    def _module(self, file: Path) -> Module:
        if file not in self._modules:
            self._modules[file] = declarations.read(file.read_text(encoding="utf-8"))
        return self._modules[file]

    def _refer(self, file: Path, name: str) -> Schema:
        """A reference to a type, which is defined if it was not yet."""
        key = f"{file.relative_to(self._folder).as_posix().removesuffix('.d.ts')}:{name}"
        key = key.replace("/", ".")
        if key not in self.definitions:
            self.definitions[key] = {}  # it may refer to itself
            self.definitions[key] = self._whole(file, self._module(file).types[name])
        return {"$ref": f"#/$defs/{key}"}

    def _whole(self, file: Path, schema: Schema) -> Schema:
        """A type with what it has from those that it extends."""
        own: Schema = self._close(file, {k: v for k, v in schema.items() if k != "extends"})
        for parent in schema.get("extends", ()):
            above = self.follow(self._close(file, parent))
            own["properties"] = {**above["properties"], **own["properties"]}
            own["required"] = sorted({*above["required"], *own["required"]})
        return own

    def _close(self, file: Path, schema: Any) -> Any:
        """A schema whose references are those of `definitions`."""
        if isinstance(schema, list):
            return [self._close(file, each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        if isinstance(schema.get("$ref"), str):
            scope, _, name = schema["$ref"].partition(":")
            return self._refer(*self._find(file, scope, name))
        if "partial" in schema:
            whole = self.follow(self._close(file, schema["partial"]))
            return {**whole, "required": []}
        return {key: self._close(file, value) for key, value in schema.items()}

    def _find(self, file: Path, scope: str, name: str) -> tuple[Path, str]:
        """Where a name that stands in a namespace of a file is declared."""
        module = self._module(file)
        outer = scope.split(".") if scope else []
        for depth in range(len(outer), -1, -1):
            full = ".".join([*outer[:depth], name])
            if full in module.types:
                return file, full
        head, _, rest = name.partition(".")
        if head not in module.imports:
            raise ValueError(f"{file.name} declares no {name}")
        source = module.imports[head]
        target = (file.parent / source.file).resolve().with_suffix(".d.ts")
        if target.name == "index.d.ts" or not source.name:  # a namespace made of other files
            return self._find(target, "", rest)
        return self._find(target, "", f"{source.name}.{rest}".rstrip("."))


@cache
def library() -> Library:
    """The one that is installed."""
    return Library()
