"""Grades A, B and C for like teams: as much order as the data carry, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from dure.engine.grading.shrinkage import Floats, Group, normal_cdf, shrink
from dure.kernel.must import must

# One person-day's output spreads by about half of its mean; better taken from the group by pooled_spread().
SPREAD_DEFAULT = 0.5
INTERVAL_LEVEL = 0.90
# A chance of 5 % that any of a group of equal teams leaves the funnel.
FUNNEL_ERROR = 0.05
# Promise F9 allows 5 %; in simulations of teams of mixed sizes the model errs by up to 1 % of the pairs.
WRONG_PAIRS_MAX = 0.03
# Below this a team is B at best: a handful of people can share one good field or one bad storm.
PERSON_DAYS_MIN = 30
# Above this chance that no recount touched a team, its claims alone would make it lead: it is B at best (F3, F8).
UNSEEN_MAX = 0.25
# Fewer teams than this give no group to compare with.
TEAMS_MIN = 5
# A margin is looked for in steps of the deviation between teams; beyond three of them hardly anybody is left.
MARGIN_STEP = 0.1
MARGIN_MAX = 3.0
# All pairs of 50,000 teams are too many; so many evenly spaced teams of a grade stand for it.
PAIR_SAMPLE_MAX = 200


class Grade(StrEnum):
    """A above the group, B not told apart from it, C below it."""

    A = "A"
    B = "B"
    C = "C"
    NOT_YET_KNOWN = "not_yet_known"


class Reason(StrEnum):
    """Why a team has its grade; entrances put it in words."""

    ABOVE_GROUP = "above_group"
    BELOW_GROUP = "below_group"
    NOT_TOLD_APART = "not_told_apart"
    TOO_FEW_PERSON_DAYS = "too_few_person_days"
    ONE_DAY_DECIDES = "one_day_decides"
    RECOUNTS_SHORT = "recounts_short"
    TOO_FEW_RECOUNTS = "too_few_recounts"
    NO_PLAN = "no_plan"
    NO_DATA = "no_data"
    TOO_FEW_TEAMS = "too_few_teams"


@dataclass(frozen=True, slots=True)
class TeamResult:
    """What a team did of its plan, in how many person-days on how many days, and on its best day.

    ``is_short``: recounts found clearly less than it claimed; such a team is B at best, whatever it claims.
    ``unseen``: how likely it is that no recount touched any of its entries; a claim alone earns nothing.
    ``squares``: of the ``amount_count`` amounts, one a day, that the team claimed (milli²); ``hidden_days``: on how
    many of them a lie would likely meet no recount (:func:`hidden_days`). Both 0: not told.
    """

    team: str
    done_milli: int
    plan_milli: int | None
    person_days: int
    days: int = 1
    best_day_milli: int = 0
    is_short: bool = False
    unseen: float = 0.0
    amount_count: int = 0
    squares: float = 0.0
    hidden_days: float = 0.0


@dataclass(frozen=True, slots=True)
class TeamGrade:
    """A team's grade; fulfilments are shares (1 is the plan), ``low`` to ``high`` the 90 % interval."""

    team: str
    grade: Grade
    reason: Reason
    fulfilment: float | None
    shrunk: float | None
    low: float | None
    high: float | None
    reliability: float | None


@dataclass(frozen=True, slots=True)
class Grading:
    """All teams in the order given, which is no ranking, and the group they were compared with."""

    teams: tuple[TeamGrade, ...]
    group_mean: float | None
    between_deviation: float | None

    def boards(self) -> Mapping[Grade, tuple[str, ...]]:
        """Every team by grade, in the order of their names: nobody is ranked within a grade."""
        return {grade: tuple(sorted(one.team for one in self.teams if one.grade is grade)) for grade in Grade}


def hidden_days(recounted: float) -> float:
    """On how many days a lie meets no recount with a chance of UNSEEN_MAX, where ``recounted`` of all entries are.

    >>> round(hidden_days(0.1), 1)
    13.2
    """
    must(0 <= recounted <= 1, "a share lies between 0 and 1")
    if recounted in (0, 1):
        return 0.0 if recounted else inf
    return log(UNSEEN_MAX) / log(1 - recounted)


