"""Dure: software for mass volunteer movements, from the call to the thanks."""
