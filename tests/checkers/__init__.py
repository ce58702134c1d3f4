"""Tests of simulator.checkers."""
