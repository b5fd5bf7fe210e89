"""Days in Korean."""
