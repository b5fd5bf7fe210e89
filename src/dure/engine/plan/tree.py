"""Targets in a tree: argued about and carried on, always summing to the parent."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from dure.engine.plan.split import split_target
from dure.kernel.must import must
from dure.kernel.refusals import BadInput

Key = TypeVar("Key", bound=Hashable)


def move_to_siblings(parts: Mapping[Key, int], key: Key, wanted_milli: int) -> dict[Key, int]:
    """What the parts of one parent become when ``key`` gets ``wanted_milli``: the others share the difference in
    proportion to what they had, so that the sum stands.

    Refuses with BadInput when the others would be left with nothing, or there are none: then only the parent's own
    target can give way.

    >>> move_to_siblings({"north": 40, "south": 30, "west": 30}, "north", 20)
    {'north': 20, 'south': 40, 'west': 40}
    """
    must(wanted_milli > 0, "a target is above zero")
    total = sum(parts.values())
    others = [other for other in parts if other != key]
    left = total - wanted_milli
    if not others or left < len(others):
        raise BadInput(
            where="wanted",
            what="the others of the same parent can't make up the difference",
            wanted="a smaller change, or one that the parent's target takes up",
        )
    # Each keeps at least a milli-unit: a target of zero is none.
    shares = split_target(left - len(others), [parts[other] for other in others])
    moved = {other: share + 1 for other, share in zip(others, shares, strict=True)}
    moved[key] = wanted_milli
    must(sum(moved.values()) == total, "the parts sum to the parent")
    return {part: moved[part] for part in parts}


def next_target(
    plan_milli: int, *, days: int, days_next: int, rated_capacity_milli: int | None = None
) -> int:
    """What to propose for the next period: this one's plan for as many days, never above the rated capacity.

    What was reached is no argument of it. Had the excess of this period raised the next target, doing well would be
    punished and everybody would hold back (the ratchet: Weitzman, "The ratchet principle and performance incentives",
    Bell Journal of Economics 1980); had a shortfall lowered it, falling short would pay. Whoever can do less, or more,
    says so in a plea and people decide.

    ``rated_capacity_milli``: of the period before, in its ``days``.

    >>> next_target(200_000, days=200, days_next=2_000)
    2000000
    """
    must(plan_milli > 0, "a target is above zero")
    must(days > 0 and days_next > 0, "a period has a day")
    limit = plan_milli if rated_capacity_milli is None else min(plan_milli, rated_capacity_milli)
    return max(1, round(Fraction(limit * days_next, days)))


def sums_stand(targets: Sequence[tuple[Key, Key | None, int]]) -> list[Key]:
    """The parents whose parts don't sum to them; none, when all is well. ``targets``: key, its parent, amount."""
    amounts = {key: amount for key, _, amount in targets}
    sums: dict[Key, int] = {}
    for _, parent, amount in targets:
        if parent is not None:
            sums[parent] = sums.get(parent, 0) + amount
    return [parent for parent, total in sums.items() if amounts.get(parent) != total]
