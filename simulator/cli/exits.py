"""What the endings of a command mean to the shell."""

from __future__ import annotations

from typing import Final

PASS: Final = 0
FAIL: Final = 1  # a check is false
WRONG_CALL: Final = 2  # the scenario or the call is wrong
ABORTED: Final = 3
INVALID: Final = 4  # the drill proved nothing
INTERNAL: Final = 5
