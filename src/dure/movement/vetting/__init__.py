"""Vetting: what somebody needs before a post may be theirs, as a queue that says how long it takes."""
