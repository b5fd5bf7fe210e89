"""`dure …`: the whole turn from a terminal. Each command parses, asks and answers; rules live in the rooms."""
