"""People rest in turn: the match asks nobody in their week, and nobody is promised work in it."""

from __future__ import annotations

from datetime import timedelta

from dure.base.access import SYSTEM
from dure.engine.plan.rotation import next_rest
from dure.kernel.ids import client_id
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.models import Campaign
from dure.movement.matching import reads as matching
from dure.movement.people.rotation import rotation_numbers
from dure.operations import line
from dure.operations.day import match_again
from tests.movement.matching.farm import DAY, Farm, at
from tests.operations.answering import match, open_

WEEK = timedelta(days=7)
NAMES = ("Minji", "Bora", "Chul", "Dami")


def rotate(farm: Farm, parts: int) -> None:
    Campaign.objects.filter(pk=farm.campaign.id).update(rotation=parts)


def resting(farm: Farm, parts: int) -> set[str]:
    numbers = rotation_numbers(farm.people.values())
    return {name for name, pk in farm.people.items() if next_rest(numbers[pk], parts, DAY)[0] <= DAY}


def test_whoever_rests_this_week_is_offered_nothing_and_all_others_are(farm: Farm) -> None:
    farm.cast(*NAMES)
    farm.post(seats=4)
    rotate(farm, 4)
    open_(farm)

    match(farm)

    (rests,) = resting(farm, 4)
    assert set(farm.offered()) == set(NAMES) - {rests}


def test_without_a_rotation_everybody_is_offered_work(farm: Farm) -> None:
    farm.cast(*NAMES)
    farm.post(seats=4)
    open_(farm)

    match(farm)

    assert set(farm.offered()) == set(NAMES)


def test_the_match_of_the_running_day_asks_nobody_who_rests(farm: Farm) -> None:
    farm.cast(*NAMES)
    farm.post(seats=1)
    rotate(farm, 4)
    open_(farm)
    match(farm)
    farm.post("Urgent", seats=4)

    match_again(campaign_id=farm.campaign.id, day=DAY, now=at(5), expires_at=at(7))

    assert resting(farm, 4).isdisjoint(farm.offered())
    assert len(farm.offered()) == 3


def test_whoever_rests_reads_so_among_the_reasons(farm: Farm) -> None:
    farm.cast(*NAMES)
    farm.post(seats=4)
    rotate(farm, 4)
    open_(farm)
    match(farm)
    campaign = campaigns.campaign_by_id(farm.campaign.id)

    sides = {name: matching.why_person(SYSTEM, campaign, DAY, pk).sides for name, pk in farm.people.items()}

    assert sides == {name: ("rest",) if name in resting(farm, 4) else () for name in NAMES}


def test_who_comes_together_rests_together(farm: Farm) -> None:
    farm.cast(*NAMES, group_key=client_id(b"rotation", "sisters"))

    assert len(set(rotation_numbers(farm.people.values()).values())) == 1
    assert resting(farm, 2) in (set(), set(NAMES))


def test_nobody_is_promised_work_in_their_week_and_still_offers_hours(farm: Farm) -> None:
    farm.cast(*NAMES)
    for day in (DAY, DAY + WEEK):
        farm.post(seats=4, day=day)
    rotate(farm, 4)
    campaign = campaigns.campaign_by_id(farm.campaign.id)

    found = line.queue(campaign, today=DAY, now=at(4))
    everybody = found.people.person >= 0
    served = line.serve(found, everybody, campaign=campaign, turns=found.had)

    (rests,) = resting(farm, 4)
    days = dict(zip(found.people.person.tolist(), served.expected.tolist(), strict=True))
    sunday = next_rest(rotation_numbers([farm.people[rests]])[farm.people[rests]], 4, DAY)[1]
    assert days[farm.people[rests]] > (sunday - DAY).days
    assert all(days[farm.people[name]] == 0 for name in set(NAMES) - {rests})
    assert not served.hourless.any()
