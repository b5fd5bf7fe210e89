"""Targets in a tree always sum to their parent; what was done this time never raises the next target."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.plan.tree import move_to_siblings, next_target, sums_stand
from dure.kernel.refusals import BadInput

MILLI_MAX = 10**15


@given(
    parts=st.dictionaries(st.integers(), st.integers(1, 10**12), min_size=2, max_size=20),
    wanted=st.integers(1, 10**13),
    pick=st.integers(0, 19),
)
def test_what_one_part_gets_the_others_give(parts: dict[int, int], wanted: int, pick: int) -> None:
    key = list(parts)[pick % len(parts)]
    try:
        moved = move_to_siblings(parts, key, wanted)
    except BadInput:
        assert sum(parts.values()) - wanted < len(parts) - 1, "refused only when nothing is left for somebody"
        return
    assert moved[key] == wanted
    assert sum(moved.values()) == sum(parts.values())
    assert all(amount > 0 for amount in moved.values())
    assert list(moved) == list(parts)


def test_an_only_part_has_nobody_to_give_to() -> None:
    with pytest.raises(BadInput):
        move_to_siblings({"north": 10}, "north", 5)


@given(
    plan=st.integers(1, MILLI_MAX),
    days=st.integers(1, 20_000),
    days_next=st.integers(1, 20_000),
    capacity=st.none() | st.integers(1, MILLI_MAX),
)
def test_the_next_target_rests_on_plan_and_capacity_alone(
    plan: int, days: int, days_next: int, capacity: int | None
) -> None:
    proposed = next_target(plan, days=days, days_next=days_next, rated_capacity_milli=capacity)
    # For as many days it is never above this period's plan, whatever was reached: reached isn't even asked.
    assert proposed * days <= plan * days_next + days
    if capacity is not None:
        assert proposed * days <= max(capacity * days_next + days, days)
    if capacity is None and days == days_next:
        assert proposed == plan


def test_a_campaign_of_twenty_thousand_days_is_planned_from_one_of_two_hundred() -> None:
    assert next_target(200_000, days=200, days_next=20_000) == 20_000_000
    assert next_target(200_000, days=200, days_next=20_000, rated_capacity_milli=150_000) == 15_000_000
    assert next_target(1, days=20_000, days_next=1) == 1, "a target of zero is none"


def test_parents_whose_parts_say_something_else_are_named() -> None:
    tree = [("KR", None, 10), ("north", "KR", 4), ("south", "KR", 6), ("town", "north", 3)]
    assert sums_stand(tree) == ["north"]
    assert sums_stand(tree[:3]) == []
