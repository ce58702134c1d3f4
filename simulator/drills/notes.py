"""The notes of a drill's controller that its judge reads."""

from __future__ import annotations

from typing import Final

#: Why a drill ended early, was broken by our own trouble, or proves nothing. Each has a `reason`.
ABORTED: Final = "drill aborted"
BROKEN: Final = "drill broken"
INVALID: Final = "drill invalid"
#: What the drill did to the merchant's process: ended it (with `phase`, `signal`, `down` and, of
#: several, which `instance`), started it again, and when it answered again (`took` seconds since
#: its end).
STRUCK: Final = "merchant ended by the drill"
RESTARTED: Final = "merchant started again"
RETURNED: Final = "merchant answers again"
