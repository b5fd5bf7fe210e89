"""Needs: posts of a team with place, shift, skills, head count and tier."""
