"""Repeated figures: honest people survive the sign, a copied sheet does not (promise F5)."""

import numpy as np
import pytest

from dure.engine.signs import Sign, TeamReports, repeated_figures, visit_weight
from dure.kernel.must import Broken

SEED = b"the season's seed"
# Plain teams write to the half unit, to whole units, to tenths or to fives.
PLAIN_STEPS = (1.0, 0.1, 0.5, 5.0)


def honest(rng: np.random.Generator, name: str, kind: str, step: float) -> TeamReports:
    """A team of five people of different pace, its days, and how they round."""
    count = int(rng.integers(1, 8) if kind == "tiny" else rng.integers(8, 60))
    level = rng.lognormal(np.log(60), 0.3) * (3 if kind == "record" else 1)
    day_spread = 0.06 if kind == "steady" else rng.uniform(0.15, 0.4)
    pace = rng.normal(1, 0.1, 5)[rng.integers(0, 5, count)]
    amounts = level * pace * np.maximum(0.05, rng.normal(1, day_spread, count))
    steps = np.where(rng.random(count) < 0.5, 10, 1) if kind == "half of them rounders" else step
    milli = np.round(np.round(amounts / steps) * steps * 1000).astype(int)
    return TeamReports(name, tuple(int(figure) for figure in milli))


def plain(rng: np.random.Generator, count: int) -> list[TeamReports]:
    return [honest(rng, f"plain {number}", "plain", PLAIN_STEPS[number % 4]) for number in range(count)]


def flagged(teams: list[TeamReports], among: list[TeamReports]) -> float:
    signs = repeated_figures([*among, *teams], seed=SEED)[len(among) :]
    return float(np.mean([sign.p <= 0.01 for sign in signs]))


@pytest.fixture(scope="module")
def neighbours() -> list[TeamReports]:
    return plain(np.random.default_rng(2), 200)


def test_of_2000_clean_teams_at_most_one_in_a_hundred_is_flagged() -> None:
    assert flagged(plain(np.random.default_rng(11), 2000), []) <= 0.01


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("rounders", 10.0),
        ("rounders", 5.0),
        ("half of them rounders", 1.0),
        ("tiny", 0.5),
        ("record", 1.0),
        ("record", 0.1),
        ("steady", 1.0),
        ("steady", 0.1),
    ],
)
def test_honest_teams_of_every_kind_are_flagged_at_most_twice_as_often(
    kind: str, step: float, neighbours: list[TeamReports]
) -> None:
    rng = np.random.default_rng(13)
    teams = [honest(rng, f"{kind} {number}", kind, step) for number in range(500)]
    assert flagged(teams, neighbours) <= 0.02


@pytest.mark.parametrize(
    ("copied_share", "step", "power"), [(0.3, 0.1, 0.8), (0.6, 0.1, 0.9), (1.0, 0.1, 0.9), (0.6, 0.5, 0.5)]
)
def test_a_team_that_copies_its_figures_is_seen(
    copied_share: float, step: float, power: float, neighbours: list[TeamReports]
) -> None:
    rng = np.random.default_rng(17)
    cheats = []
    for number in range(150):
        true = np.array(honest(rng, "", "plain", step).quantities_milli)
        invented = rng.choice(true, 3)
        copies = rng.random(true.size) < copied_share
        figures = np.where(copies, invented[rng.integers(0, 3, true.size)], true)
        cheats.append(TeamReports(f"copyist {number}", tuple(int(figure) for figure in figures)))
    assert flagged(cheats, neighbours) >= power


def test_the_reasons_state_the_facts(neighbours: list[TeamReports]) -> None:
    copyist = TeamReports("crane", (37_400,) * 12 + (41_300,) * 5 + tuple(range(30_100, 30_900, 100)))
    sign = repeated_figures([*neighbours, copyist], seed=SEED)[-1]
    assert sign.team == "crane"
    assert sign.p <= 0.001
    assert sign.reasons[0] == f"12 of {sign.judged_count} unrounded reports give exactly 37.4"
    assert sign.reasons[1] == f"5 of {sign.judged_count} unrounded reports give exactly 41.3"
    assert "0.05%" in sign.reasons[-1]


@pytest.mark.parametrize("figures", [(), (5000,), (0,) * 50, (50_000,) * 50, (10_000, 20_000) * 20])
def test_too_few_empty_and_round_figures_say_nothing(
    figures: tuple[int, ...], neighbours: list[TeamReports]
) -> None:
    sign = repeated_figures([*neighbours, TeamReports("crane", figures)], seed=SEED)[-1]
    assert (sign.p, sign.repeated_count, sign.reasons) == (1.0, 0, ())


def test_a_team_alone_is_no_scandal_and_no_crash() -> None:
    assert repeated_figures([], seed=SEED) == ()
    alone = repeated_figures([TeamReports("crane", (37_400,) * 20)], seed=SEED)
    assert alone == (Sign("crane", 1.0, 0, 0, ()),)


def test_equal_input_and_seed_give_equal_signs(neighbours: list[TeamReports]) -> None:
    assert repeated_figures(neighbours, seed=SEED) == repeated_figures(neighbours, seed=SEED)


def test_a_negative_report_is_a_bug() -> None:
    with pytest.raises(Broken):
        repeated_figures([TeamReports("crane", (-1,))], seed=SEED)


@pytest.mark.parametrize(("p", "weight"), [(1.0, 1.0), (0.05, 1.0), (0.005, 2.5), (0.0005, 4.0), (1e-9, 4.0)])
def test_a_score_only_raises_the_chance_of_a_visit(p: float, weight: float) -> None:
    assert visit_weight(p) == pytest.approx(weight)


def test_a_chance_of_zero_is_a_bug() -> None:
    with pytest.raises(Broken):
        visit_weight(0)
