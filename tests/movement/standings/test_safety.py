"""Limits of safety: beyond capacity or 140 % of the norm nothing is shown before somebody has looked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dure.base.access import ANONYMOUS, SYSTEM
from dure.kernel.refusals import NotAllowed
from dure.movement.campaigns.models import Target
from dure.movement.standings import actions, reads
from dure.movement.standings.errors import ReviewNeedsName, ReviewNotOpen, ReviewWordless
from dure.movement.standings.models import SafetyReview
from dure.movement.standings.types import Figure, OpenReview
from tests.movement.standings.valley import DAY, NOW, Valley, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def mill(db: None) -> Valley:
    """Gimje's mill is rated for 600 a season, of a plan of 1,000; a person does 10 a day."""
    valley = build(daily_norm_milli=10_000)
    valley.team("Cranes", "Gimje")
    valley.team("Larks", "Naju")
    Target.objects.filter(pk=valley.targets["Gimje"]).update(rated_capacity_milli=600_000)
    return valley


def place(valley: Valley, name: str) -> Figure:
    found = reads.standing(campaign_id=valley.campaign_id, today=DAY).indicators[0]
    return next(one.figure for one in found.places if one.area.id == valley.areas[name])


def team(valley: Valley, name: str) -> Figure:
    found = reads.standing(campaign_id=valley.campaign_id, today=DAY).indicators[0]
    return next(one.figure for one in found.teams if one.team.name == name)


def waiting(valley: Valley) -> tuple[OpenReview, ...]:
    return reads.reviews_for(actor=SYSTEM, campaign_id=valley.campaign_id, today=DAY)


def look(valley: Valley, one: OpenReview, words: str = "Two shifts, the brakes were checked.") -> None:
    actions.review_safety(
        actor=valley.organiser(f"Bora{SafetyReview.objects.count()}", "Korea"),
        indicator_id=one.indicator.id,
        limit=one.limit,
        area_id=one.area.id,
        team_id=one.team.id if one.team else None,
        words=words,
        now=NOW,
    )


def test_all_that_a_place_is_rated_for_may_be_shown_and_a_sack_more_waits(mill: Valley) -> None:
    mill.brought_in("Cranes", "Gimje", 600)
    assert (place(mill, "Gimje").withheld, place(mill, "Gimje").capacity_percent) == (None, Decimal(100))
    assert waiting(mill) == ()
    mill.brought_in("Cranes", "Gimje", 1)
    assert place(mill, "Gimje").withheld == "safety_review"
    assert place(mill, "Gimje").claimed_milli is None
    (one,) = waiting(mill)
    assert (one.limit, one.area.name, one.team, one.claimed_milli) == ("capacity", "Gimje", None, 601_000)
    assert one.load_percent == Decimal("100.2")
    public = reads.standing(campaign_id=mill.campaign_id, today=DAY).reviews
    assert [(found.area.name, found.claimed_milli, found.load_percent) for found in public] == [
        ("Gimje", None, None)
    ]


def test_a_look_shows_the_figure_until_it_is_a_tenth_further(mill: Valley) -> None:
    mill.brought_in("Cranes", "Gimje", 660)
    look(mill, waiting(mill)[0])
    figure = place(mill, "Gimje")
    assert (figure.withheld, figure.claimed_milli, figure.opens_review) == (None, 660_000, True)
    mill.brought_in("Cranes", "Gimje", 60)
    assert place(mill, "Gimje").capacity_percent == 120
    mill.brought_in("Cranes", "Gimje", 1)
    assert place(mill, "Gimje").withheld == "safety_review"
    look(mill, waiting(mill)[0])
    assert place(mill, "Gimje").withheld is None
    assert SafetyReview.objects.count() == 2, "who looked before, and what they found, stays"


def test_a_sum_waits_while_what_lifts_it_over_its_capacity_does(mill: Valley) -> None:
    Target.objects.filter(pk=mill.targets["Iksan"]).update(rated_capacity_milli=30_000)
    mill.brought_in("Cranes", "Gimje", 640)
    assert place(mill, "Jeonbuk").withheld == "safety_review"
    look(mill, waiting(mill)[0])
    assert place(mill, "Jeonbuk").withheld is None
    assert place(mill, "Jeonbuk").capacity_percent == Decimal("101.6")


