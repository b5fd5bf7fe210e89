"""What a morning's look finds in the figures: claims by day, plans, norms. Who declined what is not among them (P3).

Work of yesterday is not judged yet: phones sync late, and a warning about what is still on its way helps nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from dure.base.access import SYSTEM
from dure.engine.plan import norm_share
from dure.engine.plan.signals import SILENT_DAYS_MIN, Bools, Ints, days_of_work, drop, silence
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import TeamDays
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.standings import reads as standings
from dure.movement.standings.shown import Shown, shown
from dure.movement.standings.types import TeamStanding
from dure.movement.supervision.types import Found

JUDGED_AFTER_DAYS: Final = 2
# Eight weeks tell a habit; a level of last year tells nothing.
PAST_DAYS: Final = 56
LATELY_DAYS: Final = 7
# A week behind and a tenth short: less comes and goes by itself.
BEHIND_DAYS_MIN: Final = 7
BEHIND_PERCENT_MIN: Final = 10
# Teams of one region share their weather: "/KR/03/".
REGION_PARTS: Final = 2
_ONE_DAY: Final = timedelta(days=1)


def watch(campaign: CampaignFacts, today: date) -> list[Found]:
    """All that is so on the morning of ``today``, by team. What ended is not there any more."""
    last = min(today - _ONE_DAY * JUDGED_AFTER_DAYS, campaign.ends_on)
    first = max(campaign.starts_on, last - _ONE_DAY * (PAST_DAYS - 1))
    indicators = campaigns.indicators(campaign.id)
    found = list(_by_plan(campaign, today))
    if first <= last:
        found += _Lately.of(campaign, indicators, first, last, today).found()
    return sorted(found, key=lambda one: (one.team_id, one.about))


@dataclass(frozen=True, eq=False)
class _Lately:
    """The last weeks as ``(teams, days)``; ``read`` also holds the days after ``last``, which are not judged."""

    first: date
    last: date
    indicators: Sequence[IndicatorFacts]
    teams: Mapping[int, TeamFacts]
    ids: Ints
    read: TeamDays
    rows: Ints
    expected: Bools
    counts: Ints

    @classmethod
    def of(
        cls,
        campaign: CampaignFacts,
        indicators: Sequence[IndicatorFacts],
        first: date,
        last: date,
        today: date,
    ) -> _Lately:
        read = ledger.days_of_teams(campaign.id, first, today)
        ids, rows = np.unique(read.team, return_inverse=True)
        teams = people.teams(ids.tolist())
        counts = _by_day(rows, read, read.n, len(ids), (last - first).days + 1)
        _, groups = np.unique([_region(teams[pk].area_path) for pk in ids.tolist()], return_inverse=True)
        expected = days_of_work(
            counts,
            groups=groups,
            is_rest=_rest(campaign, first, counts.shape[1]),
            first_weekday=first.weekday(),
        )
        return cls(first, last, indicators, teams, ids, read, rows, expected, counts)

    def found(self) -> list[Found]:
        if not len(self.ids):
            return []
        gone = silence(self.counts, self.expected, first_weekday=self.first.weekday())
        # Who reported since is heard from, though that day is not judged yet.
        after = self.read.day > (self.last - self.first).days
        heard = np.isin(self.ids, self.read.team[after & (self.read.n > 0)])
        found = [
            Found(
                kind="silent",
                team_id=int(self.ids[row]),
                indicator_id=None,
                since=self.first + _ONE_DAY * (int(gone.last[row]) + 1),
                figures={"days": int(gone.days[row])},
            )
            for row in np.flatnonzero(gone.is_warned & ~heard)
        ]
        is_there = gone.days < SILENT_DAYS_MIN
        hours = [one for one in self.indicators if one.kind == "hours"]
        outputs = [one for one in self.indicators if one.kind == "output" and one.aggregation == "sum"]
        for one in outputs or hours:
            found += self._dropped(one, is_there)
        for one in outputs:
            found += self._over_norm(one, hours)
            found += self._helped(one)
        return found

    def _dropped(self, indicator: IndicatorFacts, is_there: Bools) -> Iterator[Found]:
        """Fewer than the team's own past and the others' days let expect; silence is told as silence."""
        _, groups = np.unique(
            [_region(self.teams[pk].area_path) for pk in self.ids.tolist()], return_inverse=True
        )
        counts, amounts = self._of(indicator, self.read.n), self._of(indicator, self.read.quantity_milli)
        below = drop(
            amounts.astype(np.float64),
            counts,
            self.expected,
            groups=groups,
            first_weekday=self.first.weekday(),
        )
        for row in np.flatnonzero(below.is_warned & is_there):
            days = int(below.days[row])
            yield Found(
                kind="drop",
                team_id=int(self.ids[row]),
                indicator_id=indicator.id,
                since=self._day_before(row, days),
                figures={
                    "days": days,
                    "done_milli": round(float(below.done[row])),
                    "wanted_milli": round(float(below.expected[row])),
                },
            )

    def _over_norm(self, indicator: IndicatorFacts, hours: Sequence[IndicatorFacts]) -> Iterator[Found]:
        """More a person and day than the norm bears, over a week: overworked people, or a wrong figure."""
        if indicator.daily_norm_milli is None or not hours:
            return
        person_days = sum((self._of(one, self.read.n) for one in hours), np.zeros_like(self.counts))
        done = np.where(person_days > 0, self._of(indicator, self.read.quantity_milli), 0)
        week = slice(-LATELY_DAYS, None)
        done_milli, days = done[:, week].sum(axis=1), person_days[:, week].sum(axis=1)
        for row in np.flatnonzero(days > 0):
            norm_milli = int(days[row]) * indicator.daily_norm_milli
            load = norm_share(int(done_milli[row]), norm_milli)
            if load is not None and load.opens_review:
                yield Found(
                    kind="over_norm",
                    team_id=int(self.ids[row]),
                    indicator_id=indicator.id,
                    since=max(self.first, self.last - _ONE_DAY * (LATELY_DAYS - 1)),
                    figures={"done_milli": int(done_milli[row]), "wanted_milli": norm_milli},
                )

    def _helped(self, indicator: IndicatorFacts) -> Iterator[Found]:
        """What was done for other places within the week."""
        read = self.read
        week = (read.indicator == indicator.id) & (read.quantity_milli > 0)
        week &= read.day > (self.last - self.first).days - LATELY_DAYS
        paths = {pk: area.path for pk, area in places.areas(np.unique(read.area[week]).tolist()).items()}
        helped: dict[int, list[tuple[int, int]]] = defaultdict(list)
        columns = (read.team[week], read.area[week], read.day[week], read.quantity_milli[week])
        for team_id, area_id, day, milli in zip(*(column.tolist() for column in columns), strict=True):
            if not paths[area_id].startswith(self.teams[team_id].area_path):
                helped[team_id].append((day, milli))
        for team_id, parts in helped.items():
            yield Found(
                kind="helped",
                team_id=team_id,
                indicator_id=indicator.id,
                since=self.first + _ONE_DAY * min(day for day, _ in parts),
                figures={"done_milli": sum(milli for _, milli in parts)},
            )

    def _of(self, indicator: IndicatorFacts, values: Ints) -> Ints:
        mine = self.read.indicator == indicator.id
        return _by_day(self.rows, self.read, np.where(mine, values, 0), *self.counts.shape)

    def _day_before(self, row: np.intp, days: int) -> date:
        """The first of a team's last ``days`` days of work."""
        there = np.flatnonzero(self.expected[row])
        return self.first + _ONE_DAY * int(there[-days])


