"""People as columns for the match: a fixed number of queries whatever their number, and no model is built.

What repeats is parsed once: lists and moments come as the database's own text and are looked up among the
distinct ones, several times quicker than a conversion for every row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from django.db.models import BooleanField, Exists, ExpressionWrapper, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from dure.kernel.must import must
from dure.movement.people.ages import age_reached
from dure.movement.people.models import Consent, Credential, FreeSpan, Person
from dure.movement.people.types import (
    BRIEFING,
    CLEARANCE,
    COVER,
    MATCHING,
    OWN_WORD,
    SKILL,
    Bools,
    CodedPairs,
    Int32s,
    Ints,
    PlaceablePeople,
)
from dure.movement.places import reads as places

# Rows held as Python values at a time, before they become columns.
BLOCK_SIZE: Final = 20_000
MINUTES_A_DAY: Final = 24 * 60

Row = tuple[object, ...]
Scalar = TypeVar("Scalar", bound=np.generic)
M = TypeVar("M", bound=Model)


def placeable(*, area_path: str, day: date, day_start: datetime, day_end: datetime) -> PlaceablePeople:
    """Everybody in an area who agreed to be matched, as they stand on ``day``.

    ``day`` is the campaign's local day, ``day_start`` and ``day_end`` its bounds (aware). People without
    cover, briefing, a guardian's agreement or free hours are among them, with the fact missing: whether a
    post asks for it is the match's question. Days waited are whole days up to ``day_start``.
    """
    must(day_start.tzinfo is not None and day_end.tzinfo is not None, "the day's bounds have a timezone")
    area_ids = places.ids_under(area_path)
    read = _People(area_ids)
    person = read.id.column()
    waited_min = int(day_start.timestamp()) // 60 - _minutes(read.waiting)
    age = age_reached(birth_year=0, day=day) - read.birth_year.column().astype(np.int64)
    good = Credential.objects.filter(person__area_id__in=area_ids).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    )
    free_person, free_from_min, free_to_min = _free(area_ids, person, day_start, day_end)
    return PlaceablePeople(
        person=person,
        lat=read.home_lat.column(),
        lon=read.home_lon.column(),
        travel_limit_m=read.travel_limit_m.column(),
        age=age.astype(np.int16),
        days_waited=np.maximum(waited_min // MINUTES_A_DAY, 0).astype(np.int32),
        physical_max=read.physical_max.column(),
        long_shift_wish=read.long_shift_wish.column(),
        covered=_holders(good.filter(kind=COVER), person),
        briefed=_holders(good.filter(kind=BRIEFING), person),
        cleared=_holders(good.filter(kind=CLEARANCE), person),
        guardian_agreed=read.guardian_agreed.column(),
        skills=_skills(good.filter(kind=SKILL).exclude(evidence=OWN_WORD), person),
        languages=_listed(read.languages),
        refuses=_listed(read.refuses),
        prefers=_listed(read.prefers),
        free_person=free_person,
        free_from_min=free_from_min,
        free_to_min=free_to_min,
    )


class _Column(Protocol):
    def add(self, values: Row, /) -> None: ...


class _Numbers(Generic[Scalar]):
    """A column of numbers, kept as arrays from block to block."""

    def __init__(self, kind: type[Scalar]) -> None:
        self._kind = kind
        self._parts: list[npt.NDArray[Scalar]] = [np.zeros(0, kind)]

    def add(self, values: Row) -> None:
        self._parts.append(np.array(values, self._kind))

    def column(self) -> npt.NDArray[Scalar]:
        return np.concatenate(self._parts)


class _Texts:
    """A column of texts, kept as each one's place among the distinct ones."""

    def __init__(self) -> None:
        self.distinct: dict[str, int] = {}
        self._places = _Numbers(np.int32)

    def add(self, values: Row) -> None:
        seen = self.distinct
        # The size is taken before the text is added: it is the next free place.
        self._places.add(tuple(seen.setdefault(str(text), len(seen)) for text in values))

    def places(self) -> Int32s:
        return self._places.column()


class _People:
    """The people of some areas whose consent to be matched stands, by ascending id."""

    def __init__(self, area_ids: list[int]) -> None:
        self.id = _Numbers(np.int64)
        self.home_lat, self.home_lon = _Numbers(np.float64), _Numbers(np.float64)
        self.travel_limit_m = _Numbers(np.int32)
        self.birth_year = _Numbers(np.int16)
        self.physical_max = _Numbers(np.int8)
        self.long_shift_wish, self.guardian_agreed = _Numbers(np.bool_), _Numbers(np.bool_)
        self.waiting, self.languages, self.refuses, self.prefers = _Texts(), _Texts(), _Texts(), _Texts()
        columns: tuple[_Column, ...] = (
            *(self.id, self.home_lat, self.home_lon, self.travel_limit_m, self.birth_year),
            *(self.physical_max, self.long_shift_wish, self.guardian_agreed),
            *(self.waiting, self.languages, self.refuses, self.prefers),
        )
        stands = Consent.objects.filter(person=OuterRef("pk"), purpose=MATCHING, withdrawn_at__isnull=True)
        people = Person.objects.filter(Exists(stands), area_id__in=area_ids).order_by("pk")
        rows = people.values_list(
            *(
                "pk",
                "home_lat",
                "home_lon",
                "travel_limit_m",
                "birth_year",
                "physical_max",
                "long_shift_wish",
            ),
            ExpressionWrapper(Q(guardian_agreed_at__isnull=False), output_field=BooleanField()),
            Cast("waiting_since", TextField()),
            Cast("languages", TextField()),
            Cast("refuses", TextField()),
            Cast("prefers", TextField()),
        )
        for block in _blocks(rows):
            for column, values in zip(columns, block, strict=True):
                column.add(values)


