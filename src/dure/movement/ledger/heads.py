"""Distinct people behind contributions, over open rows and over those whose rows were dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from django.db import connection

from dure.base.columns import Ints
from dure.movement.ledger.models import Entry
from dure.movement.ledger.sealed.dropping import WEIGHT

Cells = dict[tuple[int, int], int]
"""People by indicator and place."""

_AREAS: Final = Entry._meta.get_field("area").related_model
_NUMBERS: Final = ("indicator_id", "team_id", "area_id", "n")
# A contribution is one, what withdraws it takes it back: whoever's sum is above 0 still stands behind something.
_ROWS: Final = f"""
SELECT {{columns}} FROM (
    SELECT indicator_id, team_id, area_id, person_key, n FROM ledger_seen WHERE campaign_id = %s
    UNION ALL
    SELECT indicator_id, team_id, area_id, person_key, {WEIGHT} AS n
    FROM ledger_entry WHERE campaign_id = %s AND person_key IS NOT NULL AND work_day <= %s
) AS counted
"""  # noqa: S608  constants only
# Each column as one value, as ``base.columns`` reads them, and counted here: with a million people the database took
# 13 s of CPU for what is counted four times.
_PACKED: Final = {
    "sqlite": ("group_concat({})", "group_concat(person_key, '')"),
    "postgresql": (
        "string_agg(int8send({}::bigint), ''::bytea)",
        "string_agg(uuid_send(person_key), ''::bytea)",
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """``rows`` contributions and withdrawals of people, who go by dense numbers."""

    indicator: Ints
    team: Ints
    area: Ints
    n: Ints
    person: Ints

    @classmethod
    def read(cls, campaign_id: int, until: date) -> Self:
        """Of days of work up to ``until``; rows that were dropped are of days long over.

        One statement, so that no row is missed, or seen twice, that is dropped meanwhile.
        """
        number, key = _PACKED[connection.vendor]
        columns = ", ".join((*map(number.format, _NUMBERS), key))
        with connection.cursor() as cursor:
            cursor.execute(_ROWS.format(columns=columns), [campaign_id, campaign_id, until])
            *numbers, keys = cursor.fetchone()
        indicator, team, area, n = map(_numbers, numbers)
        return cls(indicator, team, area, n, _dense(keys))

    def heads(self, place: Ints) -> Cells:
        """Distinct people by indicator and place, for each row's ``place``; negative: it has none."""
        rows = place >= 0
        cells, cell = np.unique(np.stack((self.indicator[rows], place[rows])), axis=1, return_inverse=True)
        if not cells.size:
            return {}
        people = int(self.person.max()) + 1
        seen, row = np.unique(cell.reshape(-1) * people + self.person[rows], return_inverse=True)
        stands = np.bincount(row, weights=self.n[rows]) > 0
        counts = np.bincount(seen[stands] // people, minlength=cells.shape[1])
        return {
            (indicator_id, place_id): count
            for indicator_id, place_id, count in zip(*cells.tolist(), counts.tolist(), strict=True)
            if count
        }

    def area_heads(self) -> Cells:
        """By area and what lies in it: towns, regions, country.

        Where both are recorded for, the larger count is sure.
        """
        by_area: Cells = {}
        place = self.area
        for _ in range(3):
            for cell, count in self.heads(place).items():
                by_area[cell] = max(count, by_area.get(cell, 0))
            place = _parents(place)
        return by_area


def _numbers(packed: Any) -> Ints:
    if packed is None:
        return np.zeros(0, np.int64)
    if isinstance(packed, str):
        return np.fromstring(packed, np.int64, sep=",")
    return np.frombuffer(packed, ">i8").astype(np.int64)


def _dense(packed: Any) -> Ints:
    """Keys of 16 bytes, as numbers from 0."""
    if packed is None:
        return np.zeros(0, np.int64)
    raw = bytes.fromhex(packed) if isinstance(packed, str) else packed
    halves: npt.NDArray[np.uint64] = np.frombuffer(raw, np.uint64).reshape(-1, 2)
    order = np.lexsort((halves[:, 0], halves[:, 1]))
    is_next = (halves[order[1:]] != halves[order[:-1]]).any(axis=1)
    person = np.zeros(len(order), np.int64)
    person[order[1:]] = np.cumsum(is_next)
    return person


def _parents(area: Ints) -> Ints:
    """What each area lies in; -1 for none."""
    ids, row = np.unique(area, return_inverse=True)
    known = dict(_pairs(ids.tolist()))
    return np.fromiter((known.get(pk, -1) for pk in ids.tolist()), np.int64, len(ids))[row]


def _pairs(area_ids: Iterable[int]) -> Iterable[tuple[int, int]]:
    rows = _AREAS._default_manager.filter(pk__in=area_ids, parent__isnull=False)
    return rows.values_list("pk", "parent_id")