def test_a_crew_that_does_more_than_140_percent_of_the_norm_waits(mill: Valley) -> None:
    crew = mill.persons([f"lark{n}" for n in range(12)])
    mill.worked("Larks", "Naju", 8, crew)
    mill.brought_in("Larks", "Naju", 168)
    assert (team(mill, "Larks").withheld, place(mill, "Naju").withheld) == (None, None)
    mill.brought_in("Larks", "Naju", 1)
    assert (team(mill, "Larks").withheld, place(mill, "Naju").withheld) == ("safety_review", "safety_review")
    assert {(one.limit, one.team.name if one.team else "") for one in waiting(mill)} == {
        ("norm", "Larks"),
        ("norm", ""),
    }
    for one in waiting(mill):
        look(mill, one)
    assert (team(mill, "Larks").withheld, place(mill, "Naju").withheld) == (None, None)


def test_output_without_a_day_of_work_on_record_has_no_norm_to_break(mill: Valley) -> None:
    mill.brought_in("Larks", "Naju", 900)
    assert (team(mill, "Larks").withheld, waiting(mill)) == (None, ())


def test_an_unsafe_figure_earns_no_grade(mill: Valley) -> None:
    Target.objects.filter(pk=mill.targets["Gimje"]).update(rated_capacity_milli=None)
    crew = mill.persons(["minji", "bora"])
    mill.worked("Cranes", "Gimje", 8, crew)
    mill.brought_in("Cranes", "Gimje", 300)
    found = reads.standing(campaign_id=mill.campaign_id, today=DAY).indicators[0]
    one = next(standing for standing in found.teams if standing.team.name == "Cranes")
    assert (one.grade, one.reason, one.figure.withheld) == ("unknown", "withheld", "safety_review")


def test_only_a_named_organiser_of_the_place_looks_and_says_what_was_found(mill: Valley) -> None:
    mill.brought_in("Cranes", "Gimje", 700)
    (one,) = waiting(mill)
    asked = {
        "indicator_id": one.indicator.id,
        "limit": one.limit,
        "area_id": one.area.id,
        "team_id": None,
        "now": NOW,
    }
    for actor in (ANONYMOUS, mill.organiser("Chul", "Jeonnam")):
        with pytest.raises(NotAllowed):
            actions.review_safety(actor=actor, words="Fine.", **asked)  # type: ignore[arg-type]  # as named
    with pytest.raises(ReviewNeedsName):
        actions.review_safety(actor=SYSTEM, words="Fine.", **asked)  # type: ignore[arg-type]  # as named
    sora = mill.organiser("Sora", "Jeonbuk")
    for words in (" ", "x" * 1_001):
        with pytest.raises(ReviewWordless):
            actions.review_safety(actor=sora, words=words, **asked)  # type: ignore[arg-type]  # as named
    actions.review_safety(actor=sora, words="Fine.", **asked)  # type: ignore[arg-type]  # as named
    with pytest.raises(ReviewNotOpen):
        actions.review_safety(actor=sora, words="Again.", **asked)  # type: ignore[arg-type]  # as named
    (kept,) = SafetyReview.objects.all()
    assert (kept.words, kept.load_permille, kept.limit) == ("Fine.", 1_167, "capacity")


def test_who_organises_elsewhere_sees_nothing_that_waits(mill: Valley) -> None:
    mill.brought_in("Cranes", "Gimje", 700)
    chul = mill.organiser("Chul", "Jeonnam")
    assert reads.reviews_for(actor=chul, campaign_id=mill.campaign_id, today=DAY) == ()


def test_work_for_a_region_itself_beyond_the_norm_waits_though_its_towns_are_well(mill: Valley) -> None:
    """Nobody but the region's own organisers could look at it: no town below has it."""
    mill.team("Rangers", "Jeonnam")
    mill.worked("Rangers", "Jeonnam", 8, mill.persons([f"Minji{k}" for k in range(12)]))
    mill.brought_in("Rangers", "Jeonnam", 12 * 10 * 2)
    assert (place(mill, "Jeonnam").withheld, place(mill, "Naju").withheld) == ("safety_review", None)
    assert place(mill, "Korea").withheld == "safety_review"
    for _ in range(3):
        for one in waiting(mill):
            look(mill, one)
    assert place(mill, "Jeonnam").claimed_milli == place(mill, "Korea").claimed_milli == 240_000
    assert team(mill, "Rangers").claimed_milli == 240_000
