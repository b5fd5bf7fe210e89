"""What templates need to show figures, fields and pictures."""
