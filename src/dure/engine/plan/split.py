"""Targets split down the tree: the children always sum to the parent."""

from __future__ import annotations

from collections.abc import Sequence

from dure.kernel.must import must
from dure.kernel.refusals import BadInput


def split_target(total_milli: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a parent's target over its children in proportion to ``weights`` (people, capacity, need).

    Largest remainders (Hamilton's method): each child gets the whole milli-units of its exact share, what is
    left goes one by one to the largest remainders, and of equal remainders to the child listed first. So
    every child is within one milli-unit of its exact share, and order of children and weights fix the answer.

    Refuses with BadInput when no weight is above zero: nobody could carry the target.
    A negative total or weight is a caller's bug.

    >>> split_target(100, [1, 1, 1])
    (34, 33, 33)
    """
    must(total_milli >= 0, "a target is never negative")
    must(all(weight >= 0 for weight in weights), "a weight is never negative")
    weight_sum = sum(weights)
    if weight_sum == 0:
        raise BadInput(
            where="weights", what="there is nobody to split the target over", wanted="one weight above zero"
        )
    parts, remainders = zip(*(divmod(total_milli * weight, weight_sum) for weight in weights), strict=True)
    left_count = total_milli - sum(parts)
    largest_first = sorted(range(len(weights)), key=lambda child: -remainders[child])
    gets_one_more = set(largest_first[:left_count])
    split = tuple(part + (child in gets_one_more) for child, part in enumerate(parts))
    must(sum(split) == total_milli, "children sum to the parent")
    return split
