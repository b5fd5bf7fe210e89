"""One sign: exact figures that repeat more often than rounding and chance explain.

A score is no verdict. It raises the chance that the lot sends a visitor, people decide what they see, and
the team reads the reasons and answers first (promise F5). Nothing else may read it.

Why repeats and not unusually high output: a record team has high output, and a sign that punishes
records would kill the movement. Who makes figures up or copies yesterday's sheet repeats himself.
Honest people repeat themselves too, by rounding: so each figure is judged among figures as round as itself,
and only those much finer than the differences between like reports are judged at all. The price: who
invents round figures, or the same padding on every figure, isn't seen here; that is what the lot is for.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

from dure.kernel.must import must

Ints = NDArray[np.int64]

# The roundness of a figure: the largest of 1, 2, 2.5 and 5 times a power of ten that divides it.
ROUND_STEPS_MILLI = (1, 2, 5, *(part * 10**power for power in range(12) for part in (10, 20, 25, 50)))
# With fewer fine figures chance and habit look alike.
FINE_FIGURES_MIN = 6
# More would only cost time: a sheet copied for months shows within so many reports.
FINE_FIGURES_MAX = 400
# A bin in which fewer figures of a roundness exist says nothing.
PLACES_MIN = 4
# What like teams' reports differ by at the least: nine of ten teams differ more.
LIKE_SPREAD_QUANTILE = 0.10
TRIALS = 1999
# From one team in twenty to one in two thousand the chance of a visit rises to four times.
WEIGHT_FROM_P = 0.05
WEIGHT_FULL_P = 0.0005
WEIGHT_MAX = 4.0


@dataclass(frozen=True, slots=True)
class TeamReports:
    """A team's figures as entered, one for each report, in milli-units of one indicator.

    A crew's total that was shared out evenly among its people is one report, not many.
    """

    team: str
    quantities_milli: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """How often chance alone would repeat as much (``p``), with the facts a visitor and the team get to read."""

    team: str
    p: float
    judged_count: int
    repeated_count: int
    reasons: tuple[str, ...]


def visit_weight(p: float) -> float:
    """The weight in the lot for a score: 1 from 0.05 up, rising with -log10(p) to 4 at 0.0005 and below."""
    must(0 < p <= 1, "a p-value lies above 0 and up to 1")
    steps = (log10(WEIGHT_FROM_P) - log10(p)) / (log10(WEIGHT_FROM_P) - log10(WEIGHT_FULL_P))
    return 1.0 + (WEIGHT_MAX - 1.0) * min(1.0, max(0.0, steps))


def repeated_figures(teams: Sequence[TeamReports], *, seed: bytes) -> tuple[Sign, ...]:
    """The sign for each of a group of like teams (same indicator), in the order given.

    Figures are sorted by roundness and, within one roundness, into bins no wider than the spread of like reports. If
    nobody copies, the figures of one bin lie anywhere in it with nearly the same chance. So they are thrown
    anew within their bins 1,999 times, and p is how often the throws repeat at least as much
    (equal pairs counted; Monte Carlo test of Besag and Clifford 1989: (1 + as many) / (1 + throws)).
    Equal input and seed give equal signs.

    A negative figure is a caller's bug: a correction is no report.
    """
    must(all(q >= 0 for team in teams for q in team.quantities_milli), "a report is not negative")
    like_spread = _like_spread(teams)
    return tuple(_sign(team, like_spread, seed) for team in teams)


def _like_spread(teams: Sequence[TeamReports]) -> float:
    """The lower end of the relative spreads among like teams: half their middle 68 % over their median."""
    spreads = []
    for team in teams:
        figures = np.array([q for q in team.quantities_milli if q], dtype=np.float64)
        if figures.size >= FINE_FIGURES_MIN:
            low, middle, high = np.quantile(figures, (0.16, 0.5, 0.84))
            spreads.append(float((high - low) / 2 / middle))
    return float(np.quantile(spreads, LIKE_SPREAD_QUANTILE)) if spreads else 0.0


def _sign(team: TeamReports, like_spread: float, seed: bytes) -> Sign:
    # Reports of nothing are no figures: a rainy week is nobody's invention.
    figures = np.array([q for q in team.quantities_milli if q], dtype=np.int64)[:FINE_FIGURES_MAX]
    if figures.size < FINE_FIGURES_MIN:
        return Sign(team.team, 1.0, 0, 0, ())
    places = _places(figures, _spread_milli(figures, like_spread))
    judged = [figure for figure, place in zip(figures.tolist(), places, strict=True) if place]
    times = Counter(judged)
    repeated_count = sum(count for count in times.values() if count > 1)
    if len(judged) < FINE_FIGURES_MIN or not repeated_count:
        return Sign(team.team, 1.0, len(judged), 0, ())

    bins = Counter(place for place in places if place)
    rng = np.random.default_rng(
        int.from_bytes(hashlib.sha256(seed + b"\x00" + team.team.encode()).digest(), "big")
    )
    thrown = sum((_thrown_pairs(rng, count, bin_[-1]) for bin_, count in bins.items()), np.zeros(TRIALS))
    seen = sum(count * (count - 1) // 2 for count in times.values())
    p = (1 + int((thrown >= seen).sum())) / (1 + TRIALS)
    return Sign(team.team, p, len(judged), repeated_count, _reasons(times, len(judged), p))


def _spread_milli(figures: Ints, like_spread: float) -> float:
    """How far this team's reports lie apart, copies aside, and at most what like teams' do."""
    expected = like_spread * float(np.median(figures))
    distinct = np.unique(figures)
    if distinct.size < FINE_FIGURES_MIN:
        return expected
    low, high = np.quantile(distinct, (0.16, 0.84))
    return min(expected, float(high - low) / 2)


def _places(figures: Ints, spread_milli: float) -> list[tuple[int, int, int] | None]:
    """Roundness, bin and number of equally round figures in that bin, for each figure; ``None`` if too coarse."""
    places: list[tuple[int, int, int] | None] = []
    for figure in figures.tolist():
        step = next(step for step in reversed(ROUND_STEPS_MILLI) if figure % step == 0)
        # Equally round figures recur with the next power of ten.
        period = 10 ** len(str(step))
        width = int(spread_milli // period) * period
        equally_round = _equally_round(step, period) * (width // period)
        places.append((step, figure // width, equally_round) if equally_round >= PLACES_MIN else None)
    return places


def _equally_round(step: int, period: int) -> int:
    coarser = [other for other in ROUND_STEPS_MILLI if step < other <= period]
    return sum(all(figure % other for other in coarser) for figure in range(step, period, step))


def _thrown_pairs(rng: np.random.Generator, count: int, places: int) -> NDArray[np.float64]:
    """Equal pairs among ``count`` figures thrown on ``places``, once for each trial."""
    if count < 2:
        return np.zeros(TRIALS)
    thrown = np.sort(rng.integers(0, places, size=(TRIALS, count)), axis=1)
    pairs, run = np.zeros(TRIALS), np.zeros(TRIALS)
    # In a sorted row each figure makes a pair with every equal one before it.
    for column in range(1, count):
        run = np.where(thrown[:, column] == thrown[:, column - 1], run + 1, 0)
        pairs += run
    return pairs


def _reasons(times: Counter[int], judged_count: int, p: float) -> tuple[str, ...]:
    most = sorted(times.items(), key=lambda item: (-item[1], item[0]))[:3]
    facts = tuple(
        f"{count} of {judged_count} unrounded reports give exactly {figure / 1000:g}"
        for figure, count in most
        if count > 1
    )
    return (*facts, f"chance alone repeats figures this often in {p:.2%} of teams")
