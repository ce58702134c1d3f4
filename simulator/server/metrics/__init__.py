"""Figures for Prometheus: counted in plain numbers while requests pass, rendered when asked for."""
