"""What a break changes: no match, no calls, no promise of its days; and what it leaves alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import breaks
from dure.movement.campaigns.errors import CampaignRests
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.needs import reads as needs
from dure.movement.people.types import MATCHING, MESSAGES
from dure.operations import answer_words as words
from dure.operations import day as days
from dure.operations import latecomers, match_job, pausing
from dure.operations.calling import call_due
from dure.operations.day import match_again, settle_day
from tests.movement.matching.farm import DAY, Farm, at, made
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
    farm.accept("Minji")
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


def told_off(farm: Farm, name: str) -> list[object]:
    """The days of the letters that say that a post is called off."""
    rows = OutboxMessage.objects.filter(person_id=farm.people[name], kind="called_off")
    return [row.facts["day"] for row in rows]


def pause_and_free(farm: Farm, hour: int = 6, **other: object) -> int:
    slug = farm.campaign.slug
    return pausing.pause(actor=SYSTEM, slug=slug, reason=STORM, now=at(hour), **other)[1]  # type: ignore[arg-type]  # its own


def states(farm: Farm, name: str) -> list[str]:
    return [one.state for one in matching_reads.placements_of(SYSTEM, farm.people[name])]


def test_whoever_has_a_post_on_a_day_that_is_paused_is_freed_and_told_once(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    post = farm.post(seats=2)
    open_(farm)
    match(farm)
    farm.accept("Minji")

    assert pause_and_free(farm) == 1

    assert states(farm, "Minji") == ["withdrawn"]
    assert told_off(farm, "Minji") == [DAY.isoformat()]
    # Who had not answered yet has nothing to be told off from, and nothing to say yes to.
    assert told_off(farm, "Bora") == []
    assert needs.post(post).seats_taken == 0
    assert pausing.keep_free(at(7)) == 0
    assert told_off(farm, "Minji") == [DAY.isoformat()]


def test_nobody_takes_a_seat_on_a_paused_day_by_an_offer_or_by_themselves(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Sora")
    post = farm.post(seats=2)
    open_(farm)
    match(farm)
    (left,) = set(farm.people) - set(farm.offered())
    first, second = sorted(farm.offered())
    offers = {name: farm.offer(name) for name in (first, second)}
    matching.decline(actor=farm.me(second), offer_id=offers[second].id, now=at(5))
    pause_and_free(farm)

    for name in (first, second):  # also a no is not taken back into a seat
        with pytest.raises(NotFound):
            matching.accept(
                actor=farm.me(name), offer_id=offers[name].id, request_id=made("yes", name), now=at(6)
            )
    with pytest.raises(CampaignRests, match=STORM):
        latecomers.take(
            actor=farm.me(left), person_id=farm.people[left], post_id=post, request_id=made("late"), now=at(6)
        )


def test_when_it_goes_on_everybody_can_be_asked_again(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=2, starts=12, ends=18)
    open_(farm)
    match(farm)
    farm.accept("Minji")
    farm.decline("Bora")
    pause_and_free(farm)

    resume(farm, hour=8)
    days.match_day(campaign_id=farm.campaign.id, day=DAY, now=at(9), expires_at=at(11), round_number=2)

    assert set(farm.offered()) == {"Minji", "Bora"}


def test_whoever_works_already_stays_and_another_day_stands(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.post("Later", day=NEXT)
    open_(farm)
    match(farm)
    seat = farm.accept("Minji")
    matching.check_in(actor=farm.captain(), placement_id=seat.id, now=at(8))

    assert pause_and_free(farm, hour=9, last_day=DAY) == 0

    assert states(farm, "Minji") == ["present"]


def test_what_ends_early_frees_whoever_has_a_post_after_that(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    open_(farm)
    match(farm)
    farm.accept("Minji")

    closed = pausing.close(actor=SYSTEM, slug=farm.campaign.slug, reason=STORM, now=at(6))

    assert (closed.campaign.state, closed.called_off) == ("closed", 1)
    assert told_off(farm, "Minji") == [DAY.isoformat()]


def test_a_match_under_way_when_the_campaign_is_paused_shows_nothing(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.cast("Minji")
    farm.post()
    open_(farm)
    solve = matching.run

    def paused_meanwhile(**asked: object) -> object:
        found = solve(**asked)  # type: ignore[arg-type]  # handed on as asked
        pause(farm)
        return found

    monkeypatch.setattr("dure.operations.day.matching.run", paused_meanwhile)

    with pytest.raises(CampaignRests):
        match(farm)
    assert farm.offered() == {}
