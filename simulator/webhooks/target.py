"""Where webhooks go."""

from __future__ import annotations

import msgspec


class Target(msgspec.Struct, frozen=True):
    """The account's own address or an endpoint, and the secret that signs what goes there.

    Whoever makes one has seen to it that it may be sent to (`simulator.loopback.allowed`).
    """

    url: str
    secret: str
