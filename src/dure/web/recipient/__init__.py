"""The recipient's door: what an institution asks for."""
