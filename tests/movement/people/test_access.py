"""Who may see and do what with a person, what export gives, and that erasing leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.apps import apps

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.people import actions, exporting, reads
from dure.movement.people.errors import ConsentMissing
from dure.movement.people.models import Contact, Credential, FreeSpan, Group, Person
from dure.movement.people.types import COVER, MATCHING, MESSAGES, OWN_WORD, SKILL, MinorFacts, NewCredential
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts
from tests.movement.people.cast import DAY_END, DAY_START, MORNING, NOW, Enrol, good_until, key_of

pytestmark = pytest.mark.django_db

ORGANISER = Actor(account_id=1, grants=(Grant("organiser", "/KR/16/"),))
ELSEWHERE = Actor(account_id=2, grants=(Grant("organiser", "/KR/11/"),))
CAPTAIN = Actor(account_id=3, grants=(Grant("captain", team_id=1),))
AUDITOR = Actor(account_id=4, grants=(Grant("auditor", "/KR/"),))


def as_person(person_id: int) -> Actor:
    return Actor(person_id=person_id)


def as_guardian(person_id: int) -> Actor:
    return Actor(guardian_of=person_id)


def strangers(person_id: int) -> tuple[Actor, ...]:
    """Everybody who is not the person themself and does not organise where they live."""
    other = Actor(person_id=person_id + 1)
    return (ANONYMOUS, other, as_guardian(person_id), ELSEWHERE, CAPTAIN, AUDITOR)


def test_a_person_sees_themself_with_their_home(minji: int) -> None:
    facts = reads.person(actor=as_person(minji), person_id=minji)

    assert (facts.id, facts.home_lat, facts.home_lon) == (minji, 34.57, 126.6)


def test_an_organiser_sees_a_person_of_their_area_without_the_home(minji: int) -> None:
    facts = reads.person(actor=ORGANISER, person_id=minji)

    assert (facts.given_name, facts.home_lat, facts.home_lon) == ("Minji", None, None)


def test_a_stranger_can_not_tell_a_person_from_nobody(bora: int) -> None:
    for actor in strangers(bora):
        for person_id in (bora, bora + 999):
            with pytest.raises(NotFound) as no:
                reads.person(actor=actor, person_id=person_id)
            assert no.value.facts == {"what": "person"}


def test_a_guardian_sees_the_minors_name_and_nothing_else(bora: int, minji: int) -> None:
    guardian = as_guardian(bora)

    assert reads.minor(actor=guardian, person_id=bora) == MinorFacts(bora, "Bora", None)
    with pytest.raises(NotFound):
        reads.minor(actor=guardian, person_id=minji)
    with pytest.raises(NotFound):
        reads.minor(actor=as_person(bora), person_id=bora)


@pytest.mark.parametrize("read", [exporting.export, reads.consents])
def test_only_the_person_gets_their_export_and_receipts(read: Callable[..., object], bora: int) -> None:
    for actor in (*strangers(bora), ORGANISER):
        with pytest.raises(NotFound):
            read(actor=actor, person_id=bora)
    assert read(actor=as_person(bora), person_id=bora)


def test_nobody_else_changes_a_person(bora: int, haenam: AreaFacts) -> None:
    before = exporting.export(actor=SYSTEM, person_id=bora)
    own_acts: tuple[Callable[[Actor], object], ...] = (
        lambda who: actions.withdraw_consent(actor=who, person_id=bora, purpose=MATCHING, now=NOW),
        lambda who: actions.give_consent(actor=who, person_id=bora, purpose=MATCHING, wording="2", now=NOW),
        lambda who: actions.move_home(actor=who, person_id=bora, area_id=haenam.id, home_lat=1, home_lon=1),
        lambda who: actions.set_free_hours(
            actor=who, person_id=bora, day_start=DAY_START, day_end=DAY_END, spans=()
        ),
    )
    for act in own_acts:
        for actor in (*strangers(bora), ORGANISER):
            with pytest.raises(NotFound):
                act(actor)
    for actor in (ANONYMOUS, as_person(bora), as_guardian(bora + 1), ORGANISER, CAPTAIN):
        with pytest.raises(NotFound):
            actions.guardian_agrees(actor=actor, person_id=bora, now=NOW)
        with pytest.raises(NotFound):
            actions.guardian_withdraws(actor=actor, person_id=bora)
    for actor in (*strangers(bora), as_person(bora)):
        with pytest.raises(NotFound):
            actions.add_credential(actor=actor, person_id=bora, credential=good_until(None)[0])
    assert exporting.export(actor=SYSTEM, person_id=bora) == before


def test_a_guardian_agrees_once_and_may_take_it_back(bora: int) -> None:
    guardian = as_guardian(bora)

    actions.guardian_agrees(actor=guardian, person_id=bora, now=NOW)
    actions.guardian_agrees(actor=guardian, person_id=bora, now=NOW + timedelta(days=1))
    assert reads.minor(actor=guardian, person_id=bora).agreed_at == NOW

    actions.guardian_withdraws(actor=guardian, person_id=bora)
    assert reads.minor(actor=guardian, person_id=bora).agreed_at is None


def test_an_organiser_records_and_renews_a_credential(enrol: Enrol) -> None:
    minji = enrol("minji", skills=("tractor",))
    licence = NewCredential(SKILL, "tractor", "licence seen by the organiser", date(2026, 12, 31))

    actions.add_credential(actor=ORGANISER, person_id=minji, credential=licence)

    assert reads.person(actor=ORGANISER, person_id=minji).credentials == (licence,)
    cover = NewCredential(COVER, "accident", "policy 7")
    actions.add_credentials(rows=[(minji, cover), (minji, licence), (minji, cover)])
    assert reads.person(actor=ORGANISER, person_id=minji).credentials == (cover, licence)


def test_credentials_are_added_all_or_none(minji: int) -> None:
    cover = NewCredential(COVER, "accident", "policy 7")
    for rows, refusal in (
        ([(minji, cover), (minji + 999, cover)], NotFound),
        ([(minji, cover), (minji, NewCredential(SKILL, "tractor", OWN_WORD))], BadInput),
    ):
        with pytest.raises(refusal):
            actions.add_credentials(rows=rows)
    assert not Credential.objects.exists()


def test_a_withdrawn_consent_keeps_its_receipt_and_can_be_given_again(minji: int) -> None:
    me = as_person(minji)
    first = next(r for r in reads.consents(actor=me, person_id=minji) if r.purpose == MESSAGES)
    later = NOW + timedelta(hours=1)

    withdrawn = actions.withdraw_consent(actor=me, person_id=minji, purpose=MESSAGES, now=later)

    assert (withdrawn.id, withdrawn.given_at, withdrawn.withdrawn_at) == (first.id, NOW, later)
    contact = reads.contact_of(minji)
    assert contact is not None
    assert not contact.messages
    with pytest.raises(ConsentMissing):
        actions.withdraw_consent(actor=me, person_id=minji, purpose=MESSAGES, now=later)

    again = actions.give_consent(actor=me, person_id=minji, purpose=MESSAGES, wording="2026-2", now=later)
    same = actions.give_consent(actor=me, person_id=minji, purpose=MESSAGES, wording="2026-3", now=later)
    assert again == same
    assert (again.wording, again.withdrawn_at) == ("2026-2", None)
    assert {r.id for r in reads.consents(actor=me, person_id=minji)} >= {first.id, again.id}


def test_consent_is_given_to_a_known_purpose_only(minji: int) -> None:
    with pytest.raises(BadInput):
        actions.give_consent(
            actor=as_person(minji), person_id=minji, purpose="marketing", wording="1", now=NOW
        )


def test_moving_home_is_checked(minji: int, seoul: AreaFacts) -> None:
    me = as_person(minji)

    with pytest.raises(AreaUnknown):
        actions.move_home(actor=me, person_id=minji, area_id=10**9, home_lat=37.5, home_lon=127)
    with pytest.raises(BadInput):
        actions.move_home(actor=me, person_id=minji, area_id=seoul.id, home_lat=91, home_lon=127)
    assert reads.person(actor=me, person_id=minji).home_lat == 34.57

    actions.move_home(actor=me, person_id=minji, area_id=seoul.id, home_lat=37.5689, home_lon=126.9712)
    moved = reads.person(actor=me, person_id=minji)
    assert (moved.area_id, moved.home_lat, moved.home_lon) == (seoul.id, 37.57, 126.97)


def test_free_hours_of_one_day_are_said_anew_without_touching_the_next(enrol: Enrol) -> None:
    tomorrow = (MORNING[0] + timedelta(days=1), MORNING[1] + timedelta(days=1))
    minji = enrol("minji", free_spans=(MORNING, tomorrow))
    evening = (DAY_START + timedelta(hours=18), DAY_START + timedelta(hours=21))
    window = {"actor": as_person(minji), "person_id": minji, "day_start": DAY_START, "day_end": DAY_END}

    with pytest.raises(BadInput):
        actions.set_free_hours(**window, spans=(tomorrow,))  # type: ignore[arg-type]  # one window, said twice
    actions.set_free_hours(**window, spans=(evening,))  # type: ignore[arg-type]  # as above

    spans = FreeSpan.objects.filter(person_id=minji).order_by("starts_at").values_list("starts_at", "ends_at")
    assert list(spans) == [evening, tomorrow]


def test_export_gives_everything_this_room_holds(bora: int) -> None:
    actions.guardian_agrees(actor=as_guardian(bora), person_id=bora, now=NOW)
    actions.add_credentials(rows=[(bora, credential) for credential in good_until(date(2026, 12, 31))])

    told = exporting.export(actor=as_person(bora), person_id=bora)

    assert json.loads(json.dumps(told)) == told
    assert told["contacts"] == [{"kind": "email", "address": "bora@people.example", "shown_at": None}]
    assert told["guardian"] == "mother.of.bora@people.example"
    assert told["guardian_agreed_at"] == "2026-09-01T05:00:00+00:00"
    assert told["area"] == "/KR/16/1844788/"
    assert told["free"] == [{"from": MORNING[0].isoformat(), "to": MORNING[1].isoformat()}]
    for name, length in (("credentials", 4), ("consents", 2)):
        rows = told[name]
        assert isinstance(rows, list)
        assert len(rows) == length
    # A new column of a person must be exported or left out for a reason given here.
    own = {field.name for field in Person._meta.get_fields() if not field.auto_created}
    hidden = {"id", "registered_as", "link_version"}
    renamed = {"area", "home_lat", "home_lon", "group", "guardian_agreed_at"}
    assert own - hidden - renamed <= told.keys()


def test_erasing_leaves_nothing_of_a_person_and_everything_of_the_others(enrol: Enrol, minji: int) -> None:
    group = key_of("the Kims")
    bora = enrol(
        "bora",
        birth_year=2009,
        guardian_email="mother@people.example",
        group_key=group,
        credentials=good_until(None),
    )
    others = exporting.export(actor=SYSTEM, person_id=minji)

    assert actions.erase(person_id=bora) is True

    for model in apps.get_app_config("people").get_models():
        field = "pk" if model is Person else "person_id"
        if model is Person or any(f.name == "person" for f in model._meta.get_fields()):
            assert not model._default_manager.filter(**{field: bora}).exists(), model
    assert not Group.objects.exists()
    assert exporting.export(actor=SYSTEM, person_id=minji) == others
    assert reads.ids_of_contact("bora@people.example") == ()


def test_leaving_twice_is_no_mistake(minji: int) -> None:
    assert actions.erase(person_id=minji) is True
    assert actions.erase(person_id=minji) is False
    assert not Contact.objects.exists()


def test_a_group_stays_while_somebody_is_in_it(enrol: Enrol) -> None:
    group = key_of("the Kims")
    minji, chul = enrol("minji", group_key=group), enrol("chul", group_key=group)

    actions.erase(person_id=minji)
    assert Group.objects.count() == 1

    actions.erase(person_id=chul)
    assert Group.objects.count() == 0


def test_somebody_who_left_may_come_back_with_the_same_key(minji: int, enrol: Enrol) -> None:
    actions.erase(person_id=minji)

    assert enrol("minji", birth_year=1991)


def test_names_and_ages_of_a_crew_are_given_without_the_rest(minji: int, bora: int) -> None:
    assert reads.names([minji, bora, bora + 999]) == {minji: "Minji", bora: "Bora"}
    assert reads.minors([minji, bora, bora + 999], day=date(2026, 9, 2)) == {bora}
    assert reads.minors([bora], day=date(2027, 12, 31)) == {bora}
    assert reads.minors([bora], day=date(2028, 1, 1)) == frozenset()


def test_people_are_counted_for_organisers_of_the_area(
    minji: int, bora: int, enrol: Enrol, haenam: AreaFacts, seoul: AreaFacts
) -> None:
    enrol("chul", area_id=seoul.id)

    assert reads.count_by_area(actor=ORGANISER, area_path="/KR/16/") == {haenam.id: 2}
    assert reads.count_by_area(actor=SYSTEM, area_path="/KR/") == {seoul.id: 1, haenam.id: 2}
    for actor in (ANONYMOUS, ELSEWHERE, CAPTAIN, AUDITOR, as_person(minji)):
        with pytest.raises(NotAllowed):
            reads.count_by_area(actor=actor, area_path="/KR/16/")
