"""Requests for what is not there: what is near, and what Stripe has there that we have not."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from simulator import cards
from simulator.dialects.stripe import facts
from simulator.dialects.stripe.catalogue import ENDPOINTS

#: What stands for a name in a path: it has an underscore and a digit, as ids have.
_ID: Final = re.compile(r"(?<=/)[a-z]+_\w*\d\w*(?=/|$)")
_SHOWN: Final = 120
#: How much alike two paths are of which one is the other, misspelt.
_NEAR: Final = 0.9
_TAIL: Final = "The reference of paydrill lists the endpoints of Stripe's API that it has."


def told(method: str, path: str) -> str:
    """What is said to a request for an endpoint that is not there."""
    if path.startswith("/v2/"):
        return (
            "paydrill has the version 1 of Stripe's API only (/v1/…), and nothing of version 2: "
            f"{_shown(method, path)}."
        )
    shape = _ID.sub("{}", path.rstrip("/"))
    others = [each.method for each in ENDPOINTS if each.path == shape]
    if others:
        return (
            f"Unrecognized request URL ({_shown(method, path)}): there it takes "
            f"{' and '.join(others)}. {_TAIL}"
        )
    if _is_stripes(method, shape):
        where = _shown(method, path)
        return f"paydrill does not support this endpoint of Stripe's: {where}. {_TAIL}"
    near = get_close_matches(shape[:_SHOWN], {each.path for each in ENDPOINTS}, 1, _NEAR)
    hint = f" Did you mean {near[0].replace('{}', '{id}')}?" if near else ""
    return f"Unrecognized request URL ({_shown(method, path)}).{hint} {_TAIL}"


def _is_stripes(method: str, shape: str) -> bool:
    try:
        facts.parameters(method, shape)
    except KeyError:
        steps = shape.split("/")[2:4]
        return steps[0] in facts.places() or "/".join(steps) in facts.places()
    return True


def _shown(method: str, path: str) -> str:
    return f"{method}: {cards.mask(path)[:_SHOWN]}"
