"""The gateway's server: pipeline channels, timekeeper, control API."""
