"""Matching: the daily run, offers, placements, check-in and no-show."""
