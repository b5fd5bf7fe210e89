"""One person registered twice keeps what both told and did; the other registration ends as by leaving (P4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM, actor_of
from dure.kernel.refusals import NotFound
from dure.movement.calls import actions as calls_actions
from dure.movement.calls import drive_reads, drives
from dure.movement.calls import reads as calls
from dure.movement.calls.models import Support
from dure.movement.calls.types import NewDrive
from dure.movement.people import alike, confirming, exporting
from dure.movement.people import reads as people
from dure.movement.people.errors import AlikeBothHold
from dure.movement.people.types import MATCHING, MESSAGES, NewCredential
from dure.operations import alike as deciding
from dure.operations.day import match_day, open_day
from tests.movement.matching.farm import BRIEFED, DAY, INSURED, ORGANISER, Farm, at, made
from tests.operations.every_table import mentions

NOW = at(9)
NAJU_MORNING = (at(8, day=date(2026, 11, 21)), at(12, day=date(2026, 11, 21)))


def made_one(older: int, newer: int, pair_id: int) -> None:
    """An organiser thinks so, and the one who registered later says so."""
    assert deciding.same(actor=ORGANISER, alike_id=pair_id, now=NOW) is None
    assert set(people.names([older, newer])) == {older, newer}
    deciding.say(actor=actor_of(person_id=newer), person_id=newer, is_same=True, now=NOW)


def shown(*person_ids: int) -> None:
    """Each shows the contact to be theirs."""
    for pk in person_ids:
        confirming.confirm(actor=actor_of(person_id=pk), person_id=pk, code=confirming.code(pk), now=NOW)


def twice(farm: Farm) -> tuple[int, int, int]:
    """Quillwen, registered in August and again in September; ids of both and of the pair."""
    older = farm.person("Quillwen", waiting_since=at(9, day=date(2026, 8, 20)), skills=("cooking",))
    newer = farm.person(
        "Quilwen",
        languages=("en", "ko"),
        credentials=(INSURED, BRIEFED, NewCredential("skill", "cooking", "seen at Naju")),
        free_spans=(NAJU_MORNING,),
    )
    assert alike.find(now=NOW) == 1
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)
    return older, newer, pair.id


def test_the_older_registration_stays_with_what_both_had(farm: Farm) -> None:
    older, newer, pair_id = twice(farm)
    calls_actions.open_appeal(
        actor=SYSTEM, campaign_id=farm.campaign.id, code="more", title="More", text="Come.", now=NOW
    )
    from dure.movement.calls.types import NewSignUp

    calls_actions.sign_up_many(appeal_code="more", rows=[NewSignUp(made("more"), newer)], now=NOW)
    signed_up = calls.tally(farm.campaign.id).signed_up_count

    made_one(older, newer, pair_id)

    told = exporting.export(actor=SYSTEM, person_id=older)
    assert told["languages"] == ["en", "ko"]
    assert told["waiting_since"] == at(9, day=date(2026, 8, 20)).isoformat()
    credentials = told["credentials"]
    assert isinstance(credentials, list)
    assert {one["evidence"] for one in credentials if one["code"] == "cooking"} == {"seen at Naju"}
    assert {"from": NAJU_MORNING[0].isoformat(), "to": NAJU_MORNING[1].isoformat()} in told["free"]  # type: ignore[operator]
    consents = told["consents"]
    assert isinstance(consents, list)
    assert sorted(one["purpose"] for one in consents if not one["withdrawn_at"]) == [MATCHING, MESSAGES]
    called = calls.export(SYSTEM, older)["sign_ups"]
    assert isinstance(called, list)
    assert {one["call"] for one in called} == {"hands", "more"}
    assert calls.tally(farm.campaign.id).signed_up_count == signed_up
    assert [one.kind for one in outbox.notices_to(actor=SYSTEM, person_id=older)].count("made_one") == 1


def test_nothing_of_the_ended_registration_is_left(farm: Farm) -> None:
    older, newer, pair_id = twice(farm)

    made_one(older, newer, pair_id)

    assert mentions(newer) == {}
    assert people.names([newer]) == {}


def test_who_is_taken_for_another_by_name_and_town_is_asked_and_says_no(farm: Farm) -> None:
    """Else a slip of an organiser's would end a stranger's place in the line."""
    older, newer, pair_id = twice(farm)
    assert deciding.same(actor=ORGANISER, alike_id=pair_id, now=NOW) is None
    assert deciding.same(actor=ORGANISER, alike_id=pair_id, now=NOW) is None

    assert [one.kind for one in outbox.notices_to(actor=SYSTEM, person_id=newer)].count("same_asked") == 1
    assert outbox.notices_to(actor=SYSTEM, person_id=older) == []
    assert alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5) == []
    for stranger in (ORGANISER, actor_of(person_id=older)):
        with pytest.raises(NotFound):
            deciding.say(actor=stranger, person_id=newer, is_same=True, now=NOW)
    with pytest.raises(NotFound):  # nobody asked the older one
        deciding.say(actor=actor_of(person_id=older), person_id=older, is_same=True, now=NOW)

    deciding.say(actor=actor_of(person_id=newer), person_id=newer, is_same=False, now=NOW)

    assert set(people.names([older, newer])) == {older, newer}
    assert alike.asked_of(actor=SYSTEM, person_id=newer) is None
    assert alike.find(now=NOW + timedelta(days=1)) == 0


def test_no_contact_goes_over_to_whoever_has_the_same_name(farm: Farm) -> None:
    """Whoever signs up under somebody's name would get that person's private link."""
    older = farm.person("Quillwen")
    newer = farm.person("Quilwen", email="", phone="010-2345-6789")
    code = confirming.code(newer, kind="sms")
    confirming.confirm(actor=actor_of(person_id=newer), person_id=newer, code=code, now=NOW)
    assert alike.find(now=NOW) == 1
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)

    made_one(older, newer, pair.id)

    assert _contacts_of(older) == [("email", "quillwen@people.example")]


def test_beside_a_contact_that_both_have_shown_another_comes_along(farm: Farm) -> None:
    address = {"email": "quill@people.example"}
    older = farm.person("Quillwen", **address)
    newer = farm.person("Quilwen", phone="010-2345-6789", **address)
    shown(older, newer)
    code = confirming.code(newer, kind="sms")
    confirming.confirm(actor=actor_of(person_id=newer), person_id=newer, code=code, now=NOW)
    assert alike.find(now=NOW) == 1
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)

    assert deciding.same(actor=ORGANISER, alike_id=pair.id, now=NOW) == older

    assert _contacts_of(older) == [("email", "quill@people.example"), ("sms", "+821023456789")]


def _contacts_of(person_id: int) -> list[tuple[str, str]]:
    contacts = exporting.export(actor=SYSTEM, person_id=person_id)["contacts"]
    assert isinstance(contacts, list)
    return [(one["kind"], one["address"]) for one in contacts]


def _placed(farm: Farm, *names: str) -> None:
    farm.post("Pick pears", seats=2)
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))
    match_day(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(7))
    for name in names:
        farm.accept(name)


def test_whoever_has_a_post_stays(farm: Farm) -> None:
    older = farm.person("Quillwen", free_spans=())
    newer = farm.person("Quilwen")
    _placed(farm, "Quilwen")
    alike.find(now=NOW)
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)

    assert deciding.same(actor=ORGANISER, alike_id=pair.id, now=at(5)) is None
    deciding.say(actor=actor_of(person_id=older), person_id=older, is_same=True, now=at(5))
    assert people.names([older, newer]) == {newer: "Quilwen"}


def test_where_both_have_a_post_neither_is_ended(farm: Farm) -> None:
    older, newer = farm.person("Quillwen"), farm.person("Quilwen")
    _placed(farm, "Quillwen", "Quilwen")
    alike.find(now=NOW)
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)

    with pytest.raises(AlikeBothHold):
        deciding.same(actor=ORGANISER, alike_id=pair.id, now=at(5))

    assert set(people.names([older, newer])) == {older, newer}
    assert len(alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)) == 1


def test_two_people_stay_two(farm: Farm) -> None:
    older, newer, pair_id = twice(farm)

    deciding.different(actor=ORGANISER, alike_id=pair_id, now=NOW)

    assert set(people.names([older, newer])) == {older, newer}
    told = exporting.export(actor=SYSTEM, person_id=newer)["taken_for_another"]
    assert isinstance(told, list)
    assert [(one["same"], one["why"]) for one in told] == [(False, ["spelling", "year", "town"])]
    assert alike.find(now=NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize("is_shown", [False, True])
def test_a_clearance_goes_over_by_a_contact_both_have_shown_alone(farm: Farm, is_shown: bool) -> None:
    """A name and a town are anybody's to write down: nobody is let near children by them (P6)."""
    address = {"email": "quill@people.example"} if is_shown else {}
    older = farm.person("Quillwen", **address)
    checked = (*(INSURED, BRIEFED), NewCredential("clearance", "children", "record check"))
    newer = farm.person("Quilwen", credentials=checked, **address)
    shown(older, newer)
    assert alike.find(now=NOW) == 1
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)

    if is_shown:
        assert deciding.same(actor=ORGANISER, alike_id=pair.id, now=NOW) == older
    else:
        made_one(older, newer, pair.id)

    held = exporting.export(actor=SYSTEM, person_id=older)["credentials"]
    assert isinstance(held, list)
    assert ("clearance" in {one["kind"] for one in held}) is is_shown


def test_a_name_under_a_drive_stays_with_whoever_stays(farm: Farm) -> None:
    address = {"email": "quill@people.example"}
    older = farm.person("Quillwen", **address)
    shown(older, farm.person("Quilwen", given_name="Quillwen", **address))
    new = NewDrive(made("drive"), "Clear it", "Now.", farm.areas["Naju"], "Quillwen", address["email"])
    code = drives.propose(new=new, now=NOW).code
    drives.confirm(token=drive_reads.token_of(Support.objects.get().key), now=NOW)
    assert alike.find(now=NOW) == 1
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)

    assert deciding.same(actor=ORGANISER, alike_id=pair.id, now=NOW) == older

    assert drive_reads.drive(code).support_count == 1
