"""Gifts: goods offered, received by two keepers, booked."""
