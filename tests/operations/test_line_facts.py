"""How the line stands: what became of the dates people were given, who needs help near by, in counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dure.base.access import ANONYMOUS, SYSTEM
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.calls import actions as calls
from dure.movement.calls.types import AnswerKind
from dure.movement.campaigns import actions as campaigns
from dure.operations import answers, neighbours
from dure.operations.day import match_day, open_day
from dure.operations.line_facts import DatesKept, dates_kept, line_facts
from tests.movement.matching.farm import DAY, Farm, at

LATER = DAY + timedelta(days=5)


def tell(farm: Farm, name: str, kind: AnswerKind, by: date, *, day: date = DAY) -> None:
    calls.answer(
        person_id=farm.people[name],
        campaign_id=farm.campaign.id,
        kind=kind,
        reason="So it is.",
        by_date=by,
        now=at(9, day=day),
    )


def kept(farm: Farm, day: date) -> DatesKept:
    return dates_kept(farm.campaign, now=at(9, day=day))


def test_a_date_is_kept_corrected_or_passed(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul", "Dami")
    for name in farm.people:
        tell(farm, name, "reserve", LATER)
    assert kept(farm, DAY) == DatesKept(0, 0, 0)

    tell(farm, "Minji", "accepted", LATER + timedelta(days=5), day=LATER)
    tell(farm, "Bora", "reserve", LATER + timedelta(days=5), day=LATER)
    tell(farm, "Chul", "not_needed", LATER + timedelta(days=5), day=LATER + timedelta(days=1))

    found = kept(farm, LATER + timedelta(days=1))
    # Minji's was kept and Bora's corrected; Chul heard a day too late, Dami nothing.
    assert found == DatesKept(due_count=4, kept_count=1, corrected_count=1)
    assert found.passed_count == 2


def test_accepted_is_kept_by_a_post_alone(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    for name in farm.people:
        tell(farm, name, "accepted", LATER)
    match_day(campaign_id=farm.campaign.id, day=DAY, now=at(10), expires_at=at(12))
    (asked,) = farm.offered()
    farm.accept(asked, now=at(11))
    (other,) = set(farm.people) - {asked}
    tell(farm, other, "reserve", LATER + timedelta(days=5), day=LATER)

    assert kept(farm, LATER + timedelta(days=1)) == DatesKept(2, 1, 1)


def test_a_date_lasts_until_midnight_also_on_a_day_of_25_hours(farm: Farm) -> None:
    farm.cast("Minji")
    autumn = date(2026, 10, 25)  # in London clocks go back
    for kind, hour in (("reserve", 1), ("accepted", 23)):
        calls.answer(
            person_id=farm.people["Minji"],
            campaign_id=farm.campaign.id,
            kind=kind,  # type: ignore[arg-type]  # one of the kinds
            reason="So it is.",
            by_date=autumn + timedelta(days=7 * (kind == "accepted")),
            now=datetime(2026, 10, 25, hour, 30, tzinfo=UTC),
        )
    there = replace(farm.campaign, timezone="Europe/London")

    assert dates_kept(there, now=datetime(2026, 10, 26, tzinfo=UTC)) == DatesKept(1, 1, 0)


def test_the_last_word_promises_nothing_further(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))
    campaigns.close_campaign(actor=SYSTEM, slug=farm.campaign.slug, now=at(4), reason="The crops are in.")
    answers.refresh_open(at(5))

    assert dates_kept(farm.campaign, now=at(9, day=date(2027, 1, 1))).passed_count == 0


def test_the_line_in_counts_is_for_whoever_organises_all_of_it(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    farm.post("Later", day=LATER, seats=4)
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))

    facts = line_facts(SYSTEM, farm.campaign, now=at(4))

    assert (facts.signed_up_count, facts.unanswered_count) == (2, 0)
    assert sum(facts.by_kind.values()) == 2
    assert facts.seats_known == 5
    assert facts.days_ahead == (farm.campaign.ends_on - DAY).days + 1
    for visitor in (ANONYMOUS, farm.me("Minji"), farm.captain()):
        with pytest.raises(NotAllowed):
            line_facts(visitor, farm.campaign, now=at(4))


def test_the_nearest_places_with_free_seats_are_shown_to_the_person(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post("Here", seats=2, day=LATER)
    farm.post("Mokpo", seats=3, day=LATER, area_id=farm.areas["Mokpo"])
    farm.post("Too far", team="Drivers", seats=9, day=LATER, area_id=farm.areas["Seoul"])
    farm.post("Too late", seats=9, day=DAY + timedelta(days=20))

    found = neighbours.near(farm.me("Minji"), farm.people["Minji"], at(9))

    assert [(one.name, one.seats) for one in found] == [("Naju", 2), ("Mokpo", 3)]
    assert found[0].km == 0
    assert 20 < found[1].km < 50
    with pytest.raises(NotFound):
        neighbours.near(ANONYMOUS, farm.people["Minji"], at(9))


def test_every_open_campaign_is_refreshed(farm: Farm) -> None:
    farm.cast("Minji", "Bora")

    assert answers.refresh_open(at(3)) == 2
    assert answers.refresh_open(at(3)) == 0
