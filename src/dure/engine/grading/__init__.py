"""Grades with intervals: comparisons only as far as the data carry."""

from dure.engine.grading.grade import (
    SPREAD_DEFAULT,
    Grade,
    Grading,
    Reason,
    TeamGrade,
    TeamResult,
    grade_teams,
    hidden_days,
    pooled_spread,
)
from dure.engine.grading.improvement import (
    Change,
    Changes,
    Contender,
    Outcome,
    Span,
    TeamSpans,
    Trend,
    changes,
    compare_changes,
    compare_levels,
)

__all__ = [
    "SPREAD_DEFAULT",
    "Change",
    "Changes",
    "Contender",
    "Grade",
    "Grading",
    "Outcome",
    "Reason",
    "Span",
    "TeamGrade",
    "TeamResult",
    "TeamSpans",
    "Trend",
    "changes",
    "compare_changes",
    "compare_levels",
    "grade_teams",
    "hidden_days",
    "pooled_spread",
]
