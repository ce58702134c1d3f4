"""The notes of a drill's controller that its judge reads."""

from __future__ import annotations

from typing import Final

#: Why a drill ended early, was broken by our own trouble, or proves nothing. Each has a `reason`.
ABORTED: Final = "drill aborted"
BROKEN: Final = "drill broken"
INVALID: Final = "drill invalid"
