"""`python -m tools.reference` writes docs/reference anew."""

from __future__ import annotations

from tools.reference import write

write()
