"""The version that a request names (docs.stripe.com/api/versioning).

Answers have the shapes of one version, `facts.version()`, whichever a request names, and say so in
their own header. A text that cannot be a version at all is refused, as Stripe refuses it.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from simulator import cards
from simulator.dialects.stripe.objection import invalid

#: A date, and since 2024 the name of the release that it belongs to.
_VERSION: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.[a-z]+)?", re.ASCII)


@lru_cache(maxsize=64)
def check_version(named: str | None) -> None:
    """Raises Objection for what is no version; a request need not name one."""
    if named is None:
        return
    match = _VERSION.fullmatch(named.strip())
    try:
        if match is not None:
            date.fromisoformat(match.group(1))
            return
    except ValueError:
        pass
    raise invalid(f"Invalid Stripe API version: {cards.mask(named)[:100]}")
