"""Drills: a scenario performed against a merchant, judged from its recording, and reported."""
