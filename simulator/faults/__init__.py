"""Faults: what is injected, at which stage, with which effect on the money. One fault, one file."""
