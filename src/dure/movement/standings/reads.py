"""Questions about standings. All figures come from rollups; of entries only the heads are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dure.base.access import SYSTEM, Actor
from dure.base.briefly import BRIEFLY
from dure.engine.plan import rounded
from dure.kernel.must import Broken
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.standings import rules as season
from dure.movement.standings.board import TOTAL, Board, Place, board
from dure.movement.standings.fair import Fair, fair
from dure.movement.standings.grades import WITHHELD, Graded, grades
from dure.movement.standings.kept import newest
from dure.movement.standings.measures import Measured, denominator, figure, percent_of, withheld
from dure.movement.standings.outlook import ahead, outlook
from dure.movement.standings.plans import waiting_target
from dure.movement.standings.privacy import Key
from dure.movement.standings.rules import Rules
from dure.movement.standings.safety import Unsafe
from dure.movement.standings.sources import IndicatorSource, Sources, gather
from dure.movement.standings.types import (
    Figure,
    HeldTarget,
    IndicatorStanding,
    OpenReview,
    PlaceStanding,
    Standing,
    TeamStanding,
)

__all__ = ["ahead", "held_for", "hours_are_open", "outlook", "reviews_for", "standing"]

_GRADE_ORDER = ("A", "B", "C", "unknown")


def standing(*, campaign_id: int, today: date) -> Standing:
    """The campaign on a day, for everybody: total, places and teams of every indicator, and what is held.

    Work of days after ``today`` is left out. Refuses with NotFound.
    """
    sources = gather(campaign_id, today)
    boards = {source.indicator.id: board(sources, source) for source in sources.indicators}
    heads = _Heads.of(sources, boards)
    rules = season.of(campaign_id).rules
    shown = []
    held: list[HeldTarget] = []
    reviews: list[OpenReview] = []
    for source in sources.indicators:
        whole = boards[source.indicator.id]
        shown.append(_Shown(sources, source, whole, heads, rules).indicator())
        held += [
            _held(source, place, with_figures=False)
            for place in whole.places
            if _is_held(place) and ("area", place.area.id) in whole.published
        ]
        reviews += [
            _review(sources, source, one, with_figures=False)
            for one in whole.unsafe
            if one.key in whole.published
        ]
    has_waiting = any(_may_wait(whole) for whole in boards.values())
    return Standing(sources.campaign, today, tuple(shown), tuple(held), tuple(reviews), has_waiting)


def reviews_for(*, actor: Actor, campaign_id: int, today: date) -> tuple[OpenReview, ...]:
    """What waits for a look at its safety, with figures, of the areas the actor organises. Refuses with NotFound."""
    return tuple(
        _review(sources, source, one, with_figures=True)
        for sources, source, whole in _worked_out(actor, campaign_id, today)
        for one in whole.unsafe
        if actor.organises(sources.areas[one.area_id].path)
    )


def held_for(*, actor: Actor, campaign_id: int, today: date) -> tuple[HeldTarget, ...]:
    """Held targets with their figures, of the areas the actor organises; each once, those of places first.

    A team may be over 105 % of its part though its place is not; then the target waits in the team's name.
    Refuses with NotFound.
    """
    boards = _worked_out(actor, campaign_id, today)
    places = [
        _held(source, place, with_figures=True)
        for _, source, whole in boards
        for place in whole.places
        if _is_held(place)
    ]
    found = {one.target_id: one for one in places}
    for sources, source, whole in boards:
        for one in _held_teams(sources, source, whole):
            found.setdefault(one.target_id, one)
    return tuple(one for one in found.values() if actor.organises(one.area.path))


def held_to_audit(*, actor: Actor, campaign_id: int, today: date) -> tuple[HeldTarget, ...]:
    """As :func:`held_for`, of the areas the actor audits: who checks sees what waits for somebody's name (F7)."""
    found = held_for(actor=SYSTEM, campaign_id=campaign_id, today=today)
    return tuple(one for one in found if actor.audits(one.area.path))


def _worked_out(actor: Actor, campaign_id: int, today: date) -> list[tuple[Sources, IndicatorSource, Board]]:
    """Every indicator, for those who look at what waits; none where what is kept says that nothing does."""
    campaign = campaigns.campaign_by_id(campaign_id=campaign_id)
    if campaign.state == "draft" and not actor.organises(campaign.area_path):
        raise NotFound(what="campaign")
    if _nothing_waits(campaign_id, today):
        return []
    return BRIEFLY.get(("boards", campaign_id, today), lambda: _boards(campaign_id, today))


