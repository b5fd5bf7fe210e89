"""A movement over its campaigns: 200 days in days, 2,000 in weeks, 20,000 in years, and never two units in one line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.access import SYSTEM
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads
from dure.movement.campaigns.types import CampaignFacts, NewIndicator
from dure.operations.following import Wishes, follow
from dure.operations.series import grain_of, series, spans
from tests.movement.standings.valley import Valley, build
from tests.operations.test_following import AFTER, stated

DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@given(first=DAYS, length=st.integers(1, 20_000), grain=st.sampled_from(["day", "week", "year"]))
def test_steps_follow_each_other_without_a_gap(first: date, length: int, grain: str) -> None:
    last = first + timedelta(days=min(length, 500 if grain == "day" else 20_000) - 1)

    steps = list(spans(first, last, grain))  # type: ignore[arg-type]  # one of them

    assert steps[0][0] == first
    assert steps[-1][1] == last
    for (_, end), (start, _end) in pairwise(steps):
        assert start == end + timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "grain", "count"), [(200, "day", 200), (2_000, "week", 287), (20_000, "year", 56)]
)
def test_every_length_fits_on_a_screen(days: int, grain: str, count: int) -> None:
    first = date(2026, 10, 1)
    assert grain_of(days) == grain
    assert len(list(spans(first, first + timedelta(days=days - 1), grain_of(days)))) <= count


@pytest.fixture
def valley(db: None) -> Valley:
    built = build(indicators=("harvest",))
    built.team("Gimje hands", "Gimje")
    for number, person_id in enumerate(built.persons([f"Gimje{number}" for number in range(12)])):
        built.brought_in("Gimje hands", "Gimje", 10, day=date(2026, 10, 1 + number % 4), person_id=person_id)
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=AFTER)
    return built


def opened(made: CampaignFacts) -> CampaignFacts:
    return campaigns.open_campaign(actor=SYSTEM, slug=made.slug, now=AFTER)


def test_a_campaign_and_the_next_are_one_line_of_what_was_done_each_day(valley: Valley) -> None:
    after = opened(follow(actor=SYSTEM, slug="harvest", now=AFTER, wishes=Wishes(days=200)).campaign)
    today = after.starts_on + timedelta(days=10)

    found = series(campaign=after, today=today)

    assert found is not None
    assert (found.grain, [part.campaign.slug for part in found.parts]) == ("day", ["harvest", "harvest-2"])
    first, second = found.parts
    assert second.is_joined
    assert sum(step.claimed_milli for step in first.steps) == 120_000
    assert [step.claimed_milli for step in first.steps[:5]] == [30_000, 30_000, 30_000, 30_000, 0]
    assert {step.verified_milli for step in first.steps} == {None}
    # The same line from wherever it is looked at.
    before = series(campaign=reads.campaign("harvest"), today=today)
    assert before is not None
    assert before.parts == found.parts


def test_a_changed_unit_begins_a_new_strand_and_says_why(valley: Valley) -> None:
    note = "Counted in sacks of 80 kg from now on."
    sacks = NewIndicator("harvest", "output", "Sacks", "sack", "A sack holds 80 kg.", changed_note=note)
    new = stated(valley, sacks)
    after = opened(follow(actor=SYSTEM, slug="harvest", now=AFTER, new=new).campaign)

    found = series(campaign=after, today=after.starts_on + timedelta(days=2))

    assert found is not None
    assert [(part.is_joined, part.note) for part in found.parts] == [(False, ""), (False, note)]


def test_of_a_figure_that_is_held_no_step_is_shown(db: None) -> None:
    """F7: the page shows no total above 105 % of the plan, so its days show none either."""
    built = build(indicators=("harvest",))
    for town, kilograms in (("Gimje", 2_000), ("Iksan", 6_000), ("Naju", 4_000)):
        built.team(f"{town} hands", town)
        built.brought_in(f"{town} hands", town, kilograms)

    found = series(campaign=reads.campaign("harvest"), today=datetime(2026, 10, 15, tzinfo=UTC).date())

    assert found is not None
    assert found.parts[0].total.withheld in ("above_105", "safety_review")
    assert found.parts[0].steps == ()
