"""Against one's own past, and one team against another: told only where the days carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from statistics import NormalDist, median

from dure.kernel.must import must

# Fewer days of work than this say nothing about a team's usual day.
DAYS_MIN = 4
# Days that look all alike are known no better than to a tenth: they were rounded.
SPREAD_MIN = 0.1
INTERVAL_LEVEL = 0.90
# A chance of 5 % that any of a group of teams that went on as before is told apart from its past.
ERROR = 0.05
# Two who agreed to compare are two: a chance of 5 % that equals are told apart.
PAIR_ERROR = 0.05
# Of fewer like teams nobody can say what they all met with.
TEAMS_MIN = 5


@dataclass(frozen=True, slots=True)
class Span:
    """What a team did in a span of time: ``days`` days of work, their sum, and the sum of their squares (milli²).

    Days without work are no days: rest lowers nothing (P5).
    """

    days: int
    done_milli: int
    squares: float

    @property
    def day_milli(self) -> float:
        """A usual day of work."""
        return self.done_milli / self.days


NO_DAYS = Span(0, 0, 0.0)


@dataclass(frozen=True, slots=True)
class TeamSpans:
    """A team's last span and the one before it. ``is_short``: recounts found clearly less than it claimed."""

    team: str
    before: Span
    lately: Span
    is_short: bool = False


class Trend(StrEnum):
    """How a team's usual day of late compares with its own before."""

    MORE = "more"
    AS_BEFORE = "as_before"
    LESS = "less"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """``change``: of a usual day's output against before (0.2: a fifth more); ``low`` to ``high``: 90 % interval."""

    team: str
    trend: Trend
    change: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """In the order given. ``usual``: the change of the middle team, which weather and season make; None of too few."""

    teams: tuple[Change, ...]
    usual: float | None


def changes(teams: Sequence[TeamSpans]) -> Changes:
    """Each team against its own past.

    The logarithm of the ratio of two usual days has the variance ``spread² (1/m + 1/n)`` for spans of m and n days
    (the delta method: Lehr, "Sixteen S-squared over D-squared", 1992). ``spread`` is the relative standard deviation
    of one day, pooled over all teams, or the team's own where that is larger, so that a wild team is not told apart
    too soon. More or less is told beyond Bonferroni's limit for the number of teams; a team whose recounts fall
    short is never told to have done more.
    """
    must(all(one.before.days >= 0 and one.lately.days >= 0 for one in teams), "days are counted")
    known = [one for one in teams if _is_known(one.before) and _is_known(one.lately)]
    pooled = _spread([span for one in known for span in (one.before, one.lately)])
    limit = NormalDist().inv_cdf(1 - ERROR / (2 * max(1, len(known))))
    found = {id(one): _change(one, pooled, limit) for one in known}
    answers = tuple(found.get(id(one)) or Change(one.team, Trend.UNKNOWN) for one in teams)
    usual = median(one.change or 0.0 for one in found.values()) if len(found) >= TEAMS_MIN else None
    return Changes(answers, usual)


def _is_known(span: Span) -> bool:
    return span.days >= DAYS_MIN and span.done_milli > 0


def _change(one: TeamSpans, pooled: float, limit: float) -> Change:
    moved, error = _moved(one, pooled)
    trend = Trend.AS_BEFORE
    if moved > limit * error and not one.is_short:
        trend = Trend.MORE
    elif moved < -limit * error:
        trend = Trend.LESS
    half = NormalDist().inv_cdf((1 + INTERVAL_LEVEL) / 2) * error
    return Change(one.team, trend, exp(moved) - 1, exp(moved - half) - 1, exp(moved + half) - 1)


def _moved(one: TeamSpans, pooled: float) -> tuple[float, float]:
    """The logarithm of a usual day's growth, and its standard error."""
    spread = max(pooled, _spread([one.before, one.lately]))
    error = spread * (1 / one.before.days + 1 / one.lately.days) ** 0.5
    return log(one.lately.day_milli / one.before.day_milli), error


def _spread(spans: Sequence[Span]) -> float:
    """The relative standard deviation of one day within its span, pooled."""
    squares, freedom = 0.0, 0
    for span in spans:
        if span.days >= 2 and span.done_milli > 0:  # one day alone does not vary
            squares += max(0.0, span.squares / span.day_milli**2 - span.days)
            freedom += span.days - 1
    return max(SPREAD_MIN, (squares / freedom) ** 0.5) if freedom else SPREAD_MIN


class Outcome(StrEnum):
    """Of two teams that agreed to compare themselves."""

    FIRST = "first"
    SECOND = "second"
    NOT_TOLD_APART = "not_told_apart"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Contender:
    """A team in the days agreed on. ``plan_milli``: what was expected of it in them; ``deducted_milli``: what
    recounts take off (F8); ``before``: as many days before, where change is compared."""

    span: Span
    plan_milli: int | None = None
    deducted_milli: int = 0
    is_short: bool = False
    before: Span = NO_DAYS


def compare_levels(first: Contender, second: Contender) -> Outcome:
    """Who did more of what was expected of it: told where chance would tell equals apart in 5 of 100 comparisons.

    Welch's comparison with the spread of both teams' days pooled and Student's limit. A team whose recounts fall
    short is never ahead.
    """
    if not (first.plan_milli and second.plan_milli and _is_known(first.span) and _is_known(second.span)):
        return Outcome.UNKNOWN
    spread = _spread([first.span, second.span])
    one, other = (
        (team.span.done_milli - team.deducted_milli) / (team.plan_milli or 1) for team in (first, second)
    )
    # The spread is that of claims: what is taken off makes nobody's days more alike.
    centre = (first.span.done_milli / first.plan_milli + second.span.done_milli / second.plan_milli) / 2
    error = spread * centre * (1 / first.span.days + 1 / second.span.days) ** 0.5
    freedom = first.span.days + second.span.days - 2
    return _told(one - other, error, freedom, first, second)


def compare_changes(first: Contender, second: Contender) -> Outcome:
    """Whose usual day grew more against its own past, by the same rules."""
    pairs = [TeamSpans("", team.before, team.span) for team in (first, second)]
    if not all(_is_known(one.before) and _is_known(one.lately) for one in pairs):
        return Outcome.UNKNOWN
    spans = [span for one in pairs for span in (one.before, one.lately)]
    spread = _spread(spans)
    (one, error), (other, other_error) = (_moved(pair, spread) for pair in pairs)
    freedom = sum(span.days - 1 for span in spans)
    return _told(one - other, (error**2 + other_error**2) ** 0.5, freedom, first, second)


def _told(apart: float, error: float, freedom: int, first: Contender, second: Contender) -> Outcome:
    limit = student_quantile(1 - PAIR_ERROR / 2, freedom) * error
    if apart > limit and not first.is_short:
        return Outcome.FIRST
    if apart < -limit and not second.is_short:
        return Outcome.SECOND
    return Outcome.NOT_TOLD_APART


def student_quantile(level: float, freedom: int) -> float:
    """Student's quantile by Cornish and Fisher (Abramowitz and Stegun 26.7.5), within 1 % from 5 degrees on."""
    must(freedom > 0, "a spread has degrees of freedom")
    z = NormalDist().inv_cdf(level)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
