"""Distinct people behind contributions, over open rows and over those whose rows were dropped."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import connection

from dure.movement.ledger.models import Entry
from dure.movement.ledger.sealed.dropping import WEIGHT

_AREAS: Final = Entry._meta.get_field("area").related_model._meta.db_table
# A contribution is one, what withdraws it takes it back: whoever's sum is above 0 still stands behind something.
_COUNT: Final = f"""
SELECT indicator_id, place, COUNT(*) FROM (
    SELECT indicator_id, {{place}} AS place, person_key FROM (
        SELECT indicator_id, team_id, area_id, person_key, n FROM ledger_seen WHERE campaign_id = %s
        UNION ALL
        SELECT indicator_id, team_id, area_id, person_key, {WEIGHT} AS n
        FROM ledger_entry WHERE campaign_id = %s AND person_key IS NOT NULL AND work_day <= %s
    ) AS counted {{joins}}
    GROUP BY indicator_id, {{place}}, person_key HAVING SUM(n) > 0
) AS heads WHERE place IS NOT NULL GROUP BY indicator_id, place
"""  # noqa: S608  constants only
_TOWN: Final = f"JOIN {_AREAS} AS town ON town.id = counted.area_id"
_REGION: Final = f"{_TOWN} JOIN {_AREAS} AS region ON region.id = town.parent_id"
# What people are counted by, and where that is found.
TEAM: Final = ("counted.team_id", "")
AREAS: Final = (("counted.area_id", ""), ("town.parent_id", _TOWN), ("region.parent_id", _REGION))


def heads(campaign_id: int, level: tuple[str, str], until: date) -> dict[tuple[int, int], int]:
    """Distinct people by indicator and place; ``level``: TEAM or one of AREAS (the area, what it lies in, and again).

    Of days of work up to ``until``; rows that were dropped are of days long over.
    One statement, so that no row is missed, or seen twice, that is dropped meanwhile.
    """
    place, joins = level
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(place=place, joins=joins), [campaign_id, campaign_id, until])
        return {(indicator_id, place_id): count for indicator_id, place_id, count in cursor.fetchall()}
