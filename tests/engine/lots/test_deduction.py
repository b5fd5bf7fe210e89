"""Lying brings nothing, correcting costs nothing (promise F8)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bench.honesty import CHANCES, DAYS, INFLATIONS, expected, standing
from dure.engine.lots import Recounted, deduction
from dure.kernel.must import Broken

TENTH = Fraction(1, 10)


def recounted(claimed: int, found: int, standing: int | None = None, chance: Fraction = TENTH) -> Recounted:
    return Recounted(claimed, found, claimed if standing is None else standing, chance)


@pytest.mark.parametrize(
    ("recounts", "milli", "is_short"),
    [
        ([], 0, False),
        ([recounted(1000, 1000)], 0, False),
        ([recounted(1000, 900)], 1250, True),
        ([recounted(1000, 960)], 500, False),
        ([recounted(1000, 1100)], -1000, False),
        ([recounted(1000, 900), recounted(1000, 1100)], 250, False),
        ([recounted(1000, 0, chance=Fraction(1))], 1250, True),
    ],
)
def test_what_is_missing_comes_off_by_how_likely_it_was_to_be_seen(
    recounts: list[Recounted], milli: int, is_short: bool
) -> None:
    found = deduction(recounts)
    assert (found.milli, found.is_short) == (milli, is_short)


def test_taking_back_after_the_draw_is_neither_cheaper_nor_dearer_than_silence() -> None:
    silent = 1000 - deduction([recounted(1000, 600)]).milli
    corrected = 600 - deduction([recounted(1000, 600, standing=600)]).milli
    assert corrected == silent


def test_taking_back_before_the_draw_leaves_nothing_to_find() -> None:
    assert deduction([recounted(600, 600)]).milli == 0


def test_a_chance_of_nothing_is_a_bug() -> None:
    with pytest.raises(Broken):
        deduction([recounted(1, 1, chance=Fraction(0))])


@pytest.mark.parametrize("chance", CHANCES)
@pytest.mark.parametrize("days", DAYS)
def test_the_more_a_team_inflates_the_lower_its_expected_standing(days: int, chance: Fraction) -> None:
    """Best response: whatever a team may choose, the truth stands highest. The whole table: `bench.honesty`."""
    standings = [standing(days=days, chance=chance, inflation=lie, runs=400) for lie in INFLATIONS]
    assert standings == sorted(standings, reverse=True)


@pytest.mark.parametrize("chance", CHANCES[::2])
@pytest.mark.parametrize("days", DAYS)
def test_no_lie_raises_the_expected_grade(days: int, chance: Fraction) -> None:
    honest = expected(days=days, chance=chance, inflation=0.0, runs=60)
    for lie in (0.25, 1.0):
        assert expected(days=days, chance=chance, inflation=lie, runs=60).points < honest.points


@pytest.mark.parametrize("chance", CHANCES[:2])
@pytest.mark.parametrize("lie_days", [2, 5, 9, 20])
def test_a_lie_on_a_few_days_that_no_recount_is_likely_to_meet_raises_no_grade_either(
    chance: Fraction, lie_days: int
) -> None:
    """Of forty days, two made up were an A in nine of ten runs while recounts were counted by the team alone."""
    lie = expected(days=40, chance=chance, inflation=0.5, runs=60, lie_days=lie_days)
    assert lie.points < expected(days=40, chance=chance, inflation=0.0, runs=60).points
    assert lie.share_a <= 0.25
