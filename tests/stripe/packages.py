"""Whether the packages of package.json are there, and what follows for a test if they are not."""

from __future__ import annotations

import os
import shutil
from functools import cache

import pytest

from tools.stripe_facts import sources


@cache
def missing(*, node: bool = False) -> str | None:
    """Why a test that needs the packages cannot run, or nothing.

    Args:
        node: Whether it needs Node itself, too.
    """
    if not sources.installed():
        return "the packages of tests/stripe are not installed; `make test` does it if npm is there"
    if sources.found() != sources.pinned():
        return f"tests/stripe/node_modules has {sources.found()}; remove it, then `make test`"
    if node and shutil.which("node") is None:
        return "Node is not installed"
    return None


def available(*, node: bool = False) -> bool:
    """Whether answers can be checked.

    On a developer's machine without the packages the rest of the suite still says something; a
    pipeline must not pass without them.
    """
    reason = missing(node=node)
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    return reason is None


def needs(*, node: bool = False) -> pytest.MarkDecorator:
    """A mark for tests that need the packages: without them they are skipped, but not in CI."""
    reason = missing(node=node)
    return pytest.mark.skipif(bool(reason) and not os.environ.get("CI"), reason=reason or "")
