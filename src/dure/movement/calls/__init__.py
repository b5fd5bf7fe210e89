"""Calls: appeals, sign-ups, and the honest, dated answer."""
