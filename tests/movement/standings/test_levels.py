"""The value shown at each level is the sum of its leaves, and so is the plan it is measured by (F10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engine.lots import Factor
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts, TargetFacts
from dure.movement.people.types import TeamFacts
from dure.movement.places.types import AreaFacts
from dure.movement.standings.board import Board, Place, board
from dure.movement.standings.measures import NOTHING, Sums, figure
from dure.movement.standings.sources import AreaTeam, IndicatorSource, Sources

FIRST, LAST, TODAY = date(2026, 10, 1), date(2026, 10, 20), date(2026, 10, 10)
HARVEST = IndicatorFacts(1, 1, "output", "harvest", "Harvest", "kg", "")
COUNTRY = 1
CAMPAIGN = CampaignFacts(
    1, "harvest", "Harvest", "", "open", COUNTRY, "/KR/", "Asia/Seoul", FIRST, LAST, "", "Neighbours", ""
)
SEATS = 4


def area(number: int, kind: str, parent_id: int | None) -> AreaFacts:
    return AreaFacts(
        number, kind, f"a{number}", f"Place {number}", "", f"/KR/{number}/", 35.0, 127.0, 1_000, parent_id
    )


def target(area_id: int, plan_milli: int) -> TargetFacts:
    return TargetFacts(area_id, 1, area_id, plan_milli, None, None, LAST, "Survey", FIRST, FIRST)


@st.composite
def movements(draw: st.DrawFn) -> Sources:
    """A country of up to three regions of up to four towns; teams that work in one place or several, also for a region
    itself; plans of towns, of whole regions, or of neither."""
    areas = {COUNTRY: area(COUNTRY, "country", None)}
    for _ in range(draw(st.integers(1, 3))):
        region = len(areas) + 1
        areas[region] = area(region, "region", COUNTRY)
        for _ in range(draw(st.integers(0, 4))):
            areas[len(areas) + 1] = area(len(areas) + 1, "town", region)
    amounts = st.builds(
        Sums, n=st.integers(1, 500), claimed_milli=st.integers(0, 10**12), n_recounted=st.integers(0, 9)
    )
    sums: dict[AreaTeam, Sums] = draw(
        st.dictionaries(st.tuples(st.sampled_from(sorted(areas)), st.integers(1, 9)), amounts, max_size=20)
    )
    planned = draw(st.sets(st.sampled_from(sorted(areas))))
    targets = {area_id: (target(area_id, draw(st.integers(1, 10**12))),) for area_id in planned}
    seats = {cell: draw(st.integers(1, SEATS)) for cell in sorted(sums) if draw(st.booleans())}
    source = IndicatorSource(
        indicator=HARVEST,
        targets=targets,
        team_targets={},
        sums=sums,
        factor=draw(factors()),
        is_drawn=True,
        people_by_area={},
        people_by_team={},
        deductions={},
    )
    teams = {
        team: TeamFacts(
            id=team, name=f"Team {team}", area_id=COUNTRY, area_path="/KR/", kind="pickers", area_name="Korea"
        )
        for _, team in sums
    }
    return Sources(CAMPAIGN, TODAY, (source,), areas, teams, seats, {}, {}, {}, ())


def factors() -> st.SearchStrategy[Factor]:
    millionths = st.integers(0, 1_000_000).map(lambda share: Fraction(share, 1_000_000))
    return millionths.map(lambda share: Factor(share, share, share, checked=9, drawn=9, eligible=90))


def leaves(place: Place, sums: Mapping[AreaTeam, Sums]) -> Sums:
    """What was recorded in a place and in all that lies in it, from the entries' own cells."""
    inside = {one.area.id for one in walk(place)}
    return sum((one for (area_id, _), one in sums.items() if area_id in inside), NOTHING)


def walk(place: Place) -> list[Place]:
    return [place, *(found for child in place.below for found in walk(child))]


def made(sources: Sources) -> tuple[IndicatorSource, Board]:
    (source,) = sources.indicators
    return source, board(sources, source)


@settings(max_examples=150, deadline=None)
@given(movements())
def test_every_level_claims_the_sum_of_its_leaves(sources: Sources) -> None:
    source, whole = made(sources)
    for place in whole.places:
        assert place.whole.sums == leaves(place, source.sums)
    everything = sum(source.sums.values(), NOTHING)
    assert whole.total.sums == everything
    assert sum(team.sums.claimed_milli for team in whole.teams.values()) == everything.claimed_milli


@settings(max_examples=150, deadline=None)
@given(movements())
def test_what_is_shown_at_a_level_is_what_is_shown_below_it_added_up(sources: Sources) -> None:
    """As it is published: claims to the unit, what is verified to a thousandth of a unit for each place below."""
    source, whole = made(sources)

    def shown(place: Place) -> tuple[int, int]:
        one = figure(place.whole, source.factor, today=TODAY, is_projected=True, with_counts=True)
        return one.claimed_milli or 0, one.verified.estimate_milli or 0

    held = {place.area.id for place in whole.places if place.whole.is_held or place.whole.is_unsafe}
    for place in whole.places:
        if not place.below or held & {one.area.id for one in walk(place)}:
            continue
        claimed, verified = shown(place)
        below = [shown(child) for child in place.below]
        own = place.direct.claimed_milli
        assert claimed == own + sum(one for one, _ in below)
        own_verified = own * (source.factor.estimate or Fraction(0))
        missing = verified - own_verified - sum(one for _, one in below)
        assert -len(below) - 1 <= missing <= len(below) + 1


@settings(max_examples=150, deadline=None)
@given(movements())
def test_a_plan_is_its_own_or_the_sum_of_those_below_it(sources: Sources) -> None:
    source, whole = made(sources)
    for place in whole.places:
        own = source.targets.get(place.area.id)
        if own:
            assert place.plan is not None
            assert place.plan.plan_milli == own[0].plan_milli
        else:
            below = [child.plan.plan_milli for child in place.below if child.plan]
            assert (place.plan.plan_milli if place.plan else None) == (sum(below) if below else None)


@settings(max_examples=150, deadline=None)
@given(movements())
def test_teams_share_a_places_plan_without_a_rest(sources: Sources) -> None:
    source, whole = made(sources)
    at_work = {area_id for area_id, _ in source.sums}
    shared = sum(one[0].plan_milli for area_id, one in source.targets.items() if area_id in at_work)
    assert sum(team.plan.plan_milli for team in whole.teams.values() if team.plan) == shared
