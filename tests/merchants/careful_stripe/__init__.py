"""Tests of the careful shop's way to speak to Stripe."""
