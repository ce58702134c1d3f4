"""Back to the shop: its own address, with what tells it which payment that was about."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from simulator.dialects.stripe.objection import invalid

#: An address of the web, or of an app on the payer's phone; nothing that a browser would run.
_ADDRESS: Final = re.compile(
    r"(?!(?:javascript|data|vbscript|file):)[A-Za-z][\w+.-]*://[^\s<>\"\\]+"
)
_LONGEST: Final = 5000


def address_in(url: str | None, param: str = "return_url") -> str | None:
    """An address to which payers can be sent back; raises Objection for what is none."""
    if url is not None and (len(url) > _LONGEST or not _ADDRESS.fullmatch(url)):
        raise invalid("Not a valid URL", param, "url_invalid")
    return url


def back_to(url: str | None, fields: dict[str, Any], kind: str, name: str) -> str | None:
    """The address with the id of an intent and its secret; its own parameters stay.

    See docs.stripe.com/payments/3d-secure/authentication-flow. `kind` is that of the intent, such
    as `payment_intent`, and `name` its id.
    """
    if url is None:
        return None
    told = {kind: name, f"{kind}_client_secret": fields["client_secret"]}
    address, mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    query = "&".join(f"{each}={quote(value)}" for each, value in told.items())
    return f"{address}{joint}{query}{mark}{fragment}"