def _by_day(rows: Ints, read: TeamDays, values: Ints, teams: int, days: int) -> Ints:
    """Summed by team and day; days that are not judged are left out."""
    inside = read.day < days
    table = np.zeros((teams, days), dtype=np.int64)
    np.add.at(table, (rows[inside], read.day[inside]), values[inside])
    return table


def _region(area_path: str) -> str:
    return "/".join(area_path.split("/")[: REGION_PARTS + 1])


def _rest(campaign: CampaignFacts, first: date, days: int) -> Bools:
    rest = np.zeros(days, dtype=np.bool_)
    for one in breaks.of(campaign.id):
        start = max(0, (one.first_day - first).days)
        end = days if one.last_day is None else (one.last_day - first).days + 1
        rest[start : max(start, end)] = True
    return rest


def _by_plan(campaign: CampaignFacts, today: date) -> Iterator[Found]:
    """Plans met, missed, or far behind; nothing of figures that are held or withheld."""
    deadlines: dict[tuple[int, int], date] = {}
    for target in campaigns.targets(campaign.id):
        cell = (target.indicator_id, target.area_id)
        deadlines[cell] = max(target.deadline, deadlines.get(cell, target.deadline))
    # As pages show it: what was kept of a nation is minutes old, and working it out again takes many seconds.
    whole = shown(campaign_id=campaign.id, today=today)
    for indicator in whole.indicators:
        indicator_id = indicator.indicator.id
        for team in whole.each_team(indicator_id):
            due = deadlines.get((indicator_id, team.team.area_id), campaign.ends_on)
            found = _of_plan(team, indicator_id, due, campaign.starts_on, today)
            if found is not None:
                yield found
    yield from _over_capacity(campaign, whole, today)


