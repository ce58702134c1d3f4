"""Accounts: one tenant each, with its own scenario, state, counters, clock and journal view."""
