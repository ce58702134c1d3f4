"""What to ask a shop, and how: its paths, bodies and headers. The defaults are the standard API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal, NamedTuple

import msgspec
from pydantic import BaseModel, ConfigDict, field_validator

from simulator.documents import Mistake, Mistakes
from simulator.drills import forms

_Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_PATH: Final = re.compile(r"/[!-\"$-~]*")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]+")
_HEADER_VALUE: Final = re.compile(r"[ -~]*")
_OURS: Final = frozenset(
    {"connection", "content-length", "content-type", "host", "transfer-encoding"}
)


class Filled(NamedTuple):
    """A request as it is sent. `body` is JSON, or empty; the path stands in `target`."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """Method and target: `POST /orders`."""
        return f"{self.method} {self.target}"

    @property
    def head(self) -> str:
        """The header lines, each ended by CRLF."""
        return "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Request(_Part):
    """One kind of request. `known` are the placeholders that it may have."""

    known: ClassVar[tuple[str, ...]] = ()

    method: _Method = "GET"
    path: str
    headers: dict[str, str] = {}
    body: Any = None

    @field_validator("path")
    @classmethod
    def _is_path(cls, path: str) -> str:
        if not _PATH.fullmatch(path):
            raise ValueError(
                f"'{path}' is not a path; it begins with / and has no spaces: /orders/{{order_id}}"
            )
        if problem := next(forms.problems(path, cls.known), None):
            raise ValueError(problem)
        return path

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise Mistakes([Mistake((name,), f"'{name}: {value}' is not a header line")])
            if name.lower() in _OURS:
                raise Mistakes([Mistake((name,), f"'{name}' is set by the drill", on_key=True)])
        return headers

    @field_validator("body")
    @classmethod
    def _is_body(cls, body: Any) -> Any:
        if found := list(forms.mistakes(body, cls.known)):
            raise Mistakes(found)
        return body

    @property
    def name(self) -> str:
        """What to call it in statistics: the path without the query, before it is filled in."""
        return self.path.partition("?")[0]

    @property
    def uses(self) -> frozenset[str]:
        """The placeholders that it has."""
        return forms.names([self.path, self.body])

    def fill(self, values: Mapping[str, Any]) -> Filled:
        """The request with these values."""
        body = b"" if self.body is None else msgspec.json.encode(forms.fill(self.body, values))
        return Filled(self.method, forms.fill_path(self.path, values), self.headers, body)


class Create(Request):
    """An order is placed."""

    known = forms.ORDER

    method: _Method = "POST"
    path: str = "/orders"
    body: Any = {
        "order_id": "{order_id}",
        "amount": "{amount}",
        "currency": "{currency}",
        "method": "{method}",
        "payer": "{payer}",
        "product": "{product}",
    }


class Pay(Request):
    """Another card or method after a failure."""

    known = (*forms.ORDER, "id")

    method: _Method = "POST"
    path: str = "/orders/{order_id}/pay"
    body: Any = {"method": "{method}"}


class Show(Request):
    """A shopper asks how the order stands."""

    known = ("order_id", "id")

    path: str = "/orders/{order_id}"


class Book(Request):
    """A page of the order book; `{after}` has no value for the first."""

    known = ("after",)

    path: str = "/orders?after={after}"

    @field_validator("path")
    @classmethod
    def _after_in_query(cls, path: str) -> str:
        if "after" in forms.names(path.partition("?")[0]):
            raise ValueError("'{after}' belongs in the query (?since={after}): page one has none")
        return path


class Health(Request):
    """Whether the shop is ready: any 2xx."""

    path: str = "/health"


class Reconciliation(Request):
    """What the shop found when it compared its books with the gateway's daily statement."""

    path: str = "/reconciliation"


class Webhooks(_Part):
    """Where the shop takes webhooks; it is told so, and the gateway too."""

    path: str = "/webhooks"

    @field_validator("path")
    @classmethod
    def _is_path(cls, path: str) -> str:
        if not _PATH.fullmatch(path) or forms.names(path):
            raise ValueError(f"'{path}' is not a plain path; write /webhooks")
        return path


class Api(_Part):
    """What to ask the shop, and how."""

    create: Create = Create()
    pay: Pay = Pay()
    show: Show = Show()
    book: Book = Book()
    health: Health = Health()
    reconciliation: Reconciliation = Reconciliation()
    webhooks: Webhooks = Webhooks()
