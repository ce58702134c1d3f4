"""The native dialect: plain JSON over HTTP, as docs/reference/native-api.md describes it."""

from __future__ import annotations

from simulator.dialects.native.dialect import NativeDialect

__all__ = ["NativeDialect"]
