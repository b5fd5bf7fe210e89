"""Whole turns of the day, composed from many rooms; the outbox worker; files in."""
