"""The recording: append-only lines, written before any reply. A history is a journal read back."""
