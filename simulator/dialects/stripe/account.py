"""The account itself (docs.stripe.com/api/accounts): what there is to say of it, and no more."""

from __future__ import annotations

from typing import Any, Final

from simulator.dialects.stripe.desk import Answer, Desk
from simulator.dialects.stripe.endpoint import Endpoint
from simulator.dialects.stripe.params import Params

KIND: Final = "account"


def account_view(name: str) -> dict[str, Any]:
    """The account of this name as callers see it."""
    return {
        "id": f"acct_{name}",
        "object": KIND,
        "business_profile": None,
        "business_type": None,
        "capabilities": {"card_payments": "active"},
        "charges_enabled": True,
        "details_submitted": True,
        "email": None,
        "payouts_enabled": False,  # there are none here
        "settings": {
            "branding": {
                "icon": None,
                "logo": None,
                "primary_color": None,
                "secondary_color": None,
            },
            "card_payments": {
                "statement_descriptor_prefix": None,
                "statement_descriptor_prefix_kana": None,
                "statement_descriptor_prefix_kanji": None,
            },
            "dashboard": {"display_name": f"paydrill {name}", "timezone": "Etc/UTC"},
            "payments": {
                "statement_descriptor": None,
                "statement_descriptor_kana": None,
                "statement_descriptor_kanji": None,
                "statement_descriptor_prefix_kana": None,
                "statement_descriptor_prefix_kanji": None,
            },
        },
        "type": "standard",
    }


def _retrieve(desk: Desk, _: Params) -> Answer:
    return Answer(account_view(desk.context.account))


ENDPOINTS: Final = (
    Endpoint(method="GET", path="/v1/account", handle=_retrieve, operation="query"),
)
