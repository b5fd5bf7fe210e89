"""The captain's door: my crew today, on a phone."""
