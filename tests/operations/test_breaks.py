"""What a break changes: no match, no calls, no promise of its days; and what it leaves alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base.access import SYSTEM
from dure.movement.campaigns import breaks
from dure.movement.campaigns.errors import CampaignRests
from dure.movement.people.types import MATCHING, MESSAGES
from dure.operations import answer_words as words
from dure.operations import latecomers, match_job
from dure.operations.calling import call_due
from dure.operations.day import match_again, settle_day
from tests.movement.matching.farm import DAY, Farm, at
from tests.operations.answering import NEXT, match, open_, told
from tests.operations.test_calling import called

STORM = "A storm is coming."


def pause(farm: Farm, **other: object) -> None:
    breaks.pause(actor=SYSTEM, slug=farm.campaign.slug, reason=STORM, now=at(2), **other)  # type: ignore[arg-type]  # its own


def resume(farm: Farm, hour: int = 5) -> None:
    breaks.resume(actor=SYSTEM, slug=farm.campaign.slug, now=at(hour))


def test_on_a_day_of_a_break_nobody_is_matched_and_afterwards_they_are(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    open_(farm)
    pause(farm)

    with pytest.raises(CampaignRests, match=STORM):
        match(farm)
    with pytest.raises(CampaignRests):
        match_again(campaign_id=farm.campaign.id, day=DAY, now=at(5), expires_at=at(7))
    with pytest.raises(CampaignRests):
        match_job.start_match(
            campaign_id=farm.campaign.id, day=DAY, round_number=1, kept_hours=1, asked_by=None, now=at(4)
        )
    assert farm.offered() == {}

    resume(farm)
    match(farm, hour=6)
    assert set(farm.offered()) == {"Minji"}


def test_work_that_was_done_on_a_break_is_recorded_and_the_day_settled(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    open_(farm)
    match(farm)
    pause(farm)

    farm.work("Minji")
    settled = settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(22))

    assert settled.thanked == 1


def test_a_wave_waits_for_the_end_of_a_break_and_goes_on(farm: Farm) -> None:
    for name in ("Minji", "Bora"):
        farm.person(name, consents=(MATCHING, MESSAGES))
    pause(farm)

    assert called(farm) == 0
    assert call_due(at(4)) == 0

    resume(farm)
    assert call_due(at(6)) == 2


def test_whoever_is_free_now_is_sent_nowhere_on_a_break(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    open_(farm)
    match(farm)
    (left,) = set(farm.people) - set(farm.offered())
    farm.post("More", seats=3)
    me = farm.me(left)
    assert latecomers.needed_now(actor=me, person_id=farm.people[left], now=at(5))

    pause(farm)

    assert latecomers.needed_now(actor=me, person_id=farm.people[left], now=at(5)) == []


@pytest.mark.parametrize(("rest", "kind"), [(NEXT + timedelta(days=1), "accepted"), (NEXT, "not_needed")])
def test_nobody_is_promised_a_day_of_planned_rest(farm: Farm, rest: date, kind: str) -> None:
    farm.cast("Minji")
    farm.post(day=NEXT)
    last = farm.campaign.ends_on
    spans = [(rest, rest), (rest + timedelta(days=1), last)]
    breaks.plan_rest(actor=SYSTEM, slug=farm.campaign.slug, spans=spans, reason="Rest.", now=at(2))

    open_(farm)

    assert told(farm, "Minji").kind == kind


def test_in_a_pause_everybody_in_line_hears_of_it_and_of_its_end(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(day=NEXT)
    pause(farm)
    open_(farm)
    heard = told(farm, "Minji")
    assert heard.reason == words.PAUSED.reason
    assert heard.by_date > DAY

    resume(farm)
    open_(farm, hour=6)

    assert told(farm, "Minji").kind == "accepted"


def test_a_pause_takes_no_post_from_anybody(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    open_(farm)
    match(farm)
    farm.accept("Minji")
    pause(farm, first_day=DAY + timedelta(days=1))

    open_(farm, hour=8)

    assert told(farm, "Minji").kind != "not_needed"
