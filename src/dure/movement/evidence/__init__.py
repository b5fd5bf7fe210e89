"""Photographs of work, kept without faces, for the few who need them, and for a time."""
