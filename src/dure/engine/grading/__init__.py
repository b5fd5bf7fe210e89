"""Grades with intervals: comparisons only as far as the data carry."""