def pooled_spread(outputs_by_team: Sequence[Sequence[int]]) -> float | None:
    """The relative standard deviation of one person-day's output within teams, pooled over the group.

    ``None`` until some team has two person-days with output.
    """
    squares, freedom = 0.0, 0
    for outputs in outputs_by_team:
        amounts = np.asarray(outputs, dtype=np.float64)
        if amounts.size >= 2 and amounts.mean() > 0:
            squares += float((((amounts / amounts.mean()) - 1) ** 2).sum())
            freedom += amounts.size - 1
    return (squares / freedom) ** 0.5 if freedom else None


def grade_teams(teams: Sequence[TeamResult], *, spread: float = SPREAD_DEFAULT) -> Grading:
    """Grade like teams by their fulfilment.

    A team's sampling variance is (``spread`` x group mean)^2 / person-days; ``spread`` is the relative standard
    deviation of one independent person-day. A and C ask for all of:

    - the teams differ at all (Cochran's Q at 5 %), so that equal teams share one grade;
    - the fulfilment lies outside the funnel around the group mean (Spiegelhalter, "Funnel plots for comparing
      institutional performance", 2005), with Bonferroni's limit for the number of teams;
    - the whole shrunk 90 % interval (Morris 1983) lies on one side of the group mean, by a margin that
      grows until at most 3 % of the pairs shown in different grades are expected in the wrong order (the
      compound decision of Gu and Koenker, "Invidious comparisons", Econometrica 2023);
    - at least 30 person-days; for A of several days, the same funnel without the team's best day;
    - for A, recounts that do not contradict the claims, and are so many that a lie would likely have met one, also
      a lie on a few days alone.

    A ``spread`` of 0 or less is a caller's bug; so are negative counts and plans.
    """
    must(spread > 0, "person-days differ")
    must(all(team.person_days >= 0 and team.days >= 0 for team in teams), "counts are not negative")
    must(all((team.plan_milli or 0) >= 0 for team in teams), "a plan is never negative")
    known = [team for team in teams if team.plan_milli and team.person_days]
    if len(known) < TEAMS_MIN:
        return Grading(tuple(_unknown(team) for team in teams), None, None)

    values = np.array([team.done_milli / (team.plan_milli or 1) for team in known])
    person_days = np.array([team.person_days for team in known], dtype=np.float64)
    group, variances = _group(values, person_days, spread)
    half = NormalDist().inv_cdf((1 + INTERVAL_LEVEL) / 2) * group.deviation
    grades = _grades(known, values, variances, group, half)
    graded = {
        id(team): TeamGrade(
            team.team,
            *grades[place],
            fulfilment=float(values[place]),
            shrunk=float(group.shrunk[place]),
            low=float(group.shrunk[place] - half[place]),
            high=float(group.shrunk[place] + half[place]),
            reliability=float(group.reliability[place]),
        )
        for place, team in enumerate(known)
    }
    answers = tuple(graded[id(team)] if id(team) in graded else _unknown(team) for team in teams)
    return Grading(answers, group.mean, group.between**0.5)


def _unknown(team: TeamResult) -> TeamGrade:
    fulfilment = team.done_milli / team.plan_milli if team.plan_milli and team.person_days else None
    if not team.plan_milli:
        reason = Reason.NO_PLAN
    elif not team.person_days:
        reason = Reason.NO_DATA
    else:
        reason = Reason.TOO_FEW_TEAMS
    return TeamGrade(team.team, Grade.NOT_YET_KNOWN, reason, fulfilment, None, None, None, None)


def _group(values: Floats, person_days: Floats, spread: float) -> tuple[Group, Floats]:
    # The spread belongs to the group, not to the team: a lucky day must not narrow or widen its own limit.
    centre = max(float(values @ person_days / person_days.sum()), 1e-6)
    variances = (spread * centre) ** 2 / person_days
    return shrink(values, variances), variances


