"""Compile the loops of the match once, so that nobody's first match waits for it: a small day, solved and forgotten."""

from __future__ import annotations

from bench.synthetic_day import synthetic_problem
from dure.engine.matching import solve

PEOPLE = 3_000


def main() -> None:
    solve(synthetic_problem(PEOPLE))


if __name__ == "__main__":
    main()