def _boards(campaign_id: int, today: date) -> list[tuple[Sources, IndicatorSource, Board]]:
    sources = gather(campaign_id, today)
    return [(sources, source, board(sources, source)) for source in sources.indicators]


def _nothing_waits(campaign_id: int, today: date) -> bool:
    """By the standing that is kept: working a nation out for an empty list would take many seconds a look."""
    kept = newest(campaign_id)
    return kept is not None and kept.head.today == today and not kept.head.has_waiting


def hours_are_open(*, campaign_id: int, team_id: int, today: date) -> bool:
    """Whether everybody may know a team's hours (P9); False where no hours are counted. Refuses with NotFound."""
    sources = gather(campaign_id, today)
    boards = {one.indicator.id: board(sources, one) for one in sources.indicators}
    return ("team", team_id) in _Heads.of(sources, boards).published


@dataclass(frozen=True, slots=True)
class _Heads:
    """Person-days by team from the indicators of hours, and of whom their number may be told."""

    person_days: Mapping[int, int]
    published: frozenset[Key]

    @classmethod
    def of(cls, sources: Sources, boards: Mapping[int, Board]) -> _Heads:
        hours = [
            boards[one.indicator.id]
            for one in sources.indicators
            # Who counts the people behind the hours has the same people once more.
            if one.indicator.kind == "hours" and one.indicator.aggregation == "sum"
        ]
        person_days: dict[int, int] = defaultdict(int)
        for one in hours:
            for team_id, whole in one.teams.items():
                person_days[team_id] += whole.sums.n
        published = frozenset[Key]().union(*(one.published for one in hours))
        for one in hours:
            published &= one.published
        return cls(person_days, published)


class _Shown:
    """One indicator as everybody sees it."""

    def __init__(
        self, sources: Sources, source: IndicatorSource, whole: Board, heads: _Heads, rules: Rules
    ) -> None:
        self._sources = sources
        self._rules = rules
        self._source = source
        self._board = whole
        # Where no hours are counted, each entry is taken for a person's day.
        self._person_days = heads.person_days or {team: one.sums.n for team, one in whole.teams.items()}
        self._tells_entries = source.is_drawn or TOTAL in whole.counted
        self._intervals = whole.counted & heads.published if heads.person_days else whole.counted

    def indicator(self) -> IndicatorStanding:
        return IndicatorStanding(
            indicator=self._source.indicator,
            total=self._figure(TOTAL, self._board.total, is_projected=False),
            places=tuple(self._place(place) for place in self._board.places),
            teams=self._teams(),
        )

    def _figure(self, key: Key, whole: Measured, *, is_projected: bool = True) -> Figure:
        if key not in self._board.published:
            shown = withheld(whole, self._source.factor, "few_people", is_projected=is_projected)
        else:
            shown = figure(
                whole,
                self._source.factor,
                today=self._sources.today,
                is_projected=is_projected,
                with_counts=key in self._board.counted,
            )
        if self._tells_entries:
            return shown
        # Before the first draw "of 3 entries" would be the number of people that was just withheld.
        return replace(shown, verified=replace(shown.verified, checked_count=None, eligible_count=None))

    def _place(self, place: Place) -> PlaceStanding:
        shown = self._figure(("area", place.area.id), place.whole)
        # How many people stand behind what was recorded for a region itself isn't known.
        is_about_people = self._source.indicator.kind == "hours"
        hides_direct = shown.withheld or (is_about_people and place.below and not place.direct.is_empty)
        return PlaceStanding(
            area=place.area,
            depth=place.depth,
            target_id=place.target_id,
            figure=shown,
            direct_milli=None if hides_direct else place.direct.claimed_milli,
        )

    def _teams(self) -> tuple[TeamStanding, ...]:
        kinds = {team_id: team.kind for team_id, team in self._sources.teams.items()}
        open_teams, factor = self._open_teams(), self._source.factor
        compared = fair(self._sources, self._source, self._board, open_teams, self._rules)
        graded = grades(
            open_teams,
            kinds=kinds,
            person_days=self._person_days,
            deductions=self._source.deductions,
            expected=compared.expected,
            recounted=min(1.0, factor.checked / factor.eligible) if factor.eligible else 0.0,
            days=self._days(),
        )
        teams = [
            self._team(team_id, whole, graded.get(team_id, WITHHELD), compared)
            for team_id, whole in self._board.teams.items()
        ]
        return tuple(
            sorted(teams, key=lambda team: (_GRADE_ORDER.index(team.grade), team.team.name, team.team.id))
        )

    def _days(self) -> Mapping[int, ledger.TeamSpan]:
        """What teams claimed by the day; asked only where recounts let somebody lead."""
        campaign, indicator = self._sources.campaign, self._source.indicator
        if not self._source.factor.checked or indicator.aggregation not in ("sum", "coverage"):
            return {}
        return ledger.spans(campaign.id, indicator.id, campaign.starts_on, self._sources.today)

    def _open_teams(self) -> Mapping[int, Measured]:
        """The teams whose figures are shown: nothing withheld tells on its team by a grade."""
        return {
            team_id: whole
            for team_id, whole in self._board.teams.items()
            if ("team", team_id) in self._board.published and not whole.is_held and not whole.is_unsafe
        }

    def _team(self, team_id: int, whole: Measured, graded: Graded, compared: Fair) -> TeamStanding:
        # The width of an interval tells how many person-days stand behind it.
        has_interval = ("team", team_id) in self._intervals
        return TeamStanding(
            team=self._sources.teams[team_id],
            figure=self._figure(("team", team_id), whole),
            grade=graded.grade,
            reason=graded.reason,
            low_percent=graded.low_percent if has_interval else None,
            high_percent=graded.high_percent if has_interval else None,
            expected_milli=compared.expected.get(team_id),
            adjustments=compared.adjustments.get(team_id, ()),
            change=compared.changes.get(team_id),
            help=compared.help.get(team_id),
            like_ids=compared.like.get(team_id, ()),
        )


