"""What recounts say about all the claims, and how sure that is."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from dure.engine.lots import Factor, Recount, draw, factor, verified
from dure.engine.lots.beta import beta_quantile, incomplete_beta, log_inverse_beta
from dure.engine.lots.estimate import beale_ratio, share_bound
from dure.kernel.must import Broken

Floats = NDArray[np.float64]
TENTH = Fraction(1, 10)


def recounts(pairs: list[tuple[int, int | None]], chance: Fraction = TENTH) -> list[Recount]:
    return [Recount(claimed, found, chance) for claimed, found in pairs]


def test_nothing_checked_is_unknown_and_never_the_claim() -> None:
    unknown = factor([], eligible=1219)
    assert unknown == Factor(None, None, None, 0, 0, 1219)
    shown = verified(500_000, unknown)
    assert (shown.claimed_milli, shown.verified_milli, shown.lower_milli) == (500_000, None, None)
    assert factor(recounts([(1000, None)]), eligible=10).estimate is None


def test_claims_of_nothing_tell_nothing() -> None:
    assert factor(recounts([(0, 0)]), eligible=10).estimate is None


def test_ten_exact_recounts_are_no_certainty() -> None:
    exact = factor(recounts([(1000, 1000)] * 10), eligible=100)
    assert exact.estimate == 1
    assert exact.upper == 1
    assert exact.lower is not None
    assert float(exact.lower) == pytest.approx(0.05**0.1, abs=2e-6)  # Clopper-Pearson for 0 of 10


def test_when_everything_was_checked_nothing_is_guessed() -> None:
    all_of_them = factor(recounts([(1000, 1000), (3000, 1000)], Fraction(1)), eligible=2)
    assert all_of_them.estimate == all_of_them.lower == all_of_them.upper == Fraction(1, 2)


def test_a_single_recount_says_very_little() -> None:
    one = factor(recounts([(1000, 1000)]), eligible=100)
    assert one.estimate == 1
    assert one.lower is not None
    assert float(one.lower) == pytest.approx(0.05, abs=2e-6)


def test_entries_drawn_with_a_small_chance_stand_for_more() -> None:
    mixed = [Recount(1000, 1000, Fraction(1, 100)), Recount(1000, 0, Fraction(1, 2))] * 20
    estimate = factor(mixed, eligible=2040).estimate
    assert estimate is not None
    assert float(estimate) == pytest.approx(100 / 102, abs=0.002)


def test_who_dodges_a_recount_lowers_the_bound() -> None:
    open_book = factor(recounts([(1000, 1000)] * 10), eligible=100)
    closed_doors = factor(recounts([(1000, 1000)] * 10 + [(1000, None)] * 3), eligible=100)
    assert open_book.lower is not None
    assert closed_doors.lower is not None
    assert closed_doors.lower < open_book.lower - Fraction(1, 10)
    assert (closed_doors.checked, closed_doors.drawn) == (10, 13)


def test_verified_is_whole_milli_units_and_never_above_the_claim() -> None:
    third = Factor(Fraction(333_333, 10**6), Fraction(1, 4), Fraction(1, 2), 3, 3, 9)
    shown = verified(10_001, third)
    assert (shown.verified_milli, shown.lower_milli) == (3333, 2500)
    generous = factor(recounts([(1000, 1200)] * 5), eligible=50)
    assert generous.estimate == Fraction(6, 5)
    assert verified(10_000, generous).verified_milli == 10_000


def test_impossible_recounts_are_bugs() -> None:
    for wrong in (Recount(1, 1, Fraction(0)), Recount(-1, 1, TENTH), Recount(1, -1, TENTH)):
        with pytest.raises(Broken):
            factor([wrong], eligible=5)
    with pytest.raises(Broken):
        factor(recounts([(1, 1)] * 3), eligible=2)


@pytest.mark.parametrize(
    ("level", "a", "b", "want"),
    # The first by hand, the others from a printed table of the binomial's exact upper limits (0.05 in one tail).
    [
        (0.95, 1.0, 10.0, 1 - 0.05**0.1),
        (0.95, 2.0, 9.0, 0.3942),
        (0.95, 3.0, 8.0, 0.5069),
        (0.5, 4.0, 4.0, 0.5),
    ],
)
def test_beta_quantiles(level: float, a: float, b: float, want: float) -> None:
    assert beta_quantile(level, np.array([a]), np.array([b]))[0] == pytest.approx(want, abs=6e-5)


def halved(level: float, a: Floats, b: Floats) -> Floats:
    """The same quantiles by halving alone."""
    low, high = np.zeros_like(a), np.ones_like(a)
    for _ in range(52):
        middle = (low + high) / 2
        below = incomplete_beta(middle, a, b, log_inverse_beta(a, b)) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high


@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("n", [1.0, 1.7, 10.0, 100.0, 1000.0])
def test_beta_quantiles_are_those_that_halving_finds(level: float, n: float) -> None:
    misses = n * np.array([0.0, 1e-6, 1e-3, 0.1, 0.3, 0.5, 0.9, 0.99, 0.999, 1 - 1e-5])
    a, b = misses + 1, n - misses
    assert np.allclose(beta_quantile(level, a, b), halved(level, a, b), rtol=0, atol=1e-12)


def claims_and_found(kind: str, size: int) -> tuple[Floats, Floats]:
    """A period of ``size`` claims in milli-units, of very different sizes, and the found shares."""
    rng = np.random.default_rng(5)
    claimed = np.asarray(np.round(rng.lognormal(np.log(200), 0.6, size)) * 1000, dtype=np.float64)
    hit = rng.random(size)
    shares = {
        "all exact": np.ones(size),
        "three in a hundred empty": np.where(hit < 0.03, 0.0, 1.0),
        "some short": np.where(hit < 0.15, rng.uniform(0.3, 0.95, size), 1.0),
        "most a little short": np.where(hit < 0.6, rng.uniform(0.6, 1.0, size), 1.0),
        "large ones short": np.where(claimed > np.quantile(claimed, 0.9), rng.uniform(0.2, 0.9, size), 1.0),
        "counting errors both ways": np.where(hit < 0.1, 0.5, 1 + rng.normal(0, 0.03, size)),
    }[kind]
    return claimed, np.asarray(np.round(claimed * shares), dtype=np.float64)


KINDS = (
    "all exact",
    "three in a hundred empty",
    "some short",
    "most a little short",
    "large ones short",
    "counting errors both ways",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [10, 30, 100])
def test_the_lower_bound_holds_in_93_of_100_lots(kind: str, n: int) -> None:
    claimed, found = claims_and_found(kind, 2000)
    truth = found.sum() / claimed.sum()
    rng = np.random.default_rng(7)
    runs, held = 150, 0
    for _ in range(runs):
        drawn = rng.choice(claimed.size, n, replace=False)
        missing = 1 - np.minimum(1, found[drawn] / claimed[drawn])
        held += 1 - share_bound(claimed[drawn], missing) <= truth
    assert held / runs >= 0.93


def test_a_lot_weighted_by_size_holds_where_the_largest_claims_are_empty() -> None:
    rng = np.random.default_rng(5)
    claimed = np.round(rng.lognormal(np.log(200), 0.6, 1000)) * 1000
    empty = (claimed > np.quantile(claimed, 0.95)) & (rng.random(1000) < 0.7)
    found = np.where(empty, 0, claimed)
    weights = dict(enumerate((claimed / claimed.min()).tolist()))
    held = 0
    for run in range(100):
        drawn = draw(
            seed=run.to_bytes(16, "big"), log_root=b"root", eligible=range(1000), count=100, weights=weights
        )
        bounds = factor(
            [
                Recount(int(claimed[index]), int(found[index]), chance)
                for index, chance in zip(drawn.indices, drawn.chances, strict=True)
            ],
            eligible=1000,
        )
        held += bounds.lower is not None and float(bounds.lower) <= found.sum() / claimed.sum()
    assert held >= 93


@pytest.mark.parametrize(
    ("kind", "n"), [("some short", 100), ("large ones short", 100), ("large ones short", 60)]
)
def test_over_a_thousand_lots_the_factor_is_unbiased(kind: str, n: int) -> None:
    claimed, found = claims_and_found(kind, 600)
    truth = found.sum() / claimed.sum()
    total = 0.0
    for run in range(1000):
        drawn = draw(seed=run.to_bytes(16, "big"), log_root=b"root", eligible=range(600), count=n)
        here = list(drawn.indices)
        claims = [Fraction(int(claim)) for claim in claimed[here]]
        finds = [Fraction(int(find)) for find in found[here]]
        total += float(beale_ratio(claims, finds, 600))
    assert abs(total / 1000 - truth) <= 0.002
