"""Questions asked of rollups (and, of people, of entries): one set of Ibis expressions for every engine.

They are for those who run a campaign. What anybody may see of them is decided by standings (promises F9 and P9): a list
of teams by what they claimed is no standing, and heads and hours of few people are not published.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

import ibis
from ibis import Table, _

from dure.analytics.rollups import SUMS, whole
from dure.engine.log.entry import POINTING_KINDS, Kind

Level = Literal["campaign", "area", "team"]
LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "campaign": ("campaign", "indicator"),
    "area": ("campaign", "indicator", "area"),
    "team": ("campaign", "indicator", "team"),
}
PLACE: Final = ("campaign", "indicator", "area", "team")
ROLLING_DAYS: Final = 7
# A team is usually at work on a weekday on which it reported in two of the last four weeks.
USUAL_WEEKS: Final = 4
USUAL_WEEKS_MIN: Final = 2
_EPOCH: Final = date(1970, 1, 1)
_POINTING = sorted(int(kind) for kind in POINTING_KINDS)


def totals(rollups: Table, until: date | None = None) -> Table:
    """Sums by campaign, indicator, area and team over the days up to ``until``: what standings are made of.

    ``days``: on how many something was booked; ``best_day_milli``: claimed on the best of them.
    """
    rows = rollups if until is None else rollups.filter(_.work_day <= ibis.literal(until))
    summed = rows.group_by(*PLACE).agg(
        **{name: whole(rows[name].sum()) for name in SUMS},
        days=rows.count(),
        best_day_milli=rows.quantity_milli.max(),
    )
    return summed.select(*PLACE, *SUMS, "days", "best_day_milli")


def totals_by(level: Level, totals: Table) -> Table:
    """:func:`totals` summed by campaign, area or team, and indicator."""
    keys = LEVELS[level]
    summed = totals.group_by(*keys).agg(**{name: whole(totals[name].sum()) for name in SUMS})
    return summed.select(*keys, *SUMS).order_by(*keys)


def top_teams(totals: Table, indicator: int, count_max: int) -> Table:
    """The teams that claimed most of an indicator, for the internal board: by what they claimed, then by team."""
    ours = totals.filter(_.indicator == indicator)
    summed = ours.group_by("team").agg(
        n=whole(ours.n.sum()),
        quantity_milli=whole(ours.quantity_milli.sum()),
        n_recounted=whole(ours.n_recounted.sum()),
        recounted_milli=whole(ours.recounted_milli.sum()),
        recounted_claim_milli=whole(ours.recounted_claim_milli.sum()),
    )
    return summed.order_by(summed.quantity_milli.desc(), summed.team).limit(count_max)


def pace(rollups: Table, *, areas: Iterable[int] | None = None, teams: Iterable[int] | None = None) -> Table:
    """By indicator and day of work: that day's sums, all up to it, and those of the 7 days that end with it.

    A day without entries has no row; the 7 days are days of the calendar all the same.
    """
    rows = rollups
    if areas is not None:
        rows = rows.filter(rows.area.isin(sorted(areas)))
    if teams is not None:
        rows = rows.filter(rows.team.isin(sorted(teams)))
    by_day = rows.group_by("campaign", "indicator", "work_day").agg(
        n=whole(rows.n.sum()), quantity_milli=whole(rows.quantity_milli.sum())
    )
    keys = ("campaign", "indicator")
    numbered = by_day.mutate(day_number=_day_number(by_day.work_day))
    so_far = ibis.cumulative_window(group_by=keys, order_by="day_number")
    week = ibis.range_window(preceding=ROLLING_DAYS - 1, following=0, group_by=keys, order_by="day_number")
    told = numbered.mutate(
        cumulative_milli=whole(numbered.quantity_milli.sum().over(so_far)),
        rolling_milli=whole(numbered.quantity_milli.sum().over(week)),
    )
    columns = ("work_day", "n", "quantity_milli", "cumulative_milli", "rolling_milli")
    return told.select(*keys, *columns).order_by(*keys, "work_day")


def reporting(rollups: Table, first_day: date, last_day: date) -> Table:
    """The days on which a team has a contribution that stands: ``team``, ``day_number``."""
    rows = rollups.filter(_.work_day.between(ibis.literal(first_day), ibis.literal(last_day)), _.n > 0)
    return rows.select("team", day_number=_day_number(rows.work_day)).distinct()


def usual(rollups: Table, first_day: date, last_day: date) -> Table:
    """The days on which a team is usually at work, whether it reported or not: ``team``, ``day_number``."""
    before = (first_day - _EPOCH).days - 7 * USUAL_WEEKS
    reported = reporting(rollups, date.fromordinal(_EPOCH.toordinal() + before), last_day)
    weeks = [
        reported.select("team", day_number=reported.day_number + 7 * week)
        for week in range(1, USUAL_WEEKS + 1)
    ]
    counted = ibis.union(*weeks).group_by("team", "day_number").agg(weeks=_.count())
    first, last = ((day - _EPOCH).days for day in (first_day, last_day))
    return counted.filter(counted.weeks >= USUAL_WEEKS_MIN, counted.day_number.between(first, last)).select(
        "team", "day_number"
    )


def planned(plan: Table, first_day: date, last_day: date) -> Table:
    """The days on which a team has posts, from a table of ``team`` and ``work_day``: ``team``, ``day_number``."""
    rows = plan.filter(_.work_day.between(ibis.literal(first_day), ibis.literal(last_day)))
    return rows.select("team", day_number=_day_number(rows.work_day)).distinct()


def completeness(expected: Table, reported: Table) -> Table:
    """By day: how many teams were ``expected``, and how many of them are ``silent``."""
    found = _with_reports(expected, reported)
    counted = found.group_by("day_number").agg(
        expected=whole(found.count()), silent=whole(ibis.ifelse(found.is_silent, 1, 0).sum())
    )
    return counted.select(work_day=_day(counted.day_number), expected="expected", silent="silent").order_by(
        "work_day"
    )


def silent_teams(expected: Table, reported: Table) -> Table:
    """The teams that were expected and have no report, by day."""
    found = _with_reports(expected, reported)
    silent = found.filter(found.is_silent)
    return silent.select(work_day=_day(silent.day_number), team="team").order_by("work_day", "team")


def seen(entries: Table) -> Table:
    """Who stands behind what, each once: ``campaign``, ``indicator``, ``team``, ``area``, ``person_key``.

    Whose contribution was withdrawn still counts while another of theirs stands.
    """
    withdrawn = entries.filter(_.kind == int(Kind.WITHDRAWAL)).select(taken_back="points_at").distinct()
    standing = entries.filter(_.person_key.notnull(), _.kind.notin(_POINTING)).anti_join(
        withdrawn, [("log_index", "taken_back")]
    )
    return standing.select("campaign", "indicator", "team", "area", "person_key").distinct()


def people(seen: Table, above: Table | None = None) -> Table:
    """Distinct people by indicator and campaign, area or team.

    Columns ``level``, ``campaign``, ``indicator``, ``id``, ``people``.

    ``above``: table of ``area`` and ``within``, one row for each area and what it lies in, itself included; without
    it an area counts for itself alone. The campaign's ``id`` is its own.
    """
    areas = above if above is not None else seen.select("area", within="area").distinct()
    placed = seen.join(areas, "area")
    parts = [
        _heads(seen, "campaign", seen.campaign),
        _heads(placed, "area", placed.within),
        _heads(seen, "team", seen.team),
    ]
    return ibis.union(*parts).order_by("level", "campaign", "indicator", "id")


def _heads(rows: Table, level: Level, where: ibis.Value) -> Table:
    once = rows.select("campaign", "indicator", "person_key", id=where.cast("int64")).distinct()
    counted = once.group_by("campaign", "indicator", "id").agg(people=whole(once.count()))
    return counted.select(
        level=ibis.literal(level), campaign="campaign", indicator="indicator", id="id", people="people"
    )


def _with_reports(expected: Table, reported: Table) -> Table:
    marked = reported.select(teller="team", told_on="day_number")
    both = expected.left_join(marked, [expected.team == marked.teller, expected.day_number == marked.told_on])
    return both.select("team", "day_number", is_silent=both.teller.isnull())


def _day_number(day: ibis.Value) -> ibis.Value:
    """Days since 1970-01-01: windows and weeks are reckoned in them, which all engines do alike."""
    return day.delta(ibis.literal(_EPOCH), unit="day").cast("int64")


def _day(day_number: ibis.Value) -> ibis.Value:
    return (ibis.literal(_EPOCH) + day_number.as_interval("D")).cast("date")