def _review(sources: Sources, source: IndicatorSource, one: Unsafe, *, with_figures: bool) -> OpenReview:
    return OpenReview(
        indicator=source.indicator,
        area=sources.areas[one.area_id],
        team=sources.teams[one.team_id] if one.team_id is not None else None,
        limit=one.limit,
        claimed_milli=one.claimed_milli if with_figures else None,
        load_percent=rounded(one.load * 100, 1) if with_figures else None,
    )


def _may_wait(whole: Board) -> bool:
    measured = (*(place.whole for place in whole.places), *whole.teams.values())
    return bool(whole.unsafe) or any(one.is_held for one in measured)


def _is_held(place: Place) -> bool:
    return place.target_id is not None and place.whole.is_held


def _held_teams(sources: Sources, source: IndicatorSource, whole: Board) -> Iterator[HeldTarget]:
    """Of teams over 105 %: their own targets, else those of the places that they have parts of; nobody stands by them
    yet."""
    places = {place.area.id: place for place in whole.places}
    cells = sources.seats.keys() | source.sums.keys() | source.team_targets.keys()
    for area_id, team_id in sorted(cells, key=lambda cell: (sources.teams[cell[1]].name, cell)):
        one, plan = whole.teams[team_id], places[area_id].plan
        if not one.is_held or one.plan is None:
            continue
        if own := source.team_targets.get((area_id, team_id)):
            target_id = waiting_target(own, sources.confirmations)
        elif area_id in source.targets and plan is not None and plan.confirmed is None:
            target_id = places[area_id].target_id
        else:
            continue
        if target_id is not None:
            yield HeldTarget(
                target_id=target_id,
                indicator=source.indicator,
                area=places[area_id].area,
                denominator=denominator(one.plan),
                claimed_milli=one.planned_milli,
                claimed_percent=percent_of(one.planned_milli, one.plan.plan_milli),
                team=sources.teams[team_id],
            )


def _held(source: IndicatorSource, place: Place, *, with_figures: bool) -> HeldTarget:
    plan, target_id = place.plan, place.target_id
    if plan is None or target_id is None:
        raise Broken("only a target is held")
    return HeldTarget(
        target_id=target_id,
        indicator=source.indicator,
        area=place.area,
        denominator=denominator(plan),
        claimed_milli=place.whole.planned_milli if with_figures else None,
        claimed_percent=percent_of(place.whole.planned_milli, plan.plan_milli) if with_figures else None,
    )
