"""How days are written in languages that put year, month and day in another order than English does."""
