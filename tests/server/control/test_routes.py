"""The table of routes, and the documents that are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from simulator.server.control.routes import ROUTES, control_api, native_api
from tests.server.kit import desk


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


@pytest.mark.parametrize("api", [control_api(), native_api()], ids=["control", "native"])
def test_a_document_is_valid_and_whole(api: dict[str, Any]) -> None:
    """It fits the OpenAPI schema, no reference leads nowhere, and no schema lies about unused."""
    schemathesis.openapi.from_dict(api).validate()
    schemas = {f"#/components/schemas/{name}" for name in api["components"]["schemas"]}
    assert schemas == set(_references(api))


def test_every_route_is_described() -> None:
    """Once, with a sentence, under a name of its own."""
    described = {
        (method.upper(), path)
        for path, methods in control_api()["paths"].items()
        for method in methods
    }
    assert described == {(route.method, route.path) for route in ROUTES}
    operations = [each for path in control_api()["paths"].values() for each in path.values()]
    assert all(each["summary"].endswith(".") for each in operations)
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))


def test_bodies_and_queries_stand_in_the_document() -> None:
    """With the types and bounds by which they are read."""
    journal = control_api()["paths"]["/accounts/{account}/journal"]["get"]
    limit = next(each for each in journal["parameters"] if each["name"] == "limit")
    assert (limit["in"], limit["schema"]["maximum"]) == ("query", 10_000)
    schemas = control_api()["components"]["schemas"]
    assert schemas["Advance"]["required"] == ["by"]
    assert schemas["Advance"]["additionalProperties"] is False
    put = control_api()["paths"]["/accounts/{account}/scenario"]["put"]["requestBody"]
    assert put["content"]["application/yaml"]["schema"] == {"$ref": "#/components/schemas/Scenario"}


def test_only_health_is_open() -> None:
    """Every other route says that it needs the token."""
    api = control_api()
    assert api["security"] == [{"bearer": []}]
    unguarded = [
        path
        for path, methods in api["paths"].items()
        for operation in methods.values()
        if operation.get("security") == []
    ]
    assert unguarded == ["/health"]


async def test_the_documents_are_served(tmp_path: Path) -> None:
    """Both, on the control port."""
    async with desk(tmp_path) as it:
        assert (await it.control("GET", "/openapi.json")).body == control_api()
        assert (await it.control("GET", "/openapi-native.json")).body == native_api()


async def test_what_is_no_route_is_refused_as_json(tmp_path: Path) -> None:
    """An unknown path, a method that a path does not have, a body that is too large."""
    async with desk(tmp_path) as it:
        unknown = await it.control("GET", "/accounts/shop/jurnal")
        assert unknown.status == 404
        assert "/accounts/{account}/journal" in unknown.error["message"]
        wrong = await it.control("PATCH", "/accounts/shop/scenario")
        assert (wrong.status, wrong.headers["Allow"]) == (405, "GET,PUT")
        huge = await it.control("PUT", "/accounts/shop/scenario", "x" * 200_000)
        assert huge.status == 413
        assert set(huge.error) == {"message", "problems"}