def _grades(
    teams: Sequence[TeamResult], values: Floats, variances: Floats, group: Group, half: Floats
) -> list[tuple[Grade, Reason]]:
    funnel = NormalDist().inv_cdf(1 - FUNNEL_ERROR / (2 * values.size))
    outside = (values - group.mean) / np.sqrt(variances)
    enough = np.array([team.person_days >= PERSON_DAYS_MIN for team in teams])
    without_best = np.array([_without_best_day(team) for team in teams])
    days_left = np.array([max(1, team.days - 1) / max(1, team.days) for team in teams])
    still_outside = (without_best - group.mean) / np.sqrt(variances / days_left) > funnel
    above = group.shrunk - group.mean - half
    below = group.mean - group.shrunk - half

    is_short = np.array([team.is_short for team in teams])
    is_seen = np.array([team.unseen <= UNSEEN_MAX and not _may_be_hidden(team, group.mean) for team in teams])
    may_a = enough & (outside > funnel) & still_outside & group.differs & ~is_short & is_seen
    may_c = enough & (outside < -funnel) & group.differs
    is_a, is_c = _carried(np.where(may_a, above, -np.inf), np.where(may_c, below, -np.inf), group)
    return [
        (Grade.A, Reason.ABOVE_GROUP)
        if is_a[place]
        else (Grade.C, Reason.BELOW_GROUP)
        if is_c[place]
        else (
            Grade.B,
            _why_b(
                team,
                enough=bool(enough[place]),
                leads=bool(outside[place] > funnel),
                one_day_decides=not still_outside[place],
                is_seen=bool(is_seen[place]),
            ),
        )
        for place, team in enumerate(teams)
    ]


def _why_b(team: TeamResult, *, enough: bool, leads: bool, one_day_decides: bool, is_seen: bool) -> Reason:
    if team.is_short:
        return Reason.RECOUNTS_SHORT
    if not enough:
        return Reason.TOO_FEW_PERSON_DAYS
    if not leads:
        return Reason.NOT_TOLD_APART
    if one_day_decides:
        return Reason.ONE_DAY_DECIDES
    return Reason.NOT_TOLD_APART if is_seen else Reason.TOO_FEW_RECOUNTS


def _may_be_hidden(team: TeamResult, mean: float) -> bool:
    """Whether what leads beyond the group's ``mean`` could lie on so few days that no recount met it.

    By Cantelli's inequality, of n amounts with variance v, whose mean lies d above a level, at least n d² / (v + d²)
    lie above that level.
    """
    if not team.hidden_days:
        return False
    if team.hidden_days >= team.amount_count:
        return True
    usual_milli = team.done_milli / team.amount_count
    lead = usual_milli - mean * (team.plan_milli or 0) / team.amount_count
    variance = max(0.0, team.squares / team.amount_count - usual_milli**2)
    return lead <= 0 or team.amount_count * lead**2 <= team.hidden_days * (variance + lead**2)


def _without_best_day(team: TeamResult) -> float:
    """The fulfilment had the best day not been; of a single day nothing can be left out."""
    plan_milli = team.plan_milli or 1
    if team.days < 2:
        return team.done_milli / plan_milli
    return (team.done_milli - team.best_day_milli) / (plan_milli * (team.days - 1) / team.days)


def _carried(above: Floats, below: Floats, group: Group) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is A and who is C, with the least margin that leaves few enough pairs likely misordered.

    ``above`` and ``below`` say how far a team's whole interval lies on that side of the group mean.
    """
    for step in range(round(MARGIN_MAX / MARGIN_STEP)):
        margin = step * MARGIN_STEP * group.between**0.5
        is_a, is_c = above > margin, below > margin
        if wrong_pairs(group.shrunk, group.deviation, (is_a, ~is_a & ~is_c, is_c)) <= WRONG_PAIRS_MAX:
            return is_a, is_c
    nobody = np.zeros(above.size, dtype=np.bool_)
    return nobody, nobody


def wrong_pairs(
    means: Floats, deviations: Floats, grades: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]
) -> float:
    """The expected share, of all pairs in different ``grades`` (best first), that is in the wrong order."""
    wrong, pairs = 0.0, 0
    for better, worse in ((0, 1), (0, 2), (1, 2)):
        high, low = _stand_ins(means, grades[better]), _stand_ins(means, grades[worse])
        count = int(grades[better].sum()) * int(grades[worse].sum())
        if count == 0:
            continue
        apart = means[high][:, None] - means[low][None, :]
        scale = np.sqrt(deviations[high][:, None] ** 2 + deviations[low][None, :] ** 2)
        wrong += count * float(normal_cdf(-apart / np.maximum(scale, 1e-12)).mean())
        pairs += count
    return wrong / pairs if pairs else 0.0


def _stand_ins(means: Floats, members: NDArray[np.bool_]) -> NDArray[np.intp]:
    places = np.flatnonzero(members)
    if places.size <= PAIR_SAMPLE_MAX:
        return places
    ranked = places[np.argsort(means[places], kind="stable")]
    steps = (np.arange(PAIR_SAMPLE_MAX) + 0.5) * places.size / PAIR_SAMPLE_MAX
    return ranked[steps.astype(np.intp)]
