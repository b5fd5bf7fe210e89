"""Grades with intervals: comparisons only as far as the data carry."""

from dure.engine.grading.grade import (
    SPREAD_DEFAULT,
    Grade,
    Grading,
    Reason,
    TeamGrade,
    TeamResult,
    grade_teams,
    pooled_spread,
)

__all__ = [
    "SPREAD_DEFAULT",
    "Grade",
    "Grading",
    "Reason",
    "TeamGrade",
    "TeamResult",
    "grade_teams",
    "pooled_spread",
]
