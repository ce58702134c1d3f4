"""Stores: where an account's state stands. A store is a fold over the journal's commits."""
