"""Supervision: which teams want a look, who looks, and by when. A warning is a reason to ask, no verdict."""
