"""People as columns for the line: where they live, how far they go, since when they wait, and what they lack."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from dure.base.columns import Flag, Seconds, Texts, read_columns
from dure.base.rows import IDS_A_QUERY_MAX
from dure.kernel.must import must
from dure.movement.people.ages import ADULT_AGE, age_reached
from dure.movement.people.holding import holders
from dure.movement.people.models import Consent, FreeSpan, Person
from dure.movement.people.types import (
    ALONE,
    BRIEFING,
    CLEARANCE,
    COVER,
    MATCHING,
    SKILL,
    Bools,
    Floats,
    Int32s,
    Ints,
)
from dure.movement.places import reads as places

Masks = npt.NDArray[np.uint64]

# A day is offered by whoever offers so many hours of it between these hours.
HOURS_LEAST: Final = 4
EARLIEST_H, LATEST_H = 7, 21


@dataclass(frozen=True, eq=False)
class Listed:
    """A column of lists of codes: of row ``k`` it is ``distinct[places[k]]``."""

    places: Int32s
    distinct: tuple[frozenset[str], ...]

    def holding(self, code: str) -> Bools:
        """(n,) whose list holds a code."""
        return np.array([code in one for one in self.distinct] or [False])[self.places]


@dataclass(frozen=True, eq=False)
class PeopleInLine:
    """``n`` people who agreed to be matched, by ascending id; what is missing is False, never True."""

    person: Ints
    group: Ints  # they come with; ALONE for none
    lat: Floats
    lon: Floats
    travel_limit_m: Int32s
    since_s: Ints  # second of the Unix epoch since which they wait
    confirmed: Bools  # a contact was shown to be theirs
    free_to_decide: Bools  # of age, or their guardian agreed
    covered: Bools
    briefed: Bools
    cleared: Bools
    age: Ints  # surely reached on the day
    physical_max: Ints
    languages: Listed
    refuses: Listed
    skilled: Mapping[str, Bools]  # by code of those asked for: who has shown the skill

    @property
    def count(self) -> int:
        return len(self.person)


def in_line(*, area_path: str, day: date, skills: Sequence[str] = ()) -> PeopleInLine:
    """Everybody in an area who agreed to be matched, unconfirmed ones too, as they stand on ``day``.

    A fixed number of queries, and one for each of ``skills`` (codes).
    """
    read = read_columns(
        _agreed(area_path),
        ints={
            "id": F("pk"),
            "group": Coalesce(F("group_id"), Value(ALONE)),
            **{name: F(name) for name in ("travel_limit_m", "birth_year", "physical_max")},
            "since_s": Seconds("waiting_since"),
            "confirmed": Flag(Q(lapses_on__isnull=True)),
            "agreed": Flag(Q(guardian_agreed_at__isnull=False)),
        },
        floats=("home_lat", "home_lon"),
        texts=("languages", "refuses"),
    )
    line = np.argsort(read.ints["id"], kind="stable")
    ints = {name: column[line] for name, column in read.ints.items()}
    age = age_reached(birth_year=0, day=day) - ints["birth_year"]
    return PeopleInLine(
        person=ints["id"],
        group=ints["group"],
        lat=read.floats["home_lat"][line],
        lon=read.floats["home_lon"][line],
        travel_limit_m=ints["travel_limit_m"].astype(np.int32),
        since_s=ints["since_s"],
        confirmed=ints["confirmed"] == 1,
        free_to_decide=(ints["agreed"] == 1) | (age >= ADULT_AGE),
        covered=_are_in(ints["id"], holders(kind=COVER, day=day)),
        briefed=_are_in(ints["id"], holders(kind=BRIEFING, day=day)),
        cleared=_are_in(ints["id"], holders(kind=CLEARANCE, day=day)),
        age=age,
        physical_max=ints["physical_max"],
        languages=_listed(read.texts["languages"], line),
        refuses=_listed(read.texts["refuses"], line),
        skilled={code: _are_in(ints["id"], holders(kind=SKILL, code=code, day=day)) for code in skills},
    )


def callable_homes(*, area_path: str, day: date) -> tuple[Ints, Ints]:
    """(ids, ids of the areas they live in) of whoever in an area may be called: they agreed to be matched, are
    confirmed and free to decide on ``day``. In no stated order; one query."""
    free_to_decide = Q(guardian_agreed_at__isnull=False) | Q(
        birth_year__lte=age_reached(birth_year=0, day=day) - ADULT_AGE
    )
    people = _agreed(area_path).filter(free_to_decide, lapses_on__isnull=True)
    read = read_columns(people, ints={"person": F("pk"), "area": F("area_id")}).ints
    return read["person"], read["area"]


def _agreed(area_path: str) -> QuerySet[Person]:
    """Everybody in an area who agreed to be matched."""
    stands = Consent.objects.filter(person=OuterRef("pk"), purpose=MATCHING, withdrawn_at__isnull=True)
    people = Person.objects.filter(Exists(stands))
    # No column of an index, as in placeable: reading all rows takes half as long as looking areas up.
    return people.alias(area_number=F("area_id") + 0).filter(area_number__in=places.ids_under(area_path))


def _listed(column: Texts, line: npt.NDArray[np.intp]) -> Listed:
    return Listed(column.places[line], tuple(frozenset(json.loads(text)) for text in column.distinct))


def _are_in(person: Ints, some: Ints) -> Bools:
    """Which of ascending ids are among other ascending ids."""
    if not len(some):
        return np.zeros(len(person), np.bool_)
    return np.asarray(some[np.minimum(np.searchsorted(some, person), len(some) - 1)] == person)


def free_days(*, person_ids: Ints, first_midnight: datetime, days: int) -> Masks:
    """On which of the days from ``first_midnight`` (local, aware) on each of these people offers hours, as bits.

    A day counts with HOURS_LEAST of it between EARLIEST_H and LATEST_H. At most 64 days; read in slices, so whoever
    asks names those it matters for.
    """
    must(days <= 64, "a day is a bit")
    free = np.zeros(len(person_ids), np.uint64)
    end = first_midnight + timedelta(days=days)
    for start in range(0, len(person_ids), IDS_A_QUERY_MAX):
        part = person_ids[start : start + IDS_A_QUERY_MAX]
        spans = FreeSpan.objects.filter(
            person_id__in=part.tolist(), starts_at__lt=end, ends_at__gt=first_midnight
        )
        columns = {"person": F("person_id"), "from_s": Seconds("starts_at"), "to_s": Seconds("ends_at")}
        read = read_columns(spans, ints=columns).ints
        since_s = int(first_midnight.timestamp())
        from_h = (read["from_s"] - since_s) / 3600
        to_h = (read["to_s"] - since_s) / 3600
        first = np.ceil((from_h - (LATEST_H - HOURS_LEAST)) / 24).clip(0, days).astype(np.uint64)
        after = (np.floor((to_h - (EARLIEST_H + HOURS_LEAST)) / 24) + 1).clip(0, days).astype(np.uint64)
        bits = np.where((to_h - from_h >= HOURS_LEAST) & (after > first), _below(after) & ~_below(first), 0)
        np.bitwise_or.at(free, start + np.searchsorted(part, read["person"]), bits.astype(np.uint64))
    return free


def _below(bit: Masks) -> Masks:
    """Masks of all bits below one; of all 64 below the 65th."""
    whole = np.uint64(2**64 - 1)
    return np.where(bit >= 64, whole, (np.uint64(1) << np.minimum(bit, 63)) - np.uint64(1))
