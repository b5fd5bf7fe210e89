"""People and teams by name, for those who organise where they are: names and towns, never how to reach them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from dure.base.access import Actor
from dure.movement.people.models import Person, Team
from dure.movement.people.reads import teams_of
from dure.movement.people.types import TeamFacts


@dataclass(frozen=True, slots=True)
class PersonCalled:
    """Somebody by their given name and town; what they are called is all that is told."""

    id: int
    given_name: str
    area_id: int


def people_called(begins: str, *, actor: Actor, paths: Sequence[str], count_max: int) -> list[PersonCalled]:
    """People who live below ``paths`` and whose given name begins so, by name; the confirmed only.

    As it was typed, or with its first letter large: the beginning of a name is a stretch of an index. A single Latin
    letter is no beginning: it would be the name of a tenth of the country.

    Refuses with NotAllowed who doesn't organise all of ``paths``.
    """
    for path in paths:
        actor.must_organise(path, what="looking people up here")
    if not begins or "\x00" in begins or (len(begins) == 1 and begins.isascii()):
        return []
    found: list[PersonCalled] = []
    # One question a stretch: each ends with the first few of its index, where both at once would be sorted as a whole.
    for start in sorted({begins, begins[:1].upper() + begins[1:]}):
        called = Q(given_name__startswith=start)
        if connection.vendor == "sqlite":
            # It knows no index for LIKE, but compares text byte by byte, so that a beginning is a range.
            called &= Q(given_name__gte=start, given_name__lt=start + chr(sys.maxunicode))
        rows = Person.objects.filter(called, _below(paths), lapses_on__isnull=True).order_by(
            "given_name", "pk"
        )
        left = count_max - len(found)
        found += [PersonCalled(*row) for row in rows.values_list("pk", "given_name", "area_id")[:left]]
    return found


def teams_called(words: str, *, paths: Sequence[str], count_max: int) -> list[TeamFacts]:
    """Teams at home below ``paths`` with these words in their name ("": all), by name. Teams are public."""
    if "\x00" in words:
        return []
    rows = Team.objects.filter(_below(paths)).order_by("name", "pk")
    rows = rows.filter(name__icontains=words) if words else rows
    return teams_of(list(rows[:count_max]))


def _below(paths: Sequence[str]) -> Q:
    below = Q(pk__in=())
    for path in paths:
        below |= Q(area__path__startswith=path)
    return below
