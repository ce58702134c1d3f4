"""OpenAPI documents say what the types say."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from simulator.openapi import Api, Endpoint, Media, document


class Query(msgspec.Struct):
    """What is looked for."""

    name: Annotated[str, Meta(min_length=1, description="whose")]
    page: int | None = None


class Inner(msgspec.Struct):
    """Something inside.

    With indentation.
    """

    size: int


class Body(msgspec.Struct):
    """What is sent."""

    inner: Inner


class Optional(msgspec.Struct):
    """Nothing of it is needed."""

    size: int = 1


class Refusal(msgspec.Struct):
    """What went wrong."""

    why: str


def made(*endpoints: Endpoint, **changes: Any) -> dict[str, Any]:
    """The document of an API of these endpoints."""
    words = {200: "Good.", 400: "Bad."}
    fields: dict[str, Any] = {"title": "t", "version": "1", "about": "a", "words": words}
    return document(Api(**fields, endpoints=endpoints, **changes))


FIND = Endpoint(
    method="GET",
    path="/things/{id}",
    name="find",
    does="Find it.\n\nAnd more\nof it.",
    query=Query,
    answers={200: Inner, 400: Refusal},
    headers={"X-Thing": {"type": "string"}},
)
SEND = Endpoint(method="POST", path="/things", name="send", does="Send.", body=Body, answers={})


def test_parameters_come_from_path_query_and_headers() -> None:
    """With their schemas; a query that may be left out is not null."""
    operation = made(FIND, places={"id": {"type": "integer"}})["paths"]["/things/{id}"]["get"]
    assert operation["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        {
            "name": "name",
            "in": "query",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
            "description": "whose",
        },
        {"name": "page", "in": "query", "required": False, "schema": {"type": "integer"}},
        {"name": "X-Thing", "in": "header", "required": False, "schema": {"type": "string"}},
    ]
    assert (operation["summary"], operation["description"]) == ("Find it.", "And more of it.")


def test_only_schemas_that_are_used_are_shown() -> None:
    """Those of answers and bodies, and what they refer to; no queries."""
    extra = {"Loose": {"type": "null"}}
    schemas = made(FIND, SEND, schemas=extra)["components"]["schemas"]
    assert set(schemas) == {"Inner", "Refusal", "Body"}
    assert schemas["Inner"]["description"] == "Something inside. With indentation."


def test_a_body_is_needed_if_any_of_it_is() -> None:
    """A body that may be empty may be left out."""
    optional = Endpoint(
        method="PUT", path="/things", name="o", does="O.", body=Optional, answers={}
    )
    paths = made(SEND, optional)["paths"]["/things"]
    assert paths["post"]["requestBody"]["required"] is True
    assert paths["put"]["requestBody"]["required"] is False


def test_what_is_no_struct_has_media_types_and_a_schema() -> None:
    """A document, or a page of text."""
    media = Media(("application/yaml", "application/json"), {"type": "object"})
    put = Endpoint(
        method="PUT", path="/d", name="d", does="D.", body=media, answers={200: media}, open=True
    )
    operation = made(put)["paths"]["/d"]["put"]
    assert set(operation["requestBody"]["content"]) == set(media.kinds)
    assert operation["responses"]["200"]["content"]["application/json"] == {
        "schema": {"type": "object"}
    }
    assert operation["security"] == []


def test_two_schemas_of_one_name_are_a_mistake() -> None:
    """One of them would be shown for both."""
    with pytest.raises(ValueError, match="two schemas of one name: Inner"):
        made(FIND, schemas={"Inner": {"type": "null"}})


def test_an_endpoint_is_told_in_a_line() -> None:
    """With the query that it cannot do without."""
    assert str(FIND) == "GET /things/{id}?name=…"
    assert str(SEND) == "POST /things"
