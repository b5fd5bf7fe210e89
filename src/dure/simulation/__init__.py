"""Believable, clearly labelled synthetic days on real towns: for the demo, the tests and the benchmarks."""
