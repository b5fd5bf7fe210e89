"""Rest and pauses: stated with a reason, on days of the campaign, ended when somebody says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from dure.base.access import ANONYMOUS, Actor, Grant
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.campaigns import actions, breaks, reads
from dure.movement.campaigns.errors import (
    BreakBad,
    CampaignClosed,
    CampaignNotPaused,
    CampaignRests,
    ClosingUnexplained,
)
from dure.movement.campaigns.types import CampaignFacts
from tests.movement.campaigns.conftest import CHUL, NOW

Make = Callable[..., CampaignFacts]
# The campaign lasts from 1 October to 9 November.
STORM = datetime(2026, 10, 10, 3, tzinfo=UTC)
TENTH = date(2026, 10, 10)
REASON = "A storm is coming."
BORA = Actor(grants=(Grant("organiser", area_path="/KR/"),))


@pytest.fixture
def opened(make: Make) -> CampaignFacts:
    make()
    return actions.open_campaign(actor=BORA, slug="harvest", now=NOW)


def test_a_pause_lasts_until_somebody_resumes(opened: CampaignFacts) -> None:
    paused = breaks.pause(actor=BORA, slug="harvest", reason=REASON, now=STORM)

    assert (paused.kind, paused.first_day, paused.last_day) == ("pause", TENTH, None)
    for days, rests in ((-1, False), (0, True), (5, True), (30, True)):
        assert (breaks.on(opened.id, TENTH + timedelta(days)) is not None) is rests

    left = breaks.resume(actor=BORA, slug="harvest", now=STORM + timedelta(days=3))

    assert [(one.first_day, one.last_day) for one in left] == [(TENTH, TENTH + timedelta(2))]
    assert breaks.on(opened.id, TENTH + timedelta(3)) is None


def test_a_pause_resumed_on_its_first_day_leaves_nothing(opened: CampaignFacts) -> None:
    breaks.pause(actor=BORA, slug="harvest", reason=REASON, now=STORM)

    assert breaks.resume(actor=BORA, slug="harvest", now=STORM) == ()


def test_the_same_pause_twice_is_one(opened: CampaignFacts) -> None:
    first = breaks.pause(actor=BORA, slug="harvest", reason=REASON, now=STORM)

    assert breaks.pause(actor=BORA, slug="harvest", reason=REASON, now=STORM) == first
    with pytest.raises(BreakBad, match="there is a pause from 2026-10-10 already"):
        breaks.pause(actor=BORA, slug="harvest", reason="Another reason.", now=STORM)
    assert breaks.of(opened.id) == (first,)


def test_a_pause_may_lie_over_planned_rest_and_is_what_is_told(opened: CampaignFacts) -> None:
    breaks.plan_rest(
        actor=BORA, slug="harvest", spans=[(TENTH, date(2026, 10, 16))], reason="Rest week.", now=NOW
    )
    assert breaks.on(opened.id, TENTH).kind == "rest"  # type: ignore[union-attr]  # there is one

    breaks.pause(actor=BORA, slug="harvest", reason=REASON, now=STORM)

    assert [one.kind for one in breaks.of(opened.id)] == ["pause", "rest"]
    with pytest.raises(CampaignRests) as no:
        breaks.must_work(opened, TENTH)
    assert no.value.facts == {"slug": "harvest", "day": TENTH, "kind": "pause", "reason": REASON}

    assert breaks.resume(actor=BORA, slug="harvest", now=STORM) == ()


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (date(2026, 10, 9), None, REASON),  # has passed
        (date(2026, 10, 12), date(2026, 10, 11), REASON),
        (date(2026, 10, 12), date(2026, 11, 10), REASON),
        (date(2026, 11, 10), None, REASON),
        (TENTH, None, "  "),
        (TENTH, None, "x" * 501),
    ],
)
def test_a_break_that_does_not_fit_is_refused(
    opened: CampaignFacts, first: date, last: date | None, reason: str
) -> None:
    with pytest.raises(BreakBad):
        breaks.pause(actor=BORA, slug="harvest", reason=reason, now=STORM, first_day=first, last_day=last)
    assert breaks.of(opened.id) == ()


def test_of_rests_planned_together_all_stand_or_none(make: Make) -> None:
    made = make()
    week = (date(2026, 10, 5), date(2026, 10, 11))

    with pytest.raises(BreakBad):
        breaks.plan_rest(
            actor=BORA, slug="harvest", spans=[week, (week[1], week[1])], reason="Rest.", now=NOW
        )
    assert breaks.of(made.id) == ()


def test_only_who_organises_the_whole_campaign_pauses_it(opened: CampaignFacts) -> None:
    for actor in (CHUL, ANONYMOUS):
        with pytest.raises((NotAllowed, NotFound)):
            breaks.pause(actor=actor, slug="harvest", reason=REASON, now=STORM)
        with pytest.raises((NotAllowed, NotFound)):
            breaks.resume(actor=actor, slug="harvest", now=STORM)
    assert breaks.of(opened.id) == ()


def test_what_is_not_paused_is_not_resumed(opened: CampaignFacts) -> None:
    with pytest.raises(CampaignNotPaused):
        breaks.resume(actor=BORA, slug="harvest", now=STORM)


def test_a_closed_campaign_has_no_new_breaks(opened: CampaignFacts) -> None:
    actions.close_campaign(actor=BORA, slug="harvest", now=STORM, reason="The crops are in.")

    with pytest.raises(CampaignClosed):
        breaks.pause(actor=BORA, slug="harvest", reason=REASON, now=STORM)


def test_an_early_end_says_why_and_an_end_in_time_needs_no_words(opened: CampaignFacts) -> None:
    with pytest.raises(ClosingUnexplained):
        actions.close_campaign(actor=BORA, slug="harvest", now=STORM, reason=" ")
    assert reads.campaign_by_id(opened.id).state == "open"

    closed = actions.close_campaign(
        actor=BORA, slug="harvest", now=STORM, reason=" The storm took the rest. "
    )

    assert closed.closing_reason == "The storm took the rest."
    again = actions.close_campaign(actor=BORA, slug="harvest", now=STORM, reason="Something else.")
    assert again == closed


def test_on_its_last_day_a_campaign_is_closed_without_a_reason(opened: CampaignFacts) -> None:
    last = datetime(2026, 11, 9, 3, tzinfo=UTC)

    assert actions.close_campaign(actor=BORA, slug="harvest", now=last).closing_reason == ""
