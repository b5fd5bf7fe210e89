"""Against one's own past, and two teams that agreed to compare themselves."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dure.engine.grading.improvement import (
    NO_DAYS,
    Contender,
    Outcome,
    Span,
    TeamSpans,
    Trend,
    changes,
    compare_changes,
    compare_levels,
    student_quantile,
)

DAY_MILLI = 100_000


def span(days: NDArray[np.float64]) -> Span:
    amounts = np.rint(days.clip(1)).astype(np.int64)
    return Span(amounts.size, int(amounts.sum()), float((amounts.astype(np.float64) ** 2).sum()))


def worked(rng: np.random.Generator, days: int, mean: float = 1.0, spread: float = 0.4) -> Span:
    return span(DAY_MILLI * mean * (1 + spread * rng.normal(size=days)).clip(0.05))


def test_teams_that_went_on_as_before_are_told_apart_in_at_most_5_of_100_groups() -> None:
    rng = np.random.default_rng(11)
    runs, told = 300, 0
    for _ in range(runs):
        teams = [
            TeamSpans(f"team {n}", worked(rng, 12, mean), worked(rng, 12, mean))
            for n, mean in enumerate(np.resize([0.2, 1.0, 3.0], 40))
        ]
        told += any(one.trend is not Trend.AS_BEFORE for one in changes(teams).teams)
    assert told / runs <= 0.05


def test_a_team_that_doubled_its_days_is_told_and_the_others_are_not() -> None:
    rng = np.random.default_rng(12)
    quiet = [TeamSpans(f"team {n}", worked(rng, 12), worked(rng, 12)) for n in range(20)]
    grew = TeamSpans("grew", worked(rng, 12), worked(rng, 12, 2.2))
    fell = TeamSpans("fell", worked(rng, 12, 2.2), worked(rng, 12))
    found = {one.team: one for one in changes([*quiet, grew, fell]).teams}
    assert (found["grew"].trend, found["fell"].trend) == (Trend.MORE, Trend.LESS)
    assert (found["grew"].low or 0) > 0.5
    assert {found[one.team].trend for one in quiet} == {Trend.AS_BEFORE}


def test_nine_of_ten_intervals_hold_the_true_change() -> None:
    rng = np.random.default_rng(13)
    held = []
    for _ in range(30):
        teams = [TeamSpans(str(n), worked(rng, 14), worked(rng, 14, 1.3)) for n in range(30)]
        held += [(one.low or 0) <= 0.3 <= (one.high or 0) for one in changes(teams).teams]
    assert 0.87 <= np.mean(held) <= 0.97


def test_rest_lowers_nothing() -> None:
    rng = np.random.default_rng(14)
    every_day, half_the_days = worked(rng, 14), worked(rng, 7)
    (found,) = changes([TeamSpans("rested", every_day, half_the_days)]).teams
    assert found.trend is Trend.AS_BEFORE


def test_what_all_met_with_stands_beside() -> None:
    rng = np.random.default_rng(15)
    rain = changes([TeamSpans(str(n), worked(rng, 14), worked(rng, 14, 0.5)) for n in range(30)])
    assert rain.usual == pytest.approx(-0.5, abs=0.1)
    assert changes([TeamSpans("alone", worked(rng, 14), worked(rng, 14))]).usual is None


def test_short_recounts_are_never_told_as_more_but_may_be_less() -> None:
    rng = np.random.default_rng(16)
    more = TeamSpans("one", worked(rng, 14), worked(rng, 14, 3.0))
    assert changes([more]).teams[0].trend is Trend.MORE
    assert changes([replace(more, is_short=True)]).teams[0].trend is Trend.AS_BEFORE
    less = TeamSpans("one", more.lately, more.before, is_short=True)
    assert changes([less]).teams[0].trend is Trend.LESS


@pytest.mark.parametrize(
    ("before", "lately"),
    [
        (NO_DAYS, Span(14, 14 * DAY_MILLI, 14.0 * DAY_MILLI**2)),
        (Span(14, 14 * DAY_MILLI, 14.0 * DAY_MILLI**2), Span(3, 9 * DAY_MILLI, 27.0 * DAY_MILLI**2)),
        (Span(14, 0, 0.0), Span(14, DAY_MILLI, float(DAY_MILLI**2))),
    ],
    ids=["no past", "three days", "nothing before"],
)
def test_too_little_is_unknown(before: Span, lately: Span) -> None:
    (found,) = changes([TeamSpans("one", before, lately)]).teams
    assert (found.trend, found.change) == (Trend.UNKNOWN, None)


def test_days_that_look_alike_are_not_known_to_the_last_unit() -> None:
    alike = Span(14, 14 * DAY_MILLI, 14.0 * DAY_MILLI**2)
    (found,) = changes([TeamSpans("one", alike, replace(alike, done_milli=14 * DAY_MILLI + 5_000))]).teams
    assert found.trend is Trend.AS_BEFORE


def test_two_equal_teams_are_told_apart_in_at_most_6_of_100_challenges() -> None:
    rng = np.random.default_rng(17)
    told = levels = 0
    for _ in range(1_000):
        # One has half the hands, and half the plan.
        large = Contender(worked(rng, 14, 2.0), 28 * DAY_MILLI, before=worked(rng, 14, 2.0))
        small = Contender(worked(rng, 10), 10 * DAY_MILLI, before=worked(rng, 14))
        levels += compare_levels(large, small) is not Outcome.NOT_TOLD_APART
        told += compare_changes(large, small) is not Outcome.NOT_TOLD_APART
    assert levels / 1_000 <= 0.06
    assert told / 1_000 <= 0.06


def test_a_clear_difference_is_told_from_both_sides() -> None:
    rng = np.random.default_rng(18)
    strong = Contender(worked(rng, 14, 2.0), 14 * DAY_MILLI, before=worked(rng, 14))
    quiet = Contender(worked(rng, 14), 14 * DAY_MILLI, before=worked(rng, 14))
    for compare in (compare_levels, compare_changes):
        assert (compare(strong, quiet), compare(quiet, strong)) == (Outcome.FIRST, Outcome.SECOND)


def test_who_is_found_short_never_leads_a_challenge() -> None:
    rng = np.random.default_rng(19)
    liar = Contender(worked(rng, 14, 2.0), 14 * DAY_MILLI, is_short=True, before=worked(rng, 14))
    honest = Contender(worked(rng, 14), 14 * DAY_MILLI, before=worked(rng, 14))
    assert compare_levels(liar, honest) is Outcome.NOT_TOLD_APART
    assert compare_changes(liar, honest) is Outcome.NOT_TOLD_APART
    caught = replace(liar, deducted_milli=26 * DAY_MILLI)
    assert compare_levels(caught, honest) is Outcome.SECOND


def test_without_plan_or_days_nothing_is_told() -> None:
    full = Contender(Span(14, 14 * DAY_MILLI, 14.0 * DAY_MILLI**2), 14 * DAY_MILLI)
    assert compare_levels(full, replace(full, plan_milli=None)) is Outcome.UNKNOWN
    assert compare_levels(full, replace(full, span=NO_DAYS)) is Outcome.UNKNOWN
    assert compare_changes(full, full) is Outcome.UNKNOWN


def test_students_quantile_against_the_printed_table() -> None:
    for freedom, printed in ((5, 2.571), (10, 2.228), (30, 2.042)):
        assert student_quantile(0.975, freedom) == pytest.approx(printed, rel=0.01)
