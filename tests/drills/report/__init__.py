"""Tests of simulator.drills.report."""
