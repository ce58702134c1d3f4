"""Every route of the control API, and the documents that are made of such tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import msgspec

from simulator import __version__, openapi
from simulator.dialects.native.endpoints import ENDPOINTS, WORDS
from simulator.journal.entry import Delivery
from simulator.openapi import Api, Media
from simulator.scenario import schema
from simulator.server.control import (
    accounts,
    disputes,
    faults,
    inbox,
    records,
    reviews,
    scenarios,
    wallets,
)
from simulator.server.control.bodies import Nothing
from simulator.server.control.call import Call, Route, Text

_YAML: Final = ("application/yaml", "application/json")
_SCENARIO: Final = Media(
    _YAML,
    {"$ref": "#/components/schemas/Scenario"},
    "a [scenario](scenario-file.md)",
)
_FAULT: Final = Media(
    _YAML,
    {"$ref": "#/components/schemas/LiveFault"},
    "a [LiveFault](scenario-file.md#livefault)",
)
_PUT: Final = Media(
    ("application/yaml",), {"type": "object", "required": ["name"]}, "the text that was put"
)
_DOCUMENT: Final = Media(
    ("application/json",), {"type": "object", "required": ["openapi"]}, "an OpenAPI 3.1 document"
)
_METRICS: Final = Media(
    ("text/plain",), {"type": "string"}, "the [metrics](../how-to/watch-metrics.md)"
)

_ACCOUNT: Final = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"}
_PAGE: Final = {"type": "string", "pattern": "^auth_[0-9a-z]{1,40}$"}
_WORDS: Final[Mapping[int, str]] = MappingProxyType(
    {
        200: "Done, or here it is.",
        201: "Put on.",
        401: "The token is missing or wrong.",
        404: "There is no such thing.",
        413: "The body is too large.",
        422: "The request cannot be understood, or not now; the message says why.",
    }
)


async def openapi_json(_call: Call[Nothing, Nothing]) -> Text:
    """Give the OpenAPI document of this API."""
    return Text("application/json", msgspec.json.encode(control_api()))


async def openapi_native_json(_call: Call[Nothing, Nothing]) -> Text:
    """Give the OpenAPI document of the native API, which the channels speak."""
    return Text("application/json", msgspec.json.encode(native_api()))


async def metrics(call: Call[Nothing, Nothing]) -> Text:
    """Give counters and histograms for Prometheus."""
    exposition = call.gateway.exposition
    return Text(exposition.kind, exposition.page())


_OF: Final = "/accounts/{account}"
_WALLET: Final = f"{_OF}/wallets/{{wallet}}"

ROUTES: Final = (
    Route("GET", "/health", accounts.health, open=True),
    Route("GET", "/openapi.json", openapi_json, text=_DOCUMENT),
    Route("GET", "/openapi-native.json", openapi_native_json, text=_DOCUMENT),
    Route("GET", "/metrics", metrics, text=_METRICS),
    Route("GET", "/accounts", accounts.list_accounts),
    Route("GET", _OF, accounts.status),
    Route("POST", f"{_OF}/reset", accounts.reset),
    Route("POST", f"{_OF}/lease", accounts.take_lease),
    Route("POST", f"{_OF}/clock/advance", accounts.advance_clock),
    Route("PUT", f"{_OF}/webhook", accounts.put_webhook),
    Route("GET", f"{_OF}/scenario", scenarios.get_scenario, text=_PUT, refusals=(404,)),
    Route("PUT", f"{_OF}/scenario", scenarios.put_scenario, document=_SCENARIO),
    Route("POST", f"{_OF}/phase", scenarios.jump),
    Route("GET", f"{_OF}/explain", scenarios.explain, refusals=(404,)),
    Route("GET", f"{_OF}/faults", faults.list_faults),
    Route("POST", f"{_OF}/faults", faults.put_fault, status=201, document=_FAULT),
    Route("DELETE", f"{_OF}/faults", faults.heal),
    Route("DELETE", f"{_OF}/faults/{{fault}}", faults.delete_fault, refusals=(404,)),
    Route("GET", f"{_OF}/journal", records.read_journal),
    Route("GET", f"{_OF}/payments", records.list_payments),
    Route("POST", f"{_OF}/payments/{{payment}}/review", reviews.decide_review, refusals=(404,)),
    Route("POST", f"{_OF}/payments/{{payment}}/leave", wallets.leave_payment, refusals=(404,)),
    Route("GET", f"{_OF}/wallets", wallets.list_wallets),
    Route("POST", f"{_OF}/wallets", wallets.open_wallet, status=201, refusals=(404,)),
    Route("GET", _WALLET, wallets.show_wallet, refusals=(404,)),
    Route("POST", f"{_WALLET}/top-up", wallets.top_up, refusals=(404,)),
    Route("POST", f"{_WALLET}/transfer", wallets.transfer, refusals=(404,)),
    Route("POST", f"{_WALLET}/freeze", wallets.freeze_wallet, refusals=(404,)),
    Route("POST", f"{_WALLET}/unfreeze", wallets.unfreeze_wallet, refusals=(404,)),
    Route("POST", f"{_WALLET}/close", wallets.close_wallet, refusals=(404,)),
    Route("POST", f"{_WALLET}/verify", wallets.verify_wallet, refusals=(404,)),
    Route("PUT", f"{_WALLET}/app", wallets.update_app, refusals=(404,)),
    Route("PUT", f"{_WALLET}/card", wallets.link_card, refusals=(404,)),
    Route("DELETE", f"{_WALLET}/card", wallets.unlink_card, refusals=(404,)),
    Route("GET", f"{_OF}/refund-requests", wallets.list_refund_requests),
    Route("POST", f"{_OF}/refund-requests", wallets.ask_refund, status=201, refusals=(404,)),
    Route("GET", f"{_OF}/payer-statement", disputes.payer_statement),
    Route("GET", f"{_OF}/disputes", disputes.list_disputes),
    Route("POST", f"{_OF}/disputes", disputes.open_dispute, status=201, refusals=(404,)),
    Route("POST", f"{_OF}/disputes/{{dispute}}/close", disputes.close_dispute, refusals=(404,)),
    Route("GET", f"{_OF}/deliveries", records.list_deliveries),
    Route("GET", f"{_OF}/inbox", inbox.read_inbox),
    Route("POST", f"{_OF}/deliveries/{{event}}/replay", records.replay_delivery, refusals=(404,)),
)


@cache
def control_api() -> dict[str, Any]:
    """The OpenAPI document of the control API."""
    _, delivery = msgspec.json.schema_components(
        [Delivery], ref_template="#/components/schemas/{name}"
    )
    return openapi.document(
        Api(
            title="paydrill control API",
            version=__version__,
            about="Steers a gateway that fails on purpose: scenarios, faults, clocks, journals.",
            endpoints=tuple(route.endpoint() for route in ROUTES),
            words=_WORDS,
            places={"account": _ACCOUNT},
            schemas={**_scenario_schemas(), **delivery},
        )
    )


@cache
def native_api() -> dict[str, Any]:
    """The OpenAPI document of the native API."""
    return openapi.document(
        Api(
            title="paydrill native API",
            version=__version__,
            about="Payments and refunds; the same on every channel of the gateway.",
            endpoints=ENDPOINTS,
            words=WORDS,
            places={"account": _ACCOUNT, "authentication": _PAGE},
        )
    )


def _scenario_schemas() -> dict[str, Any]:
    """What scenarios and live faults are made of, where an OpenAPI document looks for it."""
    found: dict[str, Any] = {}
    for made in (schema.schema(), schema.live()):
        found |= _moved(made["$defs"])
    return found


def _moved(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: each.replace("#/$defs/", "#/components/schemas/")
            if key == "$ref" and isinstance(each, str)
            else _moved(each)
            for key, each in value.items()
        }
    return [_moved(each) for each in value] if isinstance(value, list) else value