def _blocks(rows: QuerySet[M, Row]) -> Iterator[tuple[Row, ...]]:
    """The rows turned into columns, a block at a time."""
    stream = rows.iterator(chunk_size=BLOCK_SIZE)
    while block := list(islice(stream, BLOCK_SIZE)):
        yield tuple(zip(*block, strict=True))


def _rows_of(ids: Ints, person: Ints) -> tuple[Ints, Bools]:
    """The row of each id among the ascending ``person``, and whether it is there at all.

    Somebody who registers or leaves between two queries is in one and not in the other.
    """
    if len(person) == 0:
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    at = np.minimum(np.searchsorted(person, ids), len(person) - 1)
    return at.astype(np.int64), person[at] == ids


def _holders(credentials: QuerySet[Credential, Credential], person: Ints) -> Bools:
    ids = _Numbers(np.int64)
    for (block,) in _blocks(credentials.values_list("person_id")):
        ids.add(block)
    at, found = _rows_of(ids.column(), person)
    held = np.zeros(len(person), np.bool_)
    held[at[found]] = True
    return held


def _skills(credentials: QuerySet[Credential, Credential], person: Ints) -> CodedPairs:
    ids, codes = _Numbers(np.int64), _Texts()
    for block_ids, block_codes in _blocks(credentials.values_list("person_id", "code")):
        ids.add(block_ids)
        codes.add(block_codes)
    at, found = _rows_of(ids.column(), person)
    return _coded(at[found], codes.places()[found], list(codes.distinct))


def _listed(column: _Texts) -> CodedPairs:
    """Pairs of row and name from a column of JSON lists."""
    lists: list[list[str]] = [json.loads(text) for text in column.distinct]
    names = sorted({name for names in lists for name in names})
    number = {name: k for k, name in enumerate(names)}
    flat = np.array([number[name] for names in lists for name in names], np.int64)
    lengths = np.array([len(names) for names in lists], np.int64)
    starts = np.cumsum(lengths) - lengths
    which = column.places()
    own = lengths[which]
    row = np.repeat(np.arange(len(which)), own)
    within = np.arange(len(row)) - np.repeat(np.cumsum(own) - own, own)
    return _coded(row, flat[np.repeat(starts[which], own) + within], names)


def _coded(row: Ints, number: npt.NDArray[np.integer], names: list[str]) -> CodedPairs:
    """Pairs with the names in order of the alphabet, sorted, so that the same facts give the same bytes."""
    ordered = sorted(names)
    place = {name: k for k, name in enumerate(ordered)}
    code = np.array([place[name] for name in names], np.int32)[number]
    line = np.lexsort((code, row))
    return CodedPairs(person=row[line].astype(np.int32), code=code[line], names=tuple(ordered))


def _minutes(column: _Texts) -> Ints:
    """Minutes since the epoch, rounded down, from the database's own text of moments in UTC."""
    distinct = np.array([_minute(text) for text in column.distinct], np.int64)
    return distinct[column.places()]


def _minute(text: str) -> int:
    moment = datetime.fromisoformat(text)
    # SQLite keeps no timezone: Django stores UTC there, and makes PostgreSQL speak UTC.
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()) // 60


def _free(
    area_ids: list[int], person: Ints, day_start: datetime, day_end: datetime
) -> tuple[Int32s, Ints, Ints]:
    """Row, from and to of the spans that touch the day, by row and time."""
    touching = FreeSpan.objects.filter(
        person__area_id__in=area_ids, starts_at__lt=day_end, ends_at__gt=day_start
    )
    ids, starts, ends = _Numbers(np.int64), _Texts(), _Texts()
    rows = touching.values_list("person_id", Cast("starts_at", TextField()), Cast("ends_at", TextField()))
    for block_ids, block_starts, block_ends in _blocks(rows):
        ids.add(block_ids)
        starts.add(block_starts)
        ends.add(block_ends)
    at, found = _rows_of(ids.column(), person)
    starts_min, ends_min = _minutes(starts)[found], _minutes(ends)[found]
    line = np.lexsort((starts_min, at[found]))
    return at[found][line].astype(np.int32), starts_min[line], ends_min[line]
