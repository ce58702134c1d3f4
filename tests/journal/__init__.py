"""Tests of simulator.journal."""
