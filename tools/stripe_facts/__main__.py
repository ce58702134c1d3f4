"""`python -m tools.stripe_facts` writes the facts of the dialect anew."""

from __future__ import annotations

from tools.stripe_facts.facts import FILE, text

FILE.write_text(text(), encoding="utf-8")
