"""Sealed days: from rows to files and back, and one source of entries for whoever asks, wherever they stand."""
