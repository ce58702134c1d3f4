"""Stripe's own library for Node, driven from tests."""
