"""The way: one room a stage; each looks upstream only."""
