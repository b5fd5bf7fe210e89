"""With which part of a rotation people rest: those who come together rest together."""

from __future__ import annotations

from collections.abc import Iterable

from dure.movement.people.models import Person


def rotation_numbers(person_ids: Iterable[int]) -> dict[int, int]:
    """By person the number that says when they rest (``engine.plan.rotation``): their group's, or their own."""
    rows = Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "group_id")
    return {pk: pk if group_id is None else group_id for pk, group_id in rows}
