"""Tests of the reference merchants, and merchants that test the checkers."""
