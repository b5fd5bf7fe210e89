"""From recounts to what may be called verified: a factor with honest bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from dure.engine.lots.beta import beta_quantile
from dure.kernel.must import must

CONFIDENCE = 0.95
# Factors are kept in millionths: stable from machine to machine, and fine enough for any total.
PARTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Recount:
    """One drawn entry: what it claimed, what was found (``None`` while nobody could check), its chance."""

    claimed_milli: int
    found_milli: int | None
    chance: Fraction


@dataclass(frozen=True, slots=True)
class Factor:
    """The found share of what was claimed, in millionths; all ``None`` is *unknown*, which is not 1 and not 0.

    ``lower`` and ``upper`` are one-sided 95 % bounds.
    """

    estimate: Fraction | None
    lower: Fraction | None
    upper: Fraction | None
    checked: int
    drawn: int
    eligible: int


@dataclass(frozen=True, slots=True)
class Verified:
    """A claim beside what may be believed of it; ``None`` is unknown, never the claim."""

    claimed_milli: int
    verified_milli: int | None
    lower_milli: int | None


def factor(recounts: Sequence[Recount], *, eligible: int) -> Factor:
    """The verification factor of a period from all entries its lot drew, and its bounds.

    Estimate: the ratio sum(found/chance) / sum(claimed/chance) over the checked ones (Särndal, Swensson and
    Wretman, "Model Assisted Survey Sampling", 1992, section 5.6) with Beale's correction (1962), without
    which a few large short entries bias a small sample by a percent. A recount that finds more than was
    claimed counts in full, so that honest errors cancel out.

    Bounds: Stringer's bound on the missing share (Stringer 1963; Bickel, "Inference and auditing: the Stringer
    bound", 1992), the auditors' own for many exact and few short entries. Student's t or a bootstrap would
    call ten exact recounts out of ten a certainty; this says "at least 74 %". Unequal sizes and
    chances enter by Kish's effective sample size (1965); where the largest claims are also the emptiest, an equal
    lot of 100 covers 87 % only, and a lot weighted by size the full 95 %. Nothing is gained from a large
    drawn share, unless everything was checked: then there is nothing left to guess. A drawn entry
    that nobody could check counts as empty in the lower bound and as full in the upper.

    A chance of 0, a negative claim or more recounts than ``eligible`` is a caller's bug.
    """
    must(all(0 < recount.chance <= 1 for recount in recounts), "what was drawn had a chance")
    must(all(recount.claimed_milli >= 0 for recount in recounts), "a claim is not negative")
    must(all((recount.found_milli or 0) >= 0 for recount in recounts), "nothing is found below zero")
    must(len(recounts) <= eligible, "only eligible entries are drawn")
    checked = [recount for recount in recounts if recount.found_milli is not None]
    claims = [recount.claimed_milli / recount.chance for recount in checked]
    if not any(claims):
        return Factor(None, None, None, len(checked), len(recounts), eligible)

    finds = [(recount.found_milli or 0) / recount.chance for recount in checked]
    estimate = Fraction(round(beale_ratio(claims, finds, eligible) * PARTS), PARTS)
    if len(checked) == eligible:
        lower = upper = estimate
    else:
        sizes = np.array([float(recount.claimed_milli / recount.chance) for recount in recounts])
        lower = Fraction(floor((1 - share_bound(sizes, _missing(recounts, unchecked=1.0))) * PARTS), PARTS)
        upper = Fraction(ceil(share_bound(sizes, 1 - _missing(recounts, unchecked=0.0)) * PARTS), PARTS)
    return Factor(estimate, min(lower, estimate), max(upper, estimate), len(checked), len(recounts), eligible)


def verified(claimed_milli: int, factor: Factor) -> Verified:
    """The claim times the factor, rounded down, and never above the claim.

    Work that nobody claimed gets in by an entry of its own, not by a factor above 1.
    """
    must(claimed_milli >= 0, "a claim is not negative")
    if factor.estimate is None or factor.lower is None:
        return Verified(claimed_milli, None, None)
    return Verified(
        claimed_milli,
        floor(claimed_milli * min(Fraction(1), factor.estimate)),
        floor(claimed_milli * min(Fraction(1), factor.lower)),
    )


def beale_ratio(claims: Sequence[Fraction], finds: Sequence[Fraction], eligible: int) -> Fraction:
    """The ratio of the sums of ``finds`` and ``claims``, its bias taken off to the first order in 1/n."""
    n = len(claims)
    claimed, found = sum(claims, Fraction(0)), sum(finds, Fraction(0))
    if n == 1 or found == 0:
        return found / claimed
    # (1/n - 1/N) times the relative covariance and variance, the means multiplied out.
    spread = Fraction(n, n - 1) * (1 - Fraction(n, eligible))
    crossed = sum((claim * find for claim, find in zip(claims, finds, strict=True)), Fraction(0))
    squared = sum((claim * claim for claim in claims), Fraction(0))
    with_found = spread * (crossed / (claimed * found) - Fraction(1, n))
    with_itself = spread * (squared / (claimed * claimed) - Fraction(1, n))
    return found / claimed * (1 + with_found) / (1 + with_itself)


def _missing(recounts: Sequence[Recount], *, unchecked: float) -> NDArray[np.float64]:
    """The missing share of each claim, 0 to 1."""
    return np.array(
        [
            unchecked
            if recount.found_milli is None
            else 1 - min(1.0, recount.found_milli / max(1, recount.claimed_milli))
            for recount in recounts
        ]
    )


def share_bound(sizes: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    """Stringer's upper 95 % bound on the mean of ``shares`` (0 to 1) weighted by ``sizes`` (above 0 in sum).

    With the largest shares first, sum over j of (p(j) - p(j-1)) x share(j), starting from p(0) x 1, where p(j)
    is the Clopper-Pearson upper bound for j misses in n. Here n is Kish's effective size and j runs over
    the weights, which for equal sizes is Stringer's bound to the letter.
    """
    counted = sizes > 0
    sizes, shares = sizes[counted], shares[counted]
    order = np.argsort(-shares, kind="stable")
    size_sum = float(sizes.sum())
    effective = size_sum**2 / float((sizes**2).sum())
    misses = np.concatenate([[0.0], np.cumsum(sizes[order]) / size_sum * effective])
    # Exact entries come last and add nothing, so their quantiles needn't be known.
    short_count = int((shares > 0).sum())
    misses = misses[: short_count + 1]
    steps = np.diff(beta_quantile(CONFIDENCE, misses + 1, effective - misses), prepend=0.0)
    return min(1.0, float(steps[0] + steps[1:] @ shares[order[:short_count]]))
