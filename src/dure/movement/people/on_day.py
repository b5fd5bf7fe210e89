"""One person as the match sees them on a day: what :func:`placeable` reads of all, read of one.

A latecomer waits for this, so it is said in SQL: putting three queries together took Django ten times as long as
the database took to answer them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from dure.base.moments import as_utc
from dure.movement.people.ages import age_reached
from dure.movement.people.types import BRIEFING, CLEARANCE, COVER, MATCHING, OWN_WORD, SKILL, PersonOnDay

_PERSON = """
    SELECT a.path, p.home_lat, p.home_lon, p.travel_limit_m, p.birth_year, p.waiting_since, p.physical_max,
           p.long_shift_wish, p.shifts_max, p.guardian_agreed_at, p.languages, p.refuses, p.prefers
    FROM people_person p JOIN places_area a ON a.id = p.area_id
    WHERE p.id = %s AND p.lapses_on IS NULL AND EXISTS (
        SELECT 1 FROM people_consent c WHERE c.person_id = p.id AND c.purpose = %s AND c.withdrawn_at IS NULL
    )
"""
_HELD = """
    SELECT kind, code, evidence FROM people_credential
    WHERE person_id = %s AND (valid_until IS NULL OR valid_until >= %s)
"""
_FREE = """
    SELECT starts_at, ends_at FROM people_freespan
    WHERE person_id = %s AND starts_at < %s AND ends_at > %s ORDER BY starts_at
"""


def person_on_day(person_id: int, *, day: date, day_start: datetime, day_end: datetime) -> PersonOnDay | None:
    """Somebody confirmed who agreed to be matched, as they stand on ``day``; None who did not, or who isn't there.

    Arguments and meanings as in :func:`~dure.movement.people.placeable.placeable`.
    """
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, [person_id, MATCHING])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(_HELD, [person_id, connection.ops.adapt_datefield_value(day)])
        held = cursor.fetchall()
        cursor.execute(_FREE, [person_id, moment(day_end), moment(day_start)])
        free = cursor.fetchall()
    (
        path,
        lat,
        lon,
        travel_limit_m,
        birth_year,
        waiting_since,
        physical_max,
        long_shift,
        shifts_max,
        agreed_at,
        *lists,
    ) = row
    languages, refuses, prefers = (tuple(json.loads(text)) for text in lists)
    kinds = {kind for kind, _code, _evidence in held}
    return PersonOnDay(
        person_id=person_id,
        area_path=path,
        lat=lat,
        lon=lon,
        travel_limit_m=travel_limit_m,
        age=age_reached(birth_year=birth_year, day=day),
        days_waited=max((day_start - as_utc(waiting_since)).days, 0),
        physical_max=physical_max,
        long_shift_wish=bool(long_shift),
        shifts_max=shifts_max,
        covered=COVER in kinds,
        briefed=BRIEFING in kinds,
        cleared=CLEARANCE in kinds,
        guardian_agreed=agreed_at is not None,
        skills=_skills(held),
        languages=languages,
        refuses=refuses,
        prefers=prefers,
        free=tuple((as_utc(starts_at), as_utc(ends_at)) for starts_at, ends_at in free),
    )


def _skills(held: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(sorted(code for kind, code, evidence in held if kind == SKILL and evidence != OWN_WORD))
