"""Grades: as much order as the data carry, and no more (promise F9)."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray

from dure.engine.grading import (
    Grade,
    Reason,
    TeamGrade,
    TeamResult,
    grade_teams,
    hidden_days,
    pooled_spread,
)
from dure.engine.grading.grade import UNSEEN_MAX
from dure.engine.grading.shrinkage import chi_square_quantile, normal_cdf
from dure.kernel.must import Broken

PLAN_MILLI = 10**9
SPREAD = 0.5
ORDER = {Grade.A: 2, Grade.B: 1, Grade.C: 0}


def team(
    name: str, fulfilment: float, *, person_days: int = 100, days: int = 1, best_day: float = 0
) -> TeamResult:
    return TeamResult(
        name,
        done_milli=round(max(0.0, fulfilment) * PLAN_MILLI),
        plan_milli=PLAN_MILLI,
        person_days=person_days,
        days=days,
        best_day_milli=round(best_day * PLAN_MILLI),
    )


def simulated(
    rng: np.random.Generator, person_days: NDArray[np.int64], reliability: float
) -> tuple[NDArray[np.float64], list[TeamResult]]:
    """True fulfilments, and teams with reports of them; ``reliability`` is that of the middle team."""
    variances = SPREAD**2 / person_days
    between = float(np.median(variances)) * reliability / (1 - reliability)
    truth = 1 + between**0.5 * rng.normal(size=person_days.size)
    seen = truth + np.sqrt(variances) * rng.normal(size=person_days.size)
    return truth, [
        team(f"team {number}", float(value), person_days=int(person_days[number]))
        for number, value in enumerate(seen)
    ]


def field(*more: TeamResult) -> dict[str, TeamGrade]:
    """Forty quiet teams around 100 % with true differences, and ``more``."""
    _, teams = simulated(np.random.default_rng(4), np.full(40, 200), 0.6)
    return {one.team: one for one in grade_teams([*teams, *more]).teams}


def test_identical_teams_share_one_grade_in_95_of_100_groups() -> None:
    rng = np.random.default_rng(1)
    sizes = np.resize([5, 20, 50, 100, 400], 50)
    runs = 300
    together = sum(
        len({one.grade for one in grade_teams(simulated(rng, sizes, 0.0)[1]).teams}) == 1 for _ in range(runs)
    )
    assert together / runs >= 0.95


@pytest.mark.parametrize("reliability", [0.5, 0.6, 0.7, 0.8, 0.9])
@pytest.mark.parametrize(
    "sizes", [np.full(60, 100), np.resize([10, 40, 100, 400], 60)], ids=["like", "mixed"]
)
def test_at_most_5_of_100_pairs_shown_in_order_are_in_the_wrong_one(
    reliability: float, sizes: NDArray[np.int64]
) -> None:
    rng = np.random.default_rng(3)
    wrong = pairs = 0
    for _ in range(150):
        truth, teams = simulated(rng, sizes, reliability)
        rank = np.array([ORDER[one.grade] for one in grade_teams(teams).teams])
        shown_better = rank[:, None] > rank[None, :]
        pairs += int(shown_better.sum())
        wrong += int((shown_better & (truth[:, None] < truth[None, :])).sum())
    assert pairs > 0
    assert wrong / pairs <= 0.05


def test_real_differences_are_shown() -> None:
    rng = np.random.default_rng(8)
    truth, teams = simulated(rng, np.full(100, 400), 0.95)
    grades = [one.grade for one in grade_teams(teams).teams]
    assert grades[int(truth.argmax())] is Grade.A
    assert grades[int(truth.argmin())] is Grade.C
    assert grades.count(Grade.A) >= 15


def test_a_team_of_five_with_one_lucky_day_is_not_a() -> None:
    for luck in (1.5, 3.0, 10.0):
        graded = field(team("five", luck, person_days=5))["five"]
        assert (graded.grade, graded.reason) == (Grade.B, Reason.TOO_FEW_PERSON_DAYS)
        assert graded.shrunk is not None
        assert graded.shrunk < luck


def test_one_lucky_day_among_twenty_does_not_make_a_team_a() -> None:
    graded = field(team("five", 1.45, person_days=100, days=20, best_day=0.5))["five"]
    assert (graded.grade, graded.reason) == (Grade.B, Reason.ONE_DAY_DECIDES)
    steady = field(team("five", 1.45, person_days=100, days=20, best_day=0.08))["five"]
    assert steady.grade is Grade.A


def test_a_team_whose_recounts_fall_short_does_not_lead() -> None:
    leader = team("leader", 1.6, person_days=400, days=20, best_day=0.08)
    assert field(leader)["leader"].grade is Grade.A
    short = field(replace(leader, is_short=True))["leader"]
    assert (short.grade, short.reason) == (Grade.B, Reason.RECOUNTS_SHORT)


def test_a_claim_that_no_recount_met_makes_nobody_lead() -> None:
    leader = team("leader", 1.6, person_days=400, days=20, best_day=0.08)
    assert field(replace(leader, unseen=0.25))["leader"].grade is Grade.A
    unseen = field(replace(leader, unseen=0.26))["leader"]
    assert (unseen.grade, unseen.reason) == (Grade.B, Reason.TOO_FEW_RECOUNTS)
    # Bad news needs no recount.
    behind = team("behind", 0.3, person_days=400, days=20, best_day=0.02)
    assert field(replace(behind, unseen=1.0))["behind"].grade is Grade.C


def test_a_lead_that_lies_on_fewer_days_than_a_lie_could_hide_on_is_not_told() -> None:
    """Of 1.6 of a plan, 0.6 on 4 of 20 days: five days could be made up without a recount meeting them."""
    leader = team("leader", 1.6, person_days=400, days=20, best_day=0.2)
    usual, more = 0.05 * PLAN_MILLI, 0.15 * PLAN_MILLI
    told = replace(leader, amount_count=20, hidden_days=5.0)
    few = replace(told, squares=16 * usual**2 + 4 * (usual + more) ** 2)
    assert field(few)["leader"].reason is Reason.TOO_FEW_RECOUNTS
    assert field(replace(few, hidden_days=3.5))["leader"].grade is Grade.A
    even = replace(told, squares=20 * (0.08 * PLAN_MILLI) ** 2)
    assert field(even)["leader"].grade is Grade.A
    assert field(replace(even, hidden_days=20.0))["leader"].reason is Reason.TOO_FEW_RECOUNTS


def test_how_many_days_can_hide_a_lie_follows_from_the_share_that_is_recounted() -> None:
    assert hidden_days(0) == inf
    assert hidden_days(1) == 0
    assert 0.9 ** hidden_days(0.1) == pytest.approx(UNSEEN_MAX)


def test_a_team_without_plan_or_data_is_not_yet_known() -> None:
    graded = field(
        TeamResult("no plan", 500, None, 100),
        TeamResult("plan of 0", 500, 0, 100),
        TeamResult("silent", 0, PLAN_MILLI, 0),
    )
    assert graded["no plan"].reason is graded["plan of 0"].reason is Reason.NO_PLAN
    assert graded["silent"].reason is Reason.NO_DATA
    for name in ("no plan", "plan of 0", "silent"):
        assert graded[name].grade is Grade.NOT_YET_KNOWN
        assert graded[name].shrunk is None


def test_four_teams_are_no_group() -> None:
    few = grade_teams([team(name, 1.0) for name in ("heron", "crane", "stork", "ibis")])
    assert {one.reason for one in few.teams} == {Reason.TOO_FEW_TEAMS}
    assert few.teams[0].fulfilment == 1.0
    assert few.group_mean is None


def test_everyone_is_listed_and_nobody_ranked_within_a_grade() -> None:
    rng = np.random.default_rng(8)
    _, teams = simulated(rng, np.full(30, 400), 0.95)
    graded = grade_teams(teams)
    assert [one.team for one in graded.teams] == [one.team for one in teams]
    boards = graded.boards()
    assert sorted(name for board in boards.values() for name in board) == sorted(one.team for one in teams)
    assert all(list(board) == sorted(board) for board in boards.values())


def test_the_order_of_the_list_changes_no_grade() -> None:
    _, teams = simulated(np.random.default_rng(9), np.full(30, 400), 0.9)
    there = {one.team: one.grade for one in grade_teams(teams).teams}
    assert {one.team: one.grade for one in grade_teams(teams[::-1]).teams} == there


def test_nine_of_ten_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(6)
    held = []
    for _ in range(60):
        truth, teams = simulated(rng, np.resize([30, 100, 300], 60), 0.6)
        held += [
            (one.low or 0) <= true <= (one.high or 0)
            for one, true in zip(grade_teams(teams).teams, truth, strict=True)
        ]
    assert 0.87 <= np.mean(held) <= 0.95


def test_all_teams_at_zero_are_one_grade() -> None:
    graded = grade_teams([team(f"team {number}", 0.0) for number in range(10)])
    assert {one.grade for one in graded.teams} == {Grade.B}


def test_the_spread_within_teams_is_pooled() -> None:
    assert pooled_spread([[90, 110], [900, 1100]]) == pytest.approx(0.02**0.5)
    assert pooled_spread([[5], [], [0, 0]]) is None


def test_person_days_that_do_not_differ_are_a_bug() -> None:
    with pytest.raises(Broken):
        grade_teams([], spread=0)


def test_distributions_against_printed_tables() -> None:
    assert chi_square_quantile(0.95, 10) == pytest.approx(18.307, rel=0.01)
    assert chi_square_quantile(0.95, 100) == pytest.approx(124.342, rel=0.001)
    assert normal_cdf(np.array([-1.96, 0.0, 1.645])) == pytest.approx([0.024998, 0.5, 0.950015], abs=1e-6)
