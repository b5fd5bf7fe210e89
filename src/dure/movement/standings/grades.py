"""Teams in grades, as far as the data carry (promise F9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dure.engine.grading import Grade as EngineGrade
from dure.engine.grading import TeamGrade, TeamResult, grade_teams, hidden_days
from dure.engine.plan import rounded
from dure.movement.audit.types import Deduction
from dure.movement.ledger.reads import TeamSpan
from dure.movement.standings.measures import Measured
from dure.movement.standings.types import Grade

_SHOWN: dict[EngineGrade, Grade] = {
    EngineGrade.A: "A",
    EngineGrade.B: "B",
    EngineGrade.C: "C",
    EngineGrade.NOT_YET_KNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Graded:
    """A team's grade, why (a code), and where its fulfilment probably lies, in percent."""

    grade: Grade
    reason: str
    low_percent: Decimal | None
    high_percent: Decimal | None


NOTHING = Deduction(0, is_short=False)
WITHHELD = Graded("unknown", "withheld", None, None)


def grades(
    teams: Mapping[int, Measured],
    *,
    kinds: Mapping[int, str],
    person_days: Mapping[int, int],
    deductions: Mapping[int, Deduction],
    expected: Mapping[int, int],
    recounted: float,
    days: Mapping[int, TeamSpan],
) -> dict[int, Graded]:
    """Grade every team among the teams of its kind, by what it claims less what recounts take off (F8).

    ``person_days``, ``deductions`` and ``expected`` (its plan as the season's rules adjust it): by team.
    ``recounted``: the share of the campaign's entries that were recounted, each as likely as another. ``days``: what
    each team claimed by the day, of what is added up over days.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for team_id in sorted(teams):
        groups[kinds[team_id]].append(team_id)
    graded: dict[int, Graded] = {}
    for team_ids in groups.values():
        results = [
            _result(
                team_id,
                teams[team_id],
                expected.get(team_id),
                person_days.get(team_id, 0),
                deductions.get(team_id, NOTHING),
                recounted=recounted,
                days=days.get(team_id),
            )
            for team_id in team_ids
        ]
        for team_id, one in zip(team_ids, grade_teams(results).teams, strict=True):
            graded[team_id] = _graded(one)
    return graded


def _result(
    team_id: int,
    whole: Measured,
    expected_milli: int | None,
    person_days: int,
    deducted: Deduction,
    *,
    recounted: float,
    days: TeamSpan | None,
) -> TeamResult:
    # Below zero on purpose: cut off at nothing, the largest lies would be the cheapest.
    done_milli = whole.planned_milli - deducted.milli
    return TeamResult(
        team=str(team_id),
        done_milli=done_milli,
        plan_milli=expected_milli,
        person_days=person_days,
        days=whole.sums.days,
        best_day_milli=min(whole.sums.best_day_milli, max(done_milli, 0)),
        is_short=deducted.is_short,
        unseen=(1 - recounted) ** max(0, whole.sums.n),
        amount_count=days.days if days else 0,
        squares=days.squares if days else 0.0,
        hidden_days=hidden_days(recounted) if days else 0.0,
    )


def _graded(one: TeamGrade) -> Graded:
    return Graded(_SHOWN[one.grade], one.reason.value, _percent(one.low), _percent(one.high))


def _percent(share: float | None) -> Decimal | None:
    # A shrunk interval may reach below nothing done; work doesn't.
    return None if share is None else rounded(max(Fraction(0), Fraction(share)) * 100, 1)
