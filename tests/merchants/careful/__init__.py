"""Tests of the careful shop, part by part."""
