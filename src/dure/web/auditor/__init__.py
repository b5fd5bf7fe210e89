"""The auditor's door: lots, recounts, proofs."""
