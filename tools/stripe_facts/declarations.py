"""One file of TypeScript declarations, read as JSON Schemas.

Only what a generator writes is understood: interfaces, aliases, namespaces and the signatures of
classes, with unions, arrays and a handful of generic types. Anything else is an error rather than
a guess. References stay as they were written, with the namespace that they were written in
(`{"$ref": "PaymentIntent.NextAction:RedirectToUrl"}`): what they mean is for `library` to find out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from tools.stripe_facts.sources import Schema

_COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)
_TOKEN: Final = re.compile(r"'[^']*'|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|\d+|\.\.\.|=>|[^\s\w]")
_NULL: Final[Schema] = {"type": "null"}
#: A string that is none of the values that stand beside it: what a later version may add. We check
#: against this version, so it allows nothing.
_LATER: Final[Schema] = {"later": True}
_NEVER: Final[Schema] = {"not": {}}
_BASIC: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        "string": {"type": "string"},
        "number": {"type": "number"},
        "boolean": {"type": "boolean"},
        "null": _NULL,
        "true": {"enum": [True]},
        "false": {"enum": [False]},
        "void": _NEVER,
        "never": _NEVER,
        "any": {},
        "unknown": {},
        "object": {"type": "object"},
        "Decimal": {"type": "string"},
        "OtherString": _LATER,
    }
)


class Import(NamedTuple):
    """Where a name comes from: the file, as written, and its name there; empty for all of it."""

    file: str
    name: str


class Method(NamedTuple):
    """A method of a resource: the type of its `params`, if it takes any, and of its answer."""

    parameters: Schema | None
    answer: Schema


class Module(NamedTuple):
    """What one file declares.

    Attributes:
        imports: By the name that this file uses.
        types: Schemas by name, with the namespace in front (`Charge.Outcome`). An interface that
            extends others names them in `extends`.
        methods: By class, then by method.
    """

    imports: dict[str, Import]
    types: dict[str, Schema]
    methods: dict[str, dict[str, Method]]


def read(text: str) -> Module:
    """What a file of declarations says.

    Raises:
        ValueError: It holds a form that is not understood.
    """
    reader = _Reader(_TOKEN.findall(_COMMENT.sub("", text)))
    while not reader.done:
        reader.statement()
    return reader.module


def listing(item: Schema, *, search: bool = False) -> Schema:
    """The schema of a page of things."""
    properties: Schema = {
        "object": {"enum": ["search_result" if search else "list"]},
        "data": {"type": "array", "items": item},
        "has_more": {"type": "boolean"},
        "url": {"type": "string"},
        "total_count": {"type": "number"},
    }
    if search:
        properties["next_page"] = union([{"type": "string"}, _NULL])
    required = ["object", "data", "has_more", "url", *(["next_page"] if search else [])]
    return _object(properties, required, rest=False)


def union(parts: Sequence[Schema]) -> Schema:
    """One schema for several; values that are spelled out come together in one `enum`."""
    values = [value for part in parts for value in part.get("enum", ())]
    whole = [part for part in parts if "enum" not in part and part is not _LATER]
    if values:
        whole.append({"enum": values})
    elif any(part is _LATER for part in parts):
        whole.append({"type": "string"})
    return whole[0] if len(whole) == 1 else {"anyOf": whole}


def _object(properties: Schema, required: list[str], *, rest: Schema | bool) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": rest,
    }


class _Reader:
    """Reads tokens from left to right, and never back."""

    def __init__(self, tokens: list[str]) -> None:
        self.module = Module({}, {}, {})
        self._tokens = tokens
        self._at = 0
        self._scope: tuple[str, ...] = ()
        self._statements: Final[Mapping[str, Callable[[], None]]] = {
            "import": self._import,
            "interface": self._interface,
            "namespace": self._namespace,
            "type": self._alias,
            "class": self._class,
            "{": lambda: self._skip("}"),  # export { X }
            "*": lambda: self._skip(";"),
            "const": lambda: self._skip(";"),
            "function": lambda: self._skip(";"),
        }

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def statement(self) -> None:
        """Read a statement, or a word before or after one that says nothing."""
        token = self._take()
        if token in {"export", "declare", "abstract", ";", "from"} or token.startswith("'"):
            return
        if token not in self._statements:
            raise self._strange(token)
        self._statements[token]()

    def _peek(self) -> str:
        return self._tokens[self._at] if not self.done else ""

    def _take(self, wanted: str | None = None) -> str:
        token = self._peek()
        if not token or (wanted is not None and token != wanted):
            raise self._strange(token, wanted)
        self._at += 1
        return token

    def _took(self, wanted: str) -> bool:
        """Take a token if it is next."""
        if self._peek() != wanted:
            return False
        self._at += 1
        return True

    def _skip(self, last: str) -> None:
        while self._take() != last:
            pass

    def _strange(self, token: str, wanted: str | None = None) -> ValueError:
        around = " ".join(self._tokens[max(0, self._at - 8) : self._at + 4])
        return ValueError(f"{token!r} where {wanted or 'something else'} was expected: {around}")

    def _import(self) -> None:
        words: list[str] = []
        while not self._took(";"):
            words.append(self._take())
        if "from" not in words:  # export import A = B.C: a second name for what is found anyway
            return
        file = words[-1].strip("'")
        if words[0] == "*":
            self.module.imports[words[2]] = Import(file, "")
            return
        for part in " ".join(words[1 : words.index("}")]).split(","):
            names = part.split()
            if names:
                self.module.imports[names[-1]] = Import(file, names[0])

    def _namespace(self) -> None:
        outer = self._scope
        self._scope = (*outer, self._take())
        self._take("{")
        while not self._took("}"):
            self.statement()
        self._scope = outer

    def _declare(self, name: str, schema: Schema) -> None:
        self.module.types[".".join((*self._scope, name))] = schema

    def _interface(self) -> None:
        name = self._take()
        if self._took("<"):
            self._skip(">")
        parents = []
        if self._took("extends"):
            parents.append(self._named())
            while self._took(","):
                parents.append(self._named())
        schema = self._members()
        self._declare(name, {**schema, "extends": parents} if parents else schema)

    def _alias(self) -> None:
        name = self._take()
        if self._took("<"):
            self._skip(">")
        self._take("=")
        schema = self._type()
        self._take(";")
        self._declare(name, schema)

    def _members(self) -> Schema:
        """The properties of an interface; one that names none may hold anything."""
        self._take("{")
        properties: Schema = {}
        required: list[str] = []
        rest: Schema | bool = False
        while not self._took("}"):
            self._took("readonly")
            if self._took("["):
                self._skip("]")
                self._take(":")
                rest = self._type()
            else:
                name = self._take().strip("'")
                if not self._took("?"):
                    required.append(name)
                self._take(":")
                properties[name] = self._type()
            self._took(";")
        return _object(properties, required, rest=rest if properties or rest else True)

    def _class(self) -> None:
        """The methods of a class; its fields say nothing about the API."""
        methods = self.module.methods.setdefault(self._take(), {})
        self._skip("{")
        while not self._took("}"):
            name = self._take()
            if not self._took("("):
                self._skip(";")
                continue
            arguments = self._arguments()
            if self._took(":"):
                methods.setdefault(name, Method(arguments.get("params"), self._type()))
            self._take(";")

    def _arguments(self) -> dict[str, Schema]:
        found = {}
        while not self._took(")"):
            name = self._take()
            self._took("?")
            self._take(":")
            found[name] = self._type()
            self._took(",")
        return found

    def _type(self) -> Schema:
        self._took("|")
        parts = [self._part()]
        while self._took("|"):
            parts.append(self._part())
        return union(parts)

    def _part(self) -> Schema:
        schema = self._single()
        while True:
            if self._took("["):
                self._take("]")
                schema = {"type": "array", "items": schema}
            elif self._took("&"):
                schema = {"allOf": [schema, self._single()]}
            else:
                return schema

    def _single(self) -> Schema:
        token = self._peek()
        if token == "{":  # noqa: S105 - a token of TypeScript
            return self._members()
        if self._took("("):
            schema = self._type()
            self._take(")")
            return schema
        if token.startswith("'"):
            return {"enum": [self._take().strip("'")]}
        if token.isdigit():
            return {"enum": [int(self._take())]}
        return self._named()

    def _named(self) -> Schema:
        name = self._take()
        arguments = []
        if self._took("<"):
            arguments.append(self._type())
            while self._took(","):
                arguments.append(self._type())
            self._take(">")
        if name in _BASIC:
            return _BASIC[name]
        if arguments:
            return self._generic(name, arguments)
        return {"$ref": f"{'.'.join(self._scope)}:{name}"}

    def _generic(self, name: str, arguments: list[Schema]) -> Schema:
        """The generic types that stand in answers and parameters."""
        first = arguments[0]
        match name:
            case "Array":
                return {"type": "array", "items": first}
            case "ApiList" | "ApiListPromise":
                return listing(first)
            case "ApiSearchResult" | "ApiSearchResultPromise":
                return listing(first, search=True)
            case "Promise" | "Response":
                return first
            case "Emptyable":
                return union([_NULL, {"enum": [""]}, first])
            case "Partial":
                return {"type": "object", "partial": first}
            case "Record":
                return {"type": "object"}
            case _:
                raise self._strange(f"{name}<>")
