"""Audit: public lots, recounts by someone from elsewhere, the factor."""
