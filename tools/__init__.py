"""What developers and CI run around the program; nothing here ships with it."""
