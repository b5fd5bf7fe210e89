"""Signs of falsification: they raise the chance of a visit, never a verdict."""
