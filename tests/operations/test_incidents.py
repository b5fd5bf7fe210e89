"""Incidents: told once, followed up by somebody by a date, counted for everybody, forgotten when their time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dure.base.access import ANONYMOUS, Actor
from dure.base.errors import CommandReused
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.safety import actions as safety
from dure.movement.safety import reads
from dure.movement.safety.errors import IncidentClosed, OwnerOutside
from dure.movement.safety.models import Hurt, Incident, IncidentNote
from dure.movement.safety.types import NewHurt, NewIncident
from dure.operations import incidents
from tests.movement.matching.farm import DAY, Farm, at, made
from tests.operations.safety_cast import at_work, crew, told

WORDS = "Bora fell from the ladder."


def fall(farm: Farm, key: str = "fall", **other: object) -> NewIncident:
    new = NewIncident(
        key=made(key),
        campaign_id=farm.campaign.id,
        area_id=farm.areas["Naju"],
        team_id=farm.teams["Pickers"],
        post_id=farm.posts.get("Pick pears"),
        kind="injury",
        severity="serious",
        happened_at=at(10),
        words=WORDS,
        people_hurt=1,
    )
    return replace(new, **other)  # type: ignore[arg-type]  # any field


def test_it_is_told_once_sealed_and_organisers_hear_at_once(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")

    first = incidents.report(actor=actors["captain"], new=fall(farm), now=at(11))
    again = incidents.report(actor=actors["captain"], new=fall(farm), now=at(12))

    assert again == first
    assert (first.reporter, first.reported_by, first.words) == ("captain", "Captain", WORDS)
    assert told("crew_safety") == [(0, actors["near"].account_id)]
    assert b"ladder" not in bytes(Incident.objects.get().words_cipher)
    with pytest.raises(CommandReused):
        incidents.report(actor=actors["captain"], new=fall(farm, words="Otherwise."), now=at(12))
    incidents.report(actor=actors["near"], new=fall(farm, "worse", severity="grave"), now=at(13))
    assert {pk for _, pk in told("crew_safety")[1:]} == {actors["near"].account_id, actors["all"].account_id}
    incidents.report(actor=actors["near"], new=fall(farm, "scratch", severity="light"), now=at(13))
    assert len(told("crew_safety")) == 3


def test_who_may_tell_and_who_may_see(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    farm.person("Chul")
    for nobody in (ANONYMOUS, farm.me("Chul"), actors["cook"], actors["elsewhere"]):
        with pytest.raises(NotFound):
            incidents.report(actor=nobody, new=fall(farm), now=at(11))
    harm = incidents.report(
        actor=farm.me("Bora"), new=fall(farm, "harm", kind="harm", severity="light"), now=at(11)
    )
    seen = incidents.report(actor=farm.me("Bora"), new=fall(farm), now=at(11))

    assert (harm.reporter, harm.reported_by) == ("volunteer", "")
    assert len(told("crew_safety")) == 2  # harm is never light
    own = incidents.report(actor=actors["captain"], new=fall(farm, "own", severity="light"), now=at(12))
    assert reads.incident(actor=actors["captain"], incident_id=own.id).words == WORDS
    for other, one in (
        (actors["captain"], harm),
        (actors["captain"], seen),  # a volunteer is promised that nobody of the crew reads it
        (actors["cook"], seen),
        (actors["elsewhere"], seen),
        (farm.me("Bora"), seen),
    ):
        with pytest.raises(NotFound):
            reads.incident(actor=other, incident_id=one.id)
    with pytest.raises(NotAllowed):
        reads.hurt(actor=actors["captain"], incident_id=own.id)
    log = reads.log(actor=actors["near"], campaign=farm.campaign, today=DAY)
    assert (log.open_count, log.unowned_count, [one.id for one in log.incidents]) == (
        3,
        3,
        [seen.id, harm.id, own.id],
    )
    for change in (
        {"kind": "gossip"},
        {"severity": "dire"},
        {"people_hurt": -1},
        {"words": " "},
        {"happened_at": at(13)},
    ):
        with pytest.raises(BadInput):
            incidents.report(actor=actors["near"], new=fall(farm, "bad", **change), now=at(11))


def test_somebody_follows_it_up_by_a_day_and_is_reminded(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    pk = incidents.report(actor=actors["captain"], new=fall(farm), now=at(11)).id
    near = actors["near"].account_id
    assert near is not None
    before = len(told("crew_safety"))

    def follow(owner_id: int, days: int, key: str) -> None:
        safety.follow_up(
            actor=actors["near"],
            incident_id=pk,
            client_id=made(key),
            owner_id=owner_id,
            due_on=DAY + timedelta(days=days),
            now=at(12),
        )

    with pytest.raises(OwnerOutside):
        follow(actors["elsewhere"].account_id or 0, 2, "outside")
    for days in (-1, 90):
        with pytest.raises(BadInput):
            follow(near, days, "date")
    with pytest.raises(NotAllowed):
        safety.close(actor=actors["captain"], incident_id=pk, client_id=made("c"), words="Well.", now=at(12))
    follow(near, 2, "follow")
    follow(near, 2, "follow")
    incidents.keep(at(12, day=DAY + timedelta(days=2)))
    assert len(told("crew_safety")) == before
    for day in (3, 4):
        incidents.keep(at(12, day=DAY + timedelta(days=day)))
    assert told("crew_safety")[before:] == [(0, near)]

    safety.close(
        actor=actors["near"], incident_id=pk, client_id=made("close"), words="The ladder is new.", now=at(13)
    )
    with pytest.raises(IncidentClosed):
        follow(near, 3, "late")
    safety.reopen(
        actor=actors["near"], incident_id=pk, client_id=made("again"), words="It broke too.", now=at(14)
    )
    kinds = [one.kind for one in reads.notes(actor=actors["near"], incident_id=pk)]
    assert kinds == ["reported", "follow_up", "closed", "reopened"]


def test_who_was_hurt_is_sealed_and_all_words_go_when_their_time_is_over(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    pk = incidents.report(actor=actors["captain"], new=fall(farm), now=at(11)).id
    hurt = NewHurt(key=made("bora"), name="Bora", hurt="Left arm", taken_to="Clinic", reach="her mother")
    for _ in range(2):
        safety.add_hurt(actor=actors["near"], incident_id=pk, new=hurt, now=at(12))
    safety.add_hurt(
        actor=actors["near"], incident_id=pk, new=NewHurt(key=made("chul"), name="Chul"), now=at(12)
    )

    assert [one.name for one in reads.hurt(actor=actors["near"], incident_id=pk)] == ["Bora", "Chul"]
    assert reads.injuries(farm.campaign.id).people_hurt == 2
    assert not any(b"arm" in bytes(row.cipher) for row in Hurt.objects.all())
    years = timedelta(days=366 * 5)
    safety.forget_words(now=at(12) + years)
    assert Hurt.objects.count() == 2
    safety.forget_words(now=at(12) + years + timedelta(days=2))

    assert Hurt.objects.count() == 0
    assert not any(bytes(row.words_cipher) for row in IncidentNote.objects.all())
    shown = reads.incident(actor=actors["near"], incident_id=pk)
    assert (shown.words, shown.people_hurt, shown.severity) == ("", 2, "serious")
    assert reads.injuries(farm.campaign.id).people_hurt == 2  # no figure shrinks (F10)


@pytest.mark.parametrize(
    ("hurt", "told_by_severity"),
    [
        ((("light", 9),), None),
        ((("light", 9), ("grave", 1)), None),
        ((("light", 12), ("grave", 10)), (12, 0, 10)),
    ],
)
def test_no_part_of_few_people_is_told(
    farm: Farm, hurt: tuple[tuple[str, int], ...], told_by_severity: tuple[int, ...] | None
) -> None:
    actors: dict[str, Actor] = crew(farm)
    for severity, count in hurt:
        new = fall(farm, severity, severity=severity, people_hurt=count, post_id=None)
        incidents.report(actor=actors["near"], new=new, now=at(11))

    found = reads.injuries(farm.campaign.id)

    assert found.people_hurt == sum(count for _, count in hurt)
    assert (tuple(found.by_severity.values()) if found.by_severity else None) == told_by_severity


@pytest.mark.parametrize(
    ("hurt", "told"),
    [
        ((("injury", 9),), None),
        ((("injury", 30), ("illness", 1)), None),
        ((("injury", 12), ("illness", 10)), {"injury": 12, "illness": 10}),
    ],
)
def test_no_kind_of_few_people_is_told(
    farm: Farm, hurt: tuple[tuple[str, int], ...], told: dict[str, int] | None
) -> None:
    actors: dict[str, Actor] = crew(farm)
    for kind, count in hurt:
        new = fall(farm, kind, kind=kind, people_hurt=count, post_id=None)
        incidents.report(actor=actors["near"], new=new, now=at(11))

    assert reads.injuries(farm.campaign.id).by_kind == told
