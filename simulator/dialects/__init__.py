"""Dialects: the wire languages in which merchants speak to the gateway. All of one shape."""
