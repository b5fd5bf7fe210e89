"""Practices: what works, written up so that others can adopt it."""
