"""Looking people up by how their name begins."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base.access import SYSTEM
from dure.movement.people.called import people_called
from tests.movement.people.cast import Enrol

pytestmark = pytest.mark.django_db


def test_the_first_few_of_both_spellings_are_found_without_sorting_everybody(enrol: Enrol) -> None:
    for number, name in enumerate(["minsu", "Minji", "Haneul", "Minjun", "Min", "minho"]):
        enrol(f"p{number}", given_name=name)

    def named(begins: str, count_max: int) -> list[str]:
        found = people_called(begins, actor=SYSTEM, paths=["/KR/"], count_max=count_max)
        return [one.given_name for one in found]

    assert named("min", 9) == ["Min", "Minji", "Minjun", "minho", "minsu"]
    assert named("min", 4) == ["Min", "Minji", "Minjun", "minho"]
    assert named("min", 2) == ["Min", "Minji"]
    assert named("Min", 9) == ["Min", "Minji", "Minjun"]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        named("min", 2)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            plans = [cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}").fetchall() for one in asked]
        assert plans
        assert not any("TEMP B-TREE" in step[3] for plan in plans for step in plan)
