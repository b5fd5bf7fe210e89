"""People as columns for the match: a fixed number of queries whatever their number, and no value of a row is made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from dure.base.around import around
from dure.base.columns import Flag, Seconds, Texts, read_columns
from dure.kernel.must import must
from dure.movement.people.ages import age_reached
from dure.movement.people.models import Consent, Credential, FreeSpan, Person
from dure.movement.people.types import (
    ALONE,
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
    Near,
    PlaceablePeople,
)
from dure.movement.places import reads as places

SECONDS_A_MINUTE: Final = 60
SECONDS_A_DAY: Final = 24 * 3600
# Those who travel far are looked for farther away. The last is the farthest that anybody may travel.
TRAVEL_CLASSES_M: Final = (10_000, 25_000, 60_000, 300_000)

# So many are named in a query.
FEW_PEOPLE: Final = 2_000
# Near a large city live more; then a table is read whole sooner than it is asked whose each of its rows is.
MANY_NEAR: Final = 50_000

M = TypeVar("M", bound=Model)


def placeable(
    *,
    area_path: str,
    day: date,
    day_start: datetime,
    day_end: datetime,
    person_ids: Sequence[int] | None = None,
    near: Near | None = None,
) -> PlaceablePeople:
    """Everybody in an area who agreed to be matched and whose contact is confirmed, as they stand on ``day``.

    ``day`` is the campaign's local day, ``day_start`` and ``day_end`` its bounds (aware). People without
    cover, briefing, a guardian's agreement or free hours are among them, with the fact missing: whether a
    post asks for it is the match's question. Days waited are whole days up to ``day_start``.

    ``person_ids``: of these people only, a few thousand at most. ``near``: of those only who might reach a place;
    some of them may live too far away after all, nobody who could come is left out.
    """
    must(day_start.tzinfo is not None and day_end.tzinfo is not None, "the day's bounds have a timezone")
    whom = _Whom(places.ids_under(area_path), person_ids, near)
    read = read_columns(
        whom.people(),
        ints={
            "id": F("pk"),
            **{name: F(name) for name in ("travel_limit_m", "birth_year", "physical_max", "shifts_max")},
            "group": Coalesce(F("group_id"), Value(ALONE)),
            "long_shift_wish": Flag(F("long_shift_wish")),
            "guardian_agreed": Flag(Q(guardian_agreed_at__isnull=False)),
            "waiting_s": Seconds("waiting_since"),
        },
        floats=("home_lat", "home_lon"),
        texts=("languages", "refuses", "prefers"),
    )
    line = np.argsort(read.ints["id"], kind="stable")
    ints = {name: column[line] for name, column in read.ints.items()}
    person = ints["id"]
    good = whom.of(Credential.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day)), person)
    free_person, free_from_min, free_to_min = _free(whom, person, day_start, day_end)
    return PlaceablePeople(
        person=person,
        lat=read.floats["home_lat"][line],
        lon=read.floats["home_lon"][line],
        travel_limit_m=ints["travel_limit_m"].astype(np.int32),
        age=(age_reached(birth_year=0, day=day) - ints["birth_year"]).astype(np.int16),
        days_waited=_days_waited(ints["waiting_s"], day_start),
        physical_max=ints["physical_max"].astype(np.int8),
        long_shift_wish=ints["long_shift_wish"].astype(np.bool_),
        shifts_max=ints["shifts_max"].astype(np.int8),
        group=ints["group"],
        covered=_holders(good.filter(kind=COVER), person),
        briefed=_holders(good.filter(kind=BRIEFING), person),
        cleared=_holders(good.filter(kind=CLEARANCE), person),
        guardian_agreed=ints["guardian_agreed"].astype(np.bool_),
        skills=_skills(good.filter(kind=SKILL).exclude(evidence=OWN_WORD), person),
        languages=_listed(read.texts["languages"], line),
        refuses=_listed(read.texts["refuses"], line),
        prefers=_listed(read.texts["prefers"], line),
        free_person=free_person,
        free_from_min=free_from_min,
        free_to_min=free_to_min,
    )


@dataclass(frozen=True)
class _Whom:
    """Whose rows are read: a filter of the people, and the same one of tables that name a person."""

    area_ids: list[int]
    person_ids: Sequence[int] | None
    near: Near | None

    def people(self) -> QuerySet[Person, Person]:
        stands = Consent.objects.filter(person=OuterRef("pk"), purpose=MATCHING, withdrawn_at__isnull=True)
        people = Person.objects.filter(Exists(stands), lapses_on__isnull=True)
        if self.near is None and self.person_ids is None:
            # No column of an index: looking up a country's rows area by area takes twice as long as reading them all.
            return people.alias(area_number=F("area_id") + 0).filter(area_number__in=self.area_ids)
        return people.filter(self._wanted(""))

    def of(self, rows: QuerySet[M, M], person: Ints) -> QuerySet[M, M]:
        """Their rows, and maybe others'. ``person``: their ids."""
        if len(person) <= FEW_PEOPLE:
            return rows.filter(person_id__in=person.tolist())
        if self.near is not None and len(person) <= MANY_NEAR:
            return rows.filter(self._wanted("person__"))
        # Rows of strangers are sorted out by number: asking the database whose each is takes five times as long.
        return rows

    def _wanted(self, at: str) -> Q:
        wanted = Q(**{f"{at}area_id__in": self.area_ids})
        if self.person_ids is not None:
            wanted &= Q(**{f"{at}id__in": list(self.person_ids)})
        if self.near is not None:
            wanted &= _around(self.near, at)
        return wanted


