"""People as columns for the match: every fact as it stands on the day, and missing means False."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.access import Actor
from dure.kernel.must import Broken
from dure.movement.people import actions, reads
from dure.movement.people.ages import age_reached, is_minor
from dure.movement.people.types import (
    BRIEFING,
    CLEARANCE,
    COVER,
    MATCHING,
    MESSAGES,
    SKILL,
    CodedPairs,
    NewCredential,
    PlaceablePeople,
)
from dure.movement.places.types import AreaFacts
from tests.movement.people.cast import DAY, DAY_END, DAY_START, MORNING, NOW, Enrol, New, good_until

HOUR = timedelta(hours=1)


def ask(area_path: str = "/KR/") -> PlaceablePeople:
    return reads.placeable(area_path=area_path, day=DAY, day_start=DAY_START, day_end=DAY_END)


def pairs(coded: CodedPairs) -> list[tuple[int, str]]:
    return [
        (row, coded.names[code]) for row, code in zip(coded.person.tolist(), coded.code.tolist(), strict=True)
    ]


def flags(people: PlaceablePeople) -> dict[str, bool]:
    """The yes-or-no facts of the only person there."""
    (covered,), (briefed,), (cleared,) = people.covered, people.briefed, people.cleared
    return {
        COVER: bool(covered),
        BRIEFING: bool(briefed),
        CLEARANCE: bool(cleared),
        SKILL: pairs(people.skills) == [(0, "tractor")],
    }


ALL = dict.fromkeys((COVER, BRIEFING, CLEARANCE, SKILL), True)
NONE = dict.fromkeys(ALL, False)


@pytest.mark.django_db
def test_a_person_is_in_every_column(enrol: Enrol) -> None:
    minji = enrol("minji", credentials=good_until(None), long_shift_wish=True, physical_max=3)

    people = ask()

    assert people.count == 1
    assert people.person.tolist() == [minji]
    assert (people.lat.tolist(), people.lon.tolist()) == ([34.57], [126.6])
    assert people.travel_limit_m.tolist() == [15_000]
    assert people.age.tolist() == [35]
    assert people.physical_max.tolist() == [3]
    assert people.long_shift_wish.tolist() == [True]
    assert people.guardian_agreed.tolist() == [False]
    assert flags(people) == ALL
    assert pairs(people.languages) == [(0, "en"), (0, "ko")]
    assert pairs(people.refuses) == [(0, "office")]
    assert pairs(people.prefers) == [(0, "harvest"), (0, "kitchen")]
    assert people.free_person.tolist() == [0]
    assert people.free_from_min.tolist() == [int(MORNING[0].timestamp()) // 60]
    assert people.free_to_min.tolist() == [int(MORNING[1].timestamp()) // 60]


@pytest.mark.django_db
def test_the_columns_have_the_types_the_match_asks_for(enrol: Enrol) -> None:
    nobody = ask()
    enrol("minji", credentials=good_until(None))

    for people in (nobody, ask()):
        wanted = {
            "person": "int64",
            "lat": "float64",
            "lon": "float64",
            "travel_limit_m": "int32",
            "age": "int16",
        }
        wanted |= {
            "days_waited": "int32",
            "physical_max": "int8",
            "covered": "bool",
            "long_shift_wish": "bool",
        }
        wanted |= {"free_person": "int32", "free_from_min": "int64", "free_to_min": "int64"}
        assert {name: str(getattr(people, name).dtype) for name in wanted} == wanted
        for coded in (people.skills, people.languages, people.refuses, people.prefers):
            assert (str(coded.person.dtype), str(coded.code.dtype)) == ("int32", "int32")


@pytest.mark.django_db
def test_without_papers_nothing_holds(enrol: Enrol) -> None:
    enrol("minji", skills=("tractor",))  # on her own word

    assert flags(ask()) == NONE


@pytest.mark.django_db
@pytest.mark.parametrize("missing", list(ALL))
def test_each_missing_paper_is_missing_alone(enrol: Enrol, missing: str) -> None:
    enrol("minji", credentials=tuple(paper for paper in good_until(None) if paper.kind != missing))

    assert flags(ask()) == ALL | {missing: False}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("until", "holds"),
    [(None, ALL), (DAY + timedelta(days=1), ALL), (DAY, ALL), (DAY - timedelta(days=1), NONE)],
)
def test_a_paper_holds_to_its_last_day(enrol: Enrol, until: date | None, holds: dict[str, bool]) -> None:
    enrol("minji", credentials=good_until(until))

    assert flags(ask()) == holds


@pytest.mark.django_db
def test_a_skill_on_ones_own_word_counts_once_it_is_shown(enrol: Enrol) -> None:
    minji = enrol("minji", skills=("tractor", "nursing"))
    assert pairs(ask().skills) == []

    actions.add_credentials(rows=[(minji, NewCredential(SKILL, "tractor", "licence seen"))])

    assert pairs(ask().skills) == [(0, "tractor")]


@pytest.mark.django_db
def test_a_minor_is_marked_once_the_guardian_agreed(bora: int) -> None:
    assert ask().guardian_agreed.tolist() == [False]
    assert ask().age.tolist() == [16]

    actions.guardian_agrees(actor=Actor(guardian_of=bora), person_id=bora, now=NOW)
    assert ask().guardian_agreed.tolist() == [True]

    actions.guardian_withdraws(actor=Actor(guardian_of=bora), person_id=bora)
    assert ask().guardian_agreed.tolist() == [False]


@pytest.mark.django_db
def test_an_agreement_on_paper_comes_with_the_import(enrol: Enrol) -> None:
    enrol("bora", birth_year=2009, guardian_email="g@people.example", guardian_agreed_at=NOW)

    assert ask().guardian_agreed.tolist() == [True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "days"),
    [
        (DAY_START, 0),
        (DAY_START - timedelta(hours=23), 0),
        (DAY_START - timedelta(days=1), 1),
        (DAY_START - timedelta(days=21, hours=5), 21),
        (DAY_START + timedelta(hours=3), 0),
    ],
)
def test_days_waited_are_whole_days(enrol: Enrol, since: datetime, days: int) -> None:
    enrol("minji", waiting_since=since)

    assert ask().days_waited.tolist() == [days]


@pytest.mark.django_db
def test_who_had_a_place_waits_anew(enrol: Enrol) -> None:
    since = DAY_START - timedelta(days=9)
    minji, chul = enrol("minji", waiting_since=since), enrol("chul", waiting_since=since)

    actions.wait_from(person_ids=[minji], since=DAY_START - timedelta(days=2))

    people = ask()
    assert dict(zip(people.person.tolist(), people.days_waited.tolist(), strict=True)) == {minji: 2, chul: 9}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "seen"),
    [
        (DAY_START - 2 * HOUR, DAY_START, False),
        (DAY_START - 2 * HOUR, DAY_START + HOUR, True),
        (DAY_START, DAY_END, True),
        (DAY_END - HOUR, DAY_END + 5 * HOUR, True),
        (DAY_END, DAY_END + HOUR, False),
    ],
)
def test_hours_that_touch_the_day_are_given_whole(
    enrol: Enrol, start: datetime, end: datetime, seen: bool
) -> None:
    enrol("minji", free_spans=((start, end),))

    people = ask()

    minutes = [(int(start.timestamp()) // 60, int(end.timestamp()) // 60)] if seen else []
    assert list(zip(people.free_from_min.tolist(), people.free_to_min.tolist(), strict=True)) == minutes


@pytest.mark.django_db
def test_nobody_is_matched_without_consent_and_everybody_with_it(minji: int) -> None:
    me = Actor(person_id=minji)
    later = NOW + HOUR

    actions.withdraw_consent(actor=me, person_id=minji, purpose=MESSAGES, now=later)
    assert ask().count == 1
    actions.withdraw_consent(actor=me, person_id=minji, purpose=MATCHING, now=later)
    nobody = ask()
    assert (nobody.count, len(nobody.free_person), len(nobody.languages.person)) == (0, 0, 0)

    actions.give_consent(actor=me, person_id=minji, purpose=MATCHING, wording="2026-2", now=later)
    assert ask().person.tolist() == [minji]


@pytest.mark.django_db
def test_the_area_decides_who_is_asked_and_a_move_is_followed(
    minji: int, seoul: AreaFacts, haenam: AreaFacts
) -> None:
    assert ask(haenam.path).person.tolist() == [minji]
    assert ask(seoul.path).count == 0

    actions.move_home(
        actor=Actor(person_id=minji), person_id=minji, area_id=seoul.id, home_lat=37.57, home_lon=126.98
    )

    assert ask(haenam.path).count == 0
    moved = ask("/KR/11/")
    assert (moved.person.tolist(), moved.lat.tolist(), moved.lon.tolist()) == ([minji], [37.57], [126.98])
    assert ask("/XX/").count == 0


@pytest.mark.django_db
def test_facts_stay_with_their_person_among_many(new: New) -> None:
    rows = [
        new(
            f"p{k}",
            birth_year=1950 + k,
            travel_limit_m=1000 * k,
            languages=tuple(["ko", "en", "vi"][: k % 4]),
            refuses=("office",) if k % 5 == 0 else (),
            prefers=(),
            credentials=good_until(None)[: k % 5],
            free_spans=(MORNING, (MORNING[1] + HOUR, MORNING[1] + 2 * HOUR))[: k % 3],
            waiting_since=DAY_START - timedelta(days=k),
        )
        for k in range(30)
    ]
    done = actions.register_many(rows=rows, now=NOW)

    people = ask()

    assert people.person.tolist() == list(done.ids)
    assert people.age.tolist() == [2025 - row.birth_year for row in rows]
    assert people.travel_limit_m.tolist() == [row.travel_limit_m for row in rows]
    assert people.days_waited.tolist() == list(range(30))
    assert pairs(people.languages) == [
        (k, code) for k, row in enumerate(rows) for code in sorted(row.languages)
    ]
    assert pairs(people.refuses) == [(k, "office") for k in range(0, 30, 5)]
    assert pairs(people.prefers) == []
    kinds = [{paper.kind for paper in row.credentials} for row in rows]
    assert people.covered.tolist() == [COVER in held for held in kinds]
    assert people.briefed.tolist() == [BRIEFING in held for held in kinds]
    assert people.cleared.tolist() == [CLEARANCE in held for held in kinds]
    assert pairs(people.skills) == [(k, "tractor") for k, held in enumerate(kinds) if SKILL in held]
    assert people.free_person.tolist() == [k for k, row in enumerate(rows) for _ in row.free_spans]


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_people(
    new: New, django_assert_num_queries: object
) -> None:
    actions.register_many(rows=[new("first")], now=NOW)
    # Areas, people, cover, briefing, clearance, skills, hours.
    with django_assert_num_queries(7):  # type: ignore[operator]  # pytest-django gives its fixture no type
        ask()
    actions.register_many(rows=[new(f"p{k}", credentials=good_until(None)) for k in range(50)], now=NOW)
    with django_assert_num_queries(7):  # type: ignore[operator]  # as above
        assert ask().count == 51


def test_a_day_without_a_timezone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(Broken):
        reads.placeable(area_path="/KR/", day=DAY, day_start=DAY_START.replace(tzinfo=None), day_end=DAY_END)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 12, 31)), st.integers(0, 40_000))
def test_nobody_counts_as_older_than_they_are(born: date, days: int) -> None:
    day = born + timedelta(days=days)
    true_age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    assert true_age - 1 <= age_reached(birth_year=born.year, day=day) <= true_age
    assert is_minor(birth_year=born.year, day=day) or true_age >= 18


def test_who_turns_18_this_year_counts_as_a_minor_until_new_year() -> None:
    assert is_minor(birth_year=2008, day=datetime(2026, 12, 31, tzinfo=UTC).date())
    assert not is_minor(birth_year=2008, day=datetime(2027, 1, 1, tzinfo=UTC).date())
