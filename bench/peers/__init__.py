"""What planners would reach for instead, given the same problem, the same pairs and the same prices of a seat."""
