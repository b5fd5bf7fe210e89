"""Targets split down the tree."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.plan import split_target
from dure.kernel.must import Broken
from dure.kernel.refusals import BadInput

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=60).filter(any)
TOTALS = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("total", "weights", "want"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (10, [3, 3, 1], (4, 4, 2)),
        (7, [0, 5], (0, 7)),
        (0, [1, 2], (0, 0)),
        (2, [1, 1, 1, 1], (1, 1, 0, 0)),
    ],
)
def test_largest_remainders_get_what_is_left(total: int, weights: list[int], want: tuple[int, ...]) -> None:
    assert split_target(total, weights) == want


@given(total=TOTALS, weights=WEIGHTS)
def test_children_sum_to_the_parent_and_each_is_within_one_of_its_share(
    total: int, weights: list[int]
) -> None:
    split = split_target(total, weights)
    assert sum(split) == total
    for part, weight in zip(split, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(total=TOTALS, weights=WEIGHTS)
def test_a_heavier_child_never_gets_less(total: int, weights: list[int]) -> None:
    pairs = sorted(zip(weights, split_target(total, weights), strict=True))
    for (light, less), (heavy, more) in pairwise(pairs):
        assert less <= more or light == heavy


def test_a_target_without_anyone_to_carry_it_is_refused() -> None:
    with pytest.raises(BadInput):
        split_target(10, [0, 0])
    with pytest.raises(BadInput):
        split_target(10, [])


def test_a_negative_weight_is_a_bug() -> None:
    with pytest.raises(Broken):
        split_target(10, [1, -1])
