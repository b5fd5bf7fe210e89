"""What concerns a nation is begun while the organiser's browser waits and done by a chore: each is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage, UndoableAct
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignRests
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.errors import OfferGone
from dure.movement.matching.types import NewAcceptance
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places
from dure.movement.safety import reads, standing_down
from dure.movement.safety.models import StandDown
from dure.operations import bulk, pausing, stand_down, undo
from tests.movement.matching.farm import Farm, at, made
from tests.operations.answering import match, open_
from tests.operations.safety_cast import at_work, crew, told
from tests.operations.test_stand_down import stood

STORM = "A storm is coming."


def heard(farm: Farm, kind: str) -> list[str]:
    """Who was told, by name; twice where told twice."""
    names = {pk: name for name, pk in farm.people.items()}
    return sorted(names[pk] for pk, _ in told(kind))


def ended_for(farm: Farm, *names: str, people_max: int | None) -> StandDown:
    actors = crew(farm)
    at_work(farm, *names)
    one = stood(farm, actors["near"]).stand_down
    stand_down.end(
        actor=actors["near"], stand_down_id=one.id, words="Over.", now=at(10), people_max=people_max
    )
    return StandDown.objects.get(pk=one.id)


def test_the_end_of_a_stand_down_is_told_in_rounds_to_each_once(farm: Farm) -> None:
    row = ended_for(farm, "Minji", "Bora", "Chul", people_max=2)

    assert needs.post(farm.posts["Pick pears"]).stood_down_at is None, "posts take people again at once"
    assert len(heard(farm, "stand_down_over")) == 2
    assert reads.stand_down(actor=SYSTEM, stand_down_id=row.pk).over_left == 1

    stand_down.keep(at(10, 1))
    stand_down.keep(at(10, 2))

    assert heard(farm, "stand_down_over") == ["Bora", "Chul", "Minji"]
    assert reads.stand_down(actor=SYSTEM, stand_down_id=row.pk).over_left == 0
    assert standing_down.over_untold() == []


def test_killed_half_way_the_end_is_told_to_the_others(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing_down, "CHUNK_ROWS", 1)
    notices, rounds = standing_down._over_notices, []

    def dies(*asked: object) -> object:
        rounds.append(asked)
        if len(rounds) == 2:
            raise RuntimeError("killed")
        return notices(*asked)  # type: ignore[arg-type]  # handed on as asked

    monkeypatch.setattr(standing_down, "_over_notices", dies)
    with pytest.raises(RuntimeError):
        ended_for(farm, "Minji", "Bora", "Chul", people_max=None)
    assert len(heard(farm, "stand_down_over")) == 1, "a round is whole or not at all"

    stand_down.keep(at(10, 1))

    assert heard(farm, "stand_down_over") == ["Bora", "Chul", "Minji"]


def test_two_who_tell_the_end_at_once_tell_each_person_once(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_for(farm, "Minji", "Bora", people_max=0)
    area = places.area

    def meanwhile(area_id: int) -> object:
        """Another worker tells them all between this one's look and its first word."""
        monkeypatch.setattr(places, "area", area)
        stand_down.keep(at(10, 1))
        return area(area_id)

    monkeypatch.setattr(places, "area", meanwhile)
    stand_down.keep(at(10, 1))

    assert heard(farm, "stand_down_over") == ["Bora", "Minji"]


def seated(farm: Farm, *names: str) -> None:
    farm.cast(*names)
    farm.post(seats=len(names))
    open_(farm)
    match(farm)


def paused(farm: Farm, people_max: int | None) -> int:
    """At six, two hours before the shift."""
    slug = farm.campaign.slug
    return pausing.pause(actor=SYSTEM, slug=slug, reason=STORM, now=at(6), people_max=people_max)[1]


def test_a_day_of_a_nation_is_called_off_in_rounds(farm: Farm) -> None:
    seated(farm, "Minji", "Bora", "Chul")
    for name in ("Minji", "Bora"):
        farm.accept(name)

    assert paused(farm, 1) == 1
    assert len(heard(farm, "called_off")) == 1
    assert pausing.still_seated(campaigns.campaign_by_id(farm.campaign.id), at(6)) == 1

    assert [pausing.keep_free(at(6, 1)), pausing.keep_free(at(6, 2))] == [1, 0]
    assert heard(farm, "called_off") == ["Bora", "Minji"]
    assert needs.post(farm.posts["Pick pears"]).seats_taken == 0
    assert farm.offers("Chul") == []


def test_an_offer_that_is_not_taken_back_yet_becomes_no_seat(farm: Farm) -> None:
    seated(farm, "Minji", "Bora")
    farm.accept("Minji")
    paused(farm, 1)
    offer = farm.offer("Bora")

    with pytest.raises(CampaignRests):
        matching.accept(actor=farm.me("Bora"), offer_id=offer.id, request_id=made("yes"), now=at(6))
    many = [NewAcceptance(offer_id=offer.id, request_id=made("many"))]
    assert matching.accept_many(acceptances=many, now=at(6)) == (0, 1)

    pausing.close(actor=SYSTEM, slug=farm.campaign.slug, reason=STORM, now=at(6), people_max=0)
    with pytest.raises(OfferGone):
        matching.accept(actor=farm.me("Bora"), offer_id=offer.id, request_id=made("yes"), now=at(6))
    pausing.keep_free(at(6, 1))
    assert farm.offers("Bora") == []


def test_posts_called_off_within_the_hour_tell_a_crowd_in_rounds(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors = crew(farm)
    seated(farm, "Minji", "Bora")
    for name in ("Minji", "Bora"):
        farm.accept(name)
    monkeypatch.setattr(bulk, "AT_ONCE_MAX", 1)
    campaign = campaigns.campaign_by_id(farm.campaign.id)

    done = bulk.call_off(
        actor=actors["all"],
        campaign=campaign,
        post_ids=[farm.posts["Pick pears"]],
        now=at(7, 30),
        about="Called off.",
    ).done

    assert isinstance(done, bulk.Done)
    assert (done.act_id, len(heard(farm, "called_off"))) == (None, 1)
    act = UndoableAct.objects.get()
    assert [undo.finish_due(at(7, 31)), undo.finish_due(at(7, 32))] == [1, 0]
    assert heard(farm, "called_off") == ["Bora", "Minji"]
    assert act.until == at(7, 30), "nobody undoes what people were told"
    soonest = OutboxMessage.objects.filter(kind="called_off").order_by("pk").first()
    assert soonest is not None
    assert {matching_reads.placements_of(SYSTEM, pk)[0].state for pk in farm.people.values()} == {"withdrawn"}
    assert soonest.send_after <= at(7, 30) + timedelta(seconds=1)
