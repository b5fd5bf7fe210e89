"""Registering: what is kept, what is refused, and that asking twice gives one person."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dure.base.access import SYSTEM
from dure.kernel.refusals import BadInput, Refusal
from dure.movement.people import actions, reads
from dure.movement.people.errors import ConsentMissing, GuardianMissing, RegistrationReused, TooYoung
from dure.movement.people.models import Consent, Contact, Credential, FreeSpan, Group, Guardian, Person
from dure.movement.people.types import COVER, MATCHING, OWN_WORD, SKILL, NewCredential, NewPerson, PersonFacts
from dure.movement.places.errors import AreaUnknown
from tests.movement.people.cast import MORNING, NOW, Enrol, New, good_until, key_of

pytestmark = pytest.mark.django_db

ROOM = (Person, Contact, Guardian, Consent, Credential, FreeSpan, Group)


def register(row: NewPerson) -> PersonFacts:
    """The door a volunteer comes through: everything but what others must vouch for."""
    facts = asdict(row)
    for name in ("credentials", "guardian_agreed_at", "waiting_since", "without_contact"):
        del facts[name]
    return actions.register(**facts, now=NOW)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in ROOM}


def test_a_registered_person_is_what_they_said(new: New) -> None:
    minji = register(new("minji", skills=("cooking",), long_shift_wish=True))

    assert minji == reads.person(actor=SYSTEM, person_id=minji.id)
    assert (minji.given_name, minji.birth_year, minji.travel_limit_m) == ("Minji", 1990, 15_000)
    assert (minji.languages, minji.refuses, minji.prefers) == (
        ("en", "ko"),
        ("office",),
        ("harvest", "kitchen"),
    )
    assert minji.credentials == (NewCredential(SKILL, "cooking", OWN_WORD, None),)
    assert (minji.waiting_since, minji.long_shift_wish, minji.guardian_agreed_at) == (NOW, True, None)


def test_a_home_is_kept_to_about_a_kilometre(new: New) -> None:
    minji = register(new(home_lat=34.57123, home_lon=126.59891))

    assert (minji.home_lat, minji.home_lon) == (34.57, 126.6)


def test_each_consent_brings_a_receipt(new: New) -> None:
    minji = register(new())

    assert [(r.purpose, r.wording, r.given_at, r.withdrawn_at) for r in minji.consents] == [
        ("matching", "2026-1", NOW, None),
        ("messages", "2026-1", NOW, None),
    ]
    assert len({receipt.id for receipt in minji.consents}) == 2


def test_registering_twice_is_one_person(new: New) -> None:
    first = register(new())
    before = counts()

    again = actions.register_many(rows=[new()], now=NOW + timedelta(hours=1))

    assert (again.ids, again.known, again.refused) == ((first.id,), 1, ())
    assert counts() == before
    assert reads.person(actor=SYSTEM, person_id=first.id) == first


@pytest.mark.parametrize(
    "change",
    [
        {"email": "other@people.example"},
        {"birth_year": 1991},
        {"free_spans": ()},
        {"languages": ("ko",)},
        {"consents": (MATCHING,)},
        {"wording": "2026-2"},
        {"home_lat": 35.0},
        {"synthetic": True},
    ],
)
def test_a_key_is_not_used_for_other_facts(new: New, change: dict[str, object]) -> None:
    first = register(new())
    before = counts()

    with pytest.raises(RegistrationReused) as no:
        register(new(**change))

    assert no.value.facts == {"key": key_of("minji")}
    assert counts() == before
    assert reads.person(actor=SYSTEM, person_id=first.id) == first


def test_another_way_to_write_the_same_facts_makes_no_other_person(new: New) -> None:
    first = register(new())
    seoul_time = tuple(moment.astimezone(ZoneInfo("Asia/Seoul")) for moment in MORNING)

    again = register(
        new(languages=("en", "ko", "en"), email=" MINJI@people.example ", free_spans=(seoul_time,))
    )

    assert again == first


def test_a_refused_row_does_not_hold_up_the_others(new: New, enrol: Enrol) -> None:
    known = enrol("chul")

    done = actions.register_many(
        rows=[
            new("minji"),
            new("young", birth_year=2013, guardian_email="g@people.example"),
            new("chul"),
            new("minji"),
            new("minji", birth_year=1980),
            new("chul", birth_year=1980),
            new("dana", email="not an address"),
        ],
        now=NOW,
    )

    minji = done.ids[0]
    assert minji is not None
    assert done.ids == (minji, None, known, minji, None, None, None)
    assert done.known == 1
    assert [(no.row, no.code) for no in done.refused] == [
        (1, "too_young"),
        (4, "registration_reused"),
        (5, "registration_reused"),
        (6, "bad_input"),
    ]
    assert Person.objects.count() == 2


def test_many_are_registered_in_chunks_and_in_order(new: New, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.movement.people.registering.CHUNK_SIZE", 3)
    seen: list[tuple[int, int]] = []

    class Watch:
        def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
            seen.append((done, total))

    rows = [new(f"p{k}", credentials=good_until(None)) for k in range(8)]
    done = actions.register_many(rows=rows, now=NOW, progress=Watch())

    assert seen == [(3, 8), (6, 8), (8, 8)]
    names = reads.names(pk for pk in done.ids if pk)
    assert [names[pk] for pk in done.ids if pk] == [f"P{k}" for k in range(8)]
    written = {"Person": 8, "Contact": 8, "Guardian": 0, "Consent": 16, "Credential": 32, "FreeSpan": 8}
    assert counts() == written | {"Group": 0}


def test_people_of_one_group_share_it(new: New) -> None:
    group = key_of("the Kims")

    actions.register_many(rows=[new("minji", group_key=group), new("dana")], now=NOW)
    actions.register_many(rows=[new("chul", group_key=group)], now=NOW)

    rows = dict(Person.objects.values_list("given_name", "group__key"))
    assert rows == {"Minji": group, "Chul": group, "Dana": None}


@pytest.mark.parametrize(
    ("change", "refusal", "says"),
    [
        ({"consents": ()}, ConsentMissing, "consent to matching"),
        ({"consents": ("messages",)}, ConsentMissing, "consent to matching"),
        ({"consents": (MATCHING, "marketing")}, BadInput, "consents"),
        ({"wording": ""}, BadInput, "wording"),
        ({"area_id": 10**9}, AreaUnknown, "no place"),
        ({"given_name": "  "}, BadInput, "given_name"),
        ({"given_name": "x" * 81}, BadInput, "given_name"),
        ({"given_name": "two\nlines"}, BadInput, "given_name"),
        ({"email": "minji"}, BadInput, "email"),
        ({"email": "a" * 250 + "@people.example"}, BadInput, "email"),
        ({"birth_year": 2012, "guardian_email": "g@people.example"}, TooYoung, "turn 14"),
        ({"birth_year": 1800}, BadInput, "birth_year"),
        ({"birth_year": 2027}, BadInput, "birth_year"),
        ({"birth_year": 2011}, GuardianMissing, "guardian"),
        ({"birth_year": 2008}, GuardianMissing, "guardian"),
        ({"birth_year": 2009, "guardian_email": "nobody"}, BadInput, "guardian_email"),
        ({"birth_year": 2009, "guardian_email": "Minji@people.example"}, BadInput, "guardian_email"),
        ({"home_lat": 91.0}, BadInput, "home_lat"),
        ({"home_lon": float("nan")}, BadInput, "home_lat, home_lon"),
        ({"travel_limit_m": 300_001}, BadInput, "travel_limit_m"),
        ({"travel_limit_m": -1}, BadInput, "travel_limit_m"),
        ({"physical_max": 4}, BadInput, "physical_max"),
        ({"languages": ("",)}, BadInput, "languages"),
        ({"prefers": tuple(f"c{k}" for k in range(51))}, BadInput, "prefers"),
        ({"skills": ("x" * 41,)}, BadInput, "skills"),
        ({"free_spans": (MORNING[::-1],)}, BadInput, "free_spans"),
        ({"free_spans": ((datetime(2026, 9, 2, 1), datetime(2026, 9, 2, 2)),)}, BadInput, "free_spans"),  # noqa: DTZ001
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    new: New, change: dict[str, object], refusal: type[Refusal], says: str
) -> None:
    with pytest.raises(refusal) as no:
        register(new(**change))

    assert says in str(no.value)
    assert "people.example" not in str(no.value)  # an address is never repeated
    assert counts() == dict.fromkeys(counts(), 0)


@pytest.mark.parametrize(
    "credential",
    [
        NewCredential("title", "doctor", "paper"),
        NewCredential(COVER, "accident", ""),
        NewCredential(COVER, "accident", OWN_WORD),
        NewCredential(SKILL, "", "paper"),
        NewCredential(SKILL, "tractor", "x" * 121),
    ],
)
def test_a_credential_needs_a_kind_a_code_and_evidence(new: New, credential: NewCredential) -> None:
    done = actions.register_many(rows=[new(credentials=(credential,))], now=NOW)

    assert [no.code for no in done.refused] == ["bad_input"]
    assert counts() == dict.fromkeys(counts(), 0)


def test_who_turns_14_counts_from_the_next_year_on(new: New) -> None:
    bora = new("bora", birth_year=2012, guardian_email="g@people.example")

    done = actions.register_many(rows=[bora], now=datetime(2027, 1, 1, tzinfo=UTC))

    assert done.refused == ()


def test_the_guardian_of_an_adult_is_not_kept(new: New) -> None:
    minji = register(new(birth_year=2007, guardian_email="mother@people.example"))

    assert reads.guardian_contact_of(minji.id) is None
    assert minji.guardian_agreed_at is None


def test_a_shown_skill_stands_above_the_same_on_ones_own_word(new: New) -> None:
    licence = NewCredential(SKILL, "tractor", "licence seen")

    done = actions.register_many(rows=[new(skills=("tractor", "cooking"), credentials=(licence,))], now=NOW)

    assert done.refused == ()
    held = dict(Credential.objects.values_list("code", "evidence"))
    assert held == {"tractor": "licence seen", "cooking": OWN_WORD}


def test_hours_that_overlap_or_touch_are_one(new: New) -> None:
    start, end = MORNING
    hour = timedelta(hours=1)
    later = (end + 2 * hour, end + 3 * hour)

    minji = register(new(free_spans=(later, (end, end + hour), MORNING, (start + hour, end - hour))))

    rows = FreeSpan.objects.filter(person_id=minji.id).order_by("starts_at")
    assert list(rows.values_list("starts_at", "ends_at")) == [(start, end + hour), later]


def test_registering_many_takes_a_fixed_number_of_queries(
    new: New, django_assert_max_num_queries: object
) -> None:
    group = key_of("the Kims")
    rows = [new(f"p{k}", credentials=good_until(None), group_key=group) for k in range(60)]

    # Areas, known keys, begin, groups in and out, people in and out, four kinds of rows on them, end.
    with django_assert_max_num_queries(13):  # type: ignore[operator]  # pytest-django gives its fixture no type
        actions.register_many(rows=rows, now=NOW)


def test_the_same_email_may_belong_to_several_people(enrol: Enrol) -> None:
    minji = enrol("minji")
    chul = enrol("chul", email="minji@people.example")

    assert reads.ids_of_contact("  Minji@People.Example") == (minji, chul)
    assert reads.ids_of_contact("stranger@people.example") == ()
