"""Movements and their campaigns: charter, indicators, targets, states."""