def _around(near: Near, at: str) -> Q:
    """Homes in the bounding box of their own travel limit, class by class."""
    found = Q(pk__in=())
    for class_m in TRAVEL_CLASSES_M:
        box = around(
            lat=near.lat,
            lon=near.lon,
            reach_m=class_m + near.farther_m,
            lat_column=f"{at}home_lat",
            lon_column=f"{at}home_lon",
        )
        found |= Q(**{f"{at}travel_limit_m__lte": class_m}) & box
    return found


def ids_near(*, area_path: str, near: Near) -> Ints:
    """Who of those who agreed to be matched might reach a place; ids, ascending."""
    people = _Whom(places.ids_under(area_path), None, near).people()
    return np.sort(read_columns(people, ints={"id": F("pk")}).ints["id"])


def _rows_of(ids: Ints, person: Ints) -> tuple[Ints, Bools]:
    """The row of each id among the ascending ``person``, and whether it is there at all.

    Somebody who registers or leaves between two queries is in one and not in the other.
    """
    if len(person) == 0:
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    at = np.minimum(np.searchsorted(person, ids), len(person) - 1)
    return at.astype(np.int64), person[at] == ids


def _days_waited(since_s: Ints, day_start: datetime) -> Int32s:
    waited_s = int(day_start.timestamp()) - since_s
    return np.maximum(waited_s // SECONDS_A_DAY, 0).astype(np.int32)


def _holders(credentials: QuerySet[Credential, Credential], person: Ints) -> Bools:
    at, found = _rows_of(read_columns(credentials, ints=("person_id",)).ints["person_id"], person)
    held = np.zeros(len(person), np.bool_)
    held[at[found]] = True
    return held


def _skills(credentials: QuerySet[Credential, Credential], person: Ints) -> CodedPairs:
    read = read_columns(credentials, ints=("person_id",), texts=("code",))
    at, found = _rows_of(read.ints["person_id"], person)
    codes = read.texts["code"]
    return _coded(at[found].astype(np.int32), codes.places[found], codes.distinct)


def _listed(column: Texts, line: npt.NDArray[np.intp]) -> CodedPairs:
    """Pairs of row and name from a column of JSON lists, its rows taken in the order of ``line``."""
    lists: list[list[str]] = [json.loads(text) for text in column.distinct]
    names = sorted({name for names in lists for name in names})
    number = {name: k for k, name in enumerate(names)}
    flat = np.array([number[name] for names in lists for name in names], np.int32)
    lengths = np.array([len(names) for names in lists], np.int64)
    starts = np.cumsum(lengths) - lengths
    which = column.places[line]
    own = lengths[which] if len(lists) else np.zeros(0, np.int64)
    row = np.repeat(np.arange(len(which), dtype=np.int32), own)
    within = np.arange(len(row)) - np.repeat(np.cumsum(own) - own, own)
    return _coded(row, flat[np.repeat(starts[which] if len(lists) else own, own) + within], tuple(names))


def _coded(row: Int32s, number: Int32s, names: tuple[str, ...]) -> CodedPairs:
    """Pairs with the names in order of the alphabet, sorted, so that the same facts give the same bytes."""
    ordered = sorted(names)
    place = {name: k for k, name in enumerate(ordered)}
    code = np.array([place[name] for name in names] or [0], np.int32)[number]
    # Both in one number: sorting it is many times quicker than sorting by two keys.
    both = np.sort((row.astype(np.int64) << 32) | code)
    return CodedPairs(
        person=(both >> 32).astype(np.int32),
        code=(both & 0xFFFF_FFFF).astype(np.int32),
        names=tuple(ordered),
    )


def _free(whom: _Whom, person: Ints, day_start: datetime, day_end: datetime) -> tuple[Int32s, Ints, Ints]:
    """Row, from and to of the spans that touch the day, by row and time."""
    touching = whom.of(FreeSpan.objects.filter(starts_at__lt=day_end, ends_at__gt=day_start), person)
    columns = {"person": F("person_id"), "starts_s": Seconds("starts_at"), "ends_s": Seconds("ends_at")}
    read = read_columns(touching, ints=columns).ints
    at, found = _rows_of(read["person"], person)
    at, starts_s, ends_s = at[found], read["starts_s"][found], read["ends_s"][found]
    line = np.lexsort((starts_s, at))
    return (
        at[line].astype(np.int32),
        starts_s[line] // SECONDS_A_MINUTE,
        ends_s[line] // SECONDS_A_MINUTE,
    )
