"""Early warnings: which teams went silent or do clearly less, beyond what chance explains.

All arrays are ``(teams, days)``, the newest day last. A warning is a reason to ask, no verdict; so the limits are
set that of a hundred teams that work as ever at most one is warned about in a week (``tests/engine/plan``). What is
the same for everybody (a day of rain, a feast) is no team's doing: it is taken out first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.kernel.must import must

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Fewer teams show no weather that they share.
GROUP_MIN: Final = 10
# A day on which fewer than half as many as usual reported is excused; but not longer than three days on end:
# then a whole region is silent, and somebody should know.
EXCUSED_SHARE: Final = 0.5
EXCUSED_RUN_MOST: Final = 3
SILENT_DAYS_MIN: Final = 3
# Of a team that is hardly known yet: a week.
SILENT_DAYS_UNKNOWN: Final = 7
KNOWN_DAYS_MIN: Final = 10
# Nobody waits longer to ask, if the team never was away half as long.
SILENT_DAYS_MOST: Final = 21
SILENT_CHANCE_MOST: Final = 0.000_2
# How many days of a weekday's own the team's overall habit is worth.
HABIT_DAYS: Final = 2.0
WEEK: Final = 7
DROP_DAYS: Final = (7, 14)
PAST_DAYS_MIN: Final = 14
# A lower limit of chance 0.001 on one morning (normal deviate); mornings overlap, so a week has not seven times it.
DROP_DEVIATE: Final = 3.1
# A drop that matters: at least three tenths less.
DROP_SHARE_MOST: Final = 0.7
LINKED_MOST: Final = 0.8


@dataclass(frozen=True, eq=False)
class Silence:
    """By team: ``days`` without a report on which one was to be expected, the chance of so many by the team's own
    habit, and whether that is a warning. ``last`` is the column of the newest report, -1 where there is none."""

    days: Ints
    chance: Floats
    last: Ints
    is_warned: Bools


@dataclass(frozen=True, eq=False)
class Drop:
    """By team: what was done on its last ``days`` days of work, what its own past and the others' days let expect,
    and whether it is below the funnel. NaN where too little is known."""

    days: Ints
    done: Floats
    expected: Floats
    is_warned: Bools


def days_of_work(counts: Ints, *, groups: Ints, is_rest: Bools, first_weekday: int) -> Bools:
    """On which days a report was to be expected of each team: (teams, days).

    ``counts``: contributions by team and day. ``groups``: which teams share weather, by team. ``is_rest``: by day.
    ``first_weekday``: of the first day, Monday 0.
    """
    must(counts.shape[1] == len(is_rest), "one mark a day")
    expected = np.repeat(~is_rest[None, :], len(counts), axis=0)
    reported = counts > 0
    weekday = _weekdays(counts.shape[1], first_weekday)
    if len(counts) < GROUP_MIN:
        return expected
    whole = _excused(reported, weekday, is_rest)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        excused = _excused(reported[rows], weekday, is_rest) if len(rows) >= GROUP_MIN else whole
        expected[rows] &= ~excused
    return expected


def silence(counts: Ints, expected: Bools, *, first_weekday: int) -> Silence:
    """Teams that stopped reporting.

    The chance of a silence is the posterior predictive one of the team's habit: by weekday a share of days without
    a report, drawn to the share of all days (beta-binomial; Gelman et al., "Bayesian Data Analysis", section 2.4).
    Days off that come in stretches are no coin tosses, so the silence must also be longer than any the team had.
    """
    teams, days = counts.shape
    reported = counts > 0
    any_report: Bools = np.any(reported, axis=1)
    column = np.arange(days)
    last = np.where(any_report, days - 1 - np.argmax(reported[:, ::-1], axis=1), -1)
    first = np.where(any_report, np.argmax(reported, axis=1), days)
    after = expected & (column > last[:, None]) & any_report[:, None]
    before = expected & (column >= first[:, None]) & (column <= last[:, None])
    silent_days = after.sum(axis=1)
    known = before.sum(axis=1)
    worked = (before & reported).sum(axis=1)
    missed_share = 1 - (worked + 0.5) / (known + 1)
    weekday = _weekdays(days, first_weekday)
    missed, seen = np.zeros((teams, WEEK)), np.zeros((teams, WEEK))
    for day in range(WEEK):
        of_day: Bools = np.equal(weekday, day)
        there = before[:, of_day]
        seen[:, day] = there.sum(axis=1)
        missed[:, day] = (there & ~reported[:, of_day]).sum(axis=1)
    chance = np.ones(teams)
    for at in range(days):
        day = weekday[at]
        share = (missed[:, day] + HABIT_DAYS * missed_share) / (seen[:, day] + HABIT_DAYS)
        chance = np.where(after[:, at], chance * share, chance)
        missed[:, day] += after[:, at]
        seen[:, day] += after[:, at]
    gap = _longest_gap(before, reported)
    is_odd = (silent_days >= SILENT_DAYS_MIN) & (silent_days > gap) & (chance <= SILENT_CHANCE_MOST)
    is_odd |= (silent_days >= SILENT_DAYS_MOST) & (silent_days > 2 * gap)
    warned = np.where(known >= KNOWN_DAYS_MIN, is_odd, silent_days >= SILENT_DAYS_UNKNOWN)
    return Silence(silent_days, chance, last, warned & any_report)


def drop(amounts: Floats, counts: Ints, expected: Bools, *, groups: Ints, first_weekday: int) -> Drop:
    """Teams whose last days of work lie below the funnel of their own past.

    They are counted in contributions of the team's usual size, as quasi-Poisson with the scatter of the team's own
    days (never less than Poisson's) and their dependence from one day to the next; the deviate is that of the square
    root (Freeman and Tukey, "Transformations related to the angular and the square root", 1950), its limit Student's
    for as many days as are known (Spiegelhalter, "Funnel plots for comparing institutional performance", 2005).
    Weekdays are those of the team's group; what the days brought to the middle one of it is nobody's own drop.
    """
    columns = counts.shape[1]
    amounts = np.maximum(amounts, 0.0)
    first = np.where((counts > 0).any(axis=1), np.argmax(counts > 0, axis=1), columns)
    mine = expected & (np.arange(columns) >= first[:, None])
    newest_first = np.cumsum(mine[:, ::-1], axis=1)[:, ::-1]
    weekday = _weekdays(columns, first_weekday)
    stretches = (
        _below(
            amounts,
            counts,
            mine & (newest_first <= days),
            mine & (newest_first > days),
            groups,
            weekday,
            days,
        )
        for days in DROP_DAYS
    )
    return reduce(_first_of, stretches)


def _weekdays(days: int, first_weekday: int) -> Ints:
    weekday: Ints = (np.arange(days, dtype=np.int64) + first_weekday) % WEEK
    return weekday


def _excused(reported: Bools, weekday: Ints, is_rest: Bools) -> Bools:
    """Days on which few of a group reported, for that weekday; at most so many on end."""
    active = reported.any(axis=1)
    share = reported[active].mean(axis=0) if active.any() else np.zeros(len(weekday))
    low = np.zeros(len(weekday), dtype=np.bool_)
    for day in range(WEEK):
        those = (weekday == day) & ~is_rest
        if those.any():
            low[those] = share[those] < EXCUSED_SHARE * np.median(share[those])
    run = 0
    for at in range(len(low)):
        run = run + 1 if low[at] else 0
        low[at] = 0 < run <= EXCUSED_RUN_MOST
    return low


def _longest_gap(before: Bools, reported: Bools) -> Ints:
    """The longest stretch of expected days without a report that the team had before its newest one."""
    longest = np.zeros(len(before), dtype=np.int64)
    run = np.zeros(len(before), dtype=np.int64)
    for at in range(before.shape[1]):
        run = np.where(reported[:, at], 0, run + before[:, at])
        longest = np.maximum(longest, np.where(before[:, at], run, 0))
    return longest


def _below(
    amounts: Floats, counts: Ints, lately: Bools, past: Bools, groups: Ints, weekday: Ints, days: int
) -> Drop:
    """The last ``days`` days of work of each team against its past before them."""
    n = past.sum(axis=1)
    profile = _profile(amounts, past, groups, weekday)
    usual = _sum(amounts, past) / np.maximum(_sum(profile, past), 1e-9)
    size = _sum(amounts, past) / np.maximum(_sum(counts.astype(float), past), 1.0)
    done, wanted = _sum(amounts, lately), usual * _sum(profile, lately)
    is_known = (n >= PAST_DAYS_MIN) & (lately.sum(axis=1) == days) & (size > 0) & (wanted > 0)
    wanted = wanted * _shared(done, wanted, is_known, groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = size[:, None]
        spread = _scatter(amounts / scale, profile * usual[:, None] / scale, past, n)
        got, mean = done / size / spread, wanted / size / spread
        deviate = 2 * (np.sqrt(got + 0.5) - np.sqrt(mean)) / np.sqrt(1 + days / np.maximum(n, 1))
        limit = -_student(DROP_DEVIATE, np.maximum(n - 1, 1))
        is_below = is_known & (deviate < limit) & (done <= DROP_SHARE_MOST * wanted)
    return Drop(
        days=np.full(len(n), days, dtype=np.int64),
        done=np.where(is_known, done, np.nan),
        expected=np.where(is_known, wanted, np.nan),
        is_warned=is_below,
    )


def _first_of(one: Drop, other: Drop) -> Drop:
    """The warning of the longer stretch where the shorter one gives none."""
    takes = other.is_warned & ~one.is_warned
    return Drop(
        days=np.where(takes, other.days, one.days),
        done=np.where(takes, other.done, one.done),
        expected=np.where(takes, other.expected, one.expected),
        is_warned=one.is_warned | other.is_warned,
    )


def _sum(values: Floats, where: Bools) -> Floats:
    total: Floats = np.where(where, values, 0.0).sum(axis=1)
    return total


def _profile(amounts: Floats, past: Bools, groups: Ints, weekday: Ints) -> Floats:
    """What a weekday brings to a team's group, as a share of its middle day: (teams, days)."""
    profile = np.ones(amounts.shape)
    if len(amounts) < GROUP_MIN:
        return profile
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        like = rows if len(rows) >= GROUP_MIN else np.arange(len(amounts))
        share = np.ones(WEEK)
        for day in range(WEEK):
            there = past[like][:, weekday == day]
            share[day] = amounts[like][:, weekday == day][there].mean() if there.any() else 1.0
        middle = np.median(share)
        if middle > 0:
            profile[rows] = (share / middle)[weekday]
    return profile


def _scatter(scaled: Floats, wanted: Floats, past: Bools, n: Ints) -> Floats:
    """Variance by mean of days, with their dependence; 1 is Poisson's."""
    off = np.where(past, scaled - wanted, 0.0)
    squares = np.maximum((off**2).sum(axis=1), 1e-12)
    linked = (off[:, 1:] * off[:, :-1]).sum(axis=1) / squares
    rho = np.clip(linked, 0.0, LINKED_MOST)
    ratio = squares / np.maximum(_sum(wanted, past), 1e-9) * n / np.maximum(n - 1, 1)
    scatter: Floats = np.maximum(ratio * (1 + rho) / (1 - rho), 1.0)
    return scatter


def _shared(done: Floats, wanted: Floats, is_known: Bools, groups: Ints) -> Floats:
    """How the days went for the middle team of each group, by team: 1 where it went as ever or better."""
    shared = np.ones(len(done))
    for group in np.unique(groups):
        rows = np.flatnonzero((groups == group) & is_known)
        if len(rows) >= GROUP_MIN:
            shared[rows] = min(1.0, float(np.median(done[rows] / wanted[rows])))
    return shared


def _student(deviate: float, freedom: Ints) -> Floats:
    """The quantile of Student's t that belongs to a normal deviate (Abramowitz and Stegun, 26.7.5)."""
    z = deviate
    limit: Floats = (
        z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom.astype(float) ** 2)
    )
    return limit