def _over_capacity(campaign: CampaignFacts, whole: Shown, today: date) -> Iterator[Found]:
    """Teams of places that work above what they are rated for; nobody has looked at their safety yet (F7).

    Also of places whose figure is told to nobody else, since few people stand behind it.
    """
    open_reviews = standings.reviews_for(actor=SYSTEM, campaign_id=campaign.id, today=today)
    loads = {
        (one.indicator.id, one.area.id): one.load_percent
        for one in open_reviews
        if one.limit == "capacity" and one.team is None
    }
    for indicator in whole.indicators:
        indicator_id = indicator.indicator.id
        for team in whole.each_team(indicator_id):
            load = loads.get((indicator_id, team.team.area_id))
            # Kitchens and drivers have no part in what the place is rated for.
            if load is not None and team.figure.plan_milli:
                yield Found("over_capacity", team.team.id, indicator_id, today, {"percent": int(load)})


def _of_plan(team: TeamStanding, indicator_id: int, due: date, first_day: date, today: date) -> Found | None:
    figure = team.figure
    if figure.withheld or not figure.planned_milli or not figure.plan_milli:
        # Who brought in nothing at all was perhaps never asked: that is no plan of theirs.
        return None
    figures = {
        "done_milli": figure.planned_milli,
        "wanted_milli": figure.plan_milli,
        "verified_milli": figure.verified.estimate_milli,
    }
    if figure.planned_milli >= figure.plan_milli:
        is_proved = figure.verified_percent is not None and figure.verified_percent >= 100
        return Found("met" if is_proved else "met_claimed", team.team.id, indicator_id, today, figures)
    if due < today - _ONE_DAY * (JUDGED_AFTER_DAYS - 1):
        return Found("missed", team.team.id, indicator_id, due + _ONE_DAY, figures)
    if figure.days_ahead is None or figure.expected_milli is None or figure.days_ahead > -BEHIND_DAYS_MIN:
        return None
    short_milli = figure.expected_milli - figure.planned_milli
    if short_milli * 100 < figure.expected_milli * BEHIND_PERCENT_MIN:
        return None
    behind = {**figures, "wanted_milli": figure.expected_milli, "days": int(-figure.days_ahead)}
    return Found("behind", team.team.id, indicator_id, max(first_day, today), behind)
