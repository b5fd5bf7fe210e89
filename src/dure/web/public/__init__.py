"""The public door: what, where, how far, how sure."""
