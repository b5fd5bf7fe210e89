"""One team: how it stands, its own weeks, the teams like it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from dure.kernel.refusals import NotFound
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import reads as ledger
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.standings.productivity import Reckoned, reckoned
from dure.movement.standings.shown import Shown
from dure.movement.standings.types import TeamStanding

__all__ = ["TeamIndicator", "TeamView", "Week", "team"]

WEEK_DAYS = 7
# Half a year; older weeks stand in the ledger.
WEEKS_MAX = 26


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, or what there is of them up to today, as claimed; ``days``: those on which work was recorded."""

    first_day: date
    last_day: date
    claimed_milli: int
    days: int


@dataclass(frozen=True, slots=True)
class TeamIndicator:
    """A team in one indicator. ``weeks``: of outputs that are added up, oldest first; none where the figure is
    withheld. ``like``: teams of its kind with about its plan, by name: no order."""

    indicator: IndicatorFacts
    standing: TeamStanding
    weeks: tuple[Week, ...]
    like: tuple[TeamStanding, ...]
    productivity: Reckoned | None = None

    @property
    def best_week_milli(self) -> int:
        """The most of a week: what its others are drawn against."""
        return max((week.claimed_milli for week in self.weeks), default=0)


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team in a campaign; ``indicators`` where it was asked for or recorded anything, the main one first."""

    team: TeamFacts
    indicators: tuple[TeamIndicator, ...]

    @property
    def main(self) -> TeamIndicator | None:
        return next((one for one in self.indicators if one.indicator.kind == "output"), None)


def team(*, campaign: CampaignFacts, shown: Shown, team_id: int) -> TeamView:
    """Of a team of the campaign's area. Refuses with NotFound."""
    facts = people.team(team_id)
    found = [(one.indicator, shown.team(one.indicator.id, team_id)) for one in shown.indicators]
    known = [(indicator, standing) for indicator, standing in found if standing is not None]
    if not (known or facts.area_path.startswith(campaign.area_path)):
        raise NotFound(what="team")
    weeks = _weeks(campaign, shown.today, team_id)
    figures = [(indicator, standing.figure) for indicator, standing in known]
    indicators = [
        TeamIndicator(
            indicator,
            standing,
            weeks=tuple(weeks[indicator.id]) if _tells_weeks(indicator, standing) else (),
            like=shown.teams_of(indicator.id, standing.like_ids),
            productivity=reckoned(indicator, figures),
        )
        for indicator, standing in known
    ]
    return TeamView(facts, tuple(sorted(indicators, key=lambda one: one.indicator.kind != "output")))


def _tells_weeks(indicator: IndicatorFacts, standing: TeamStanding) -> bool:
    """Hours of a week may be those of fewer than 10 people though the campaign's aren't (P9)."""
    return indicator.kind == "output" and indicator.aggregation == "sum" and not standing.figure.withheld


def _weeks(campaign: CampaignFacts, today: date, team_id: int) -> dict[int, list[Week]]:
    last = min(today, campaign.ends_on)
    sums: dict[tuple[int, date], int] = defaultdict(int)
    for row in ledger.rollups(campaign.id, team_id=team_id):
        if row.work_day <= last:
            sums[row.indicator_id, row.work_day] += row.quantity_milli
    by_week: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (indicator_id, day), milli in sums.items():
        by_week[indicator_id][(day - campaign.starts_on).days // WEEK_DAYS].append(milli)
    newest = max(-1, (last - campaign.starts_on).days // WEEK_DAYS)
    found: dict[int, list[Week]] = defaultdict(list)
    for indicator_id, weeks in by_week.items():
        for number in range(max(0, newest + 1 - WEEKS_MAX), newest + 1):
            first = campaign.starts_on + timedelta(days=WEEK_DAYS * number)
            end = min(first + timedelta(days=WEEK_DAYS - 1), last)
            days = [milli for milli in weeks.get(number, []) if milli > 0]
            found[indicator_id].append(Week(first, end, sum(weeks.get(number, [])), len(days)))
    return found
