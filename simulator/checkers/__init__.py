"""Checkers: pure functions of a history. One question a file; they know histories only."""
