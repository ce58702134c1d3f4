"""Tests of simulator.drills."""
