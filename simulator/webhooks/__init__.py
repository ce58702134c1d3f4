"""Webhooks: what leaves the outbox, when it leaves, and what goes wrong on the way."""
