"""Calls that stand where a piece of frames ends cost no more than others."""

from __future__ import annotations

import resource
from collections.abc import Callable

import pytest

from dure.kernel.frames import in_one_piece

CALLS = 400
# Over several pieces of 16 KB.
DEPTHS = 600


def _leaf() -> int:
    return 1


def _faults_of_calls() -> int:
    """Pages that the system had to give, and took back, during so many calls of nothing."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        _leaf()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _deep(depth: int) -> int:
    return _deep(depth - 1) if depth else _faults_of_calls()


def _worst(call: Callable[[int], int]) -> int:
    # The least of some looks at each depth: threads of others fault as well.
    return max(min(call(depth) for _ in range(2)) for depth in range(DEPTHS))


def test_no_depth_makes_each_call_ask_the_system_for_memory() -> None:
    assert _worst(in_one_piece(_deep)) < CALLS


def test_what_a_call_gives_raises_and_is_named_stays() -> None:
    def halved(number: int, by: int = 2) -> int:
        """Half."""
        return number // by

    roomy = in_one_piece(halved)
    assert (roomy(8), roomy(9, by=3)) == (4, 3)
    assert (roomy.__name__, roomy.__doc__) == ("halved", "Half.")
    with pytest.raises(ZeroDivisionError):
        roomy(1, by=0)
