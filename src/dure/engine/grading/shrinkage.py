"""The normal-normal empirical-Bayes model behind the grades."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALVINGS = 60
# The gate: teams that differ no more than chance would make them in 95 of 100 groups are one grade.
HETEROGENEITY_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Group:
    """Group mean and variance between teams, and each team's mean and standard deviation given its data."""

    mean: float
    between: float
    differs: bool
    shrunk: Floats
    deviation: Floats
    reliability: Floats


def shrink(values: Floats, variances: Floats) -> Group:
    """Shrink ``values`` with known sampling ``variances`` towards their common mean.

    Paule and Mandel (1982) for the variance between teams; Morris, "Parametric empirical Bayes inference", JASA
    1983, for the shrinkage and the deviation that also pays for estimating the mean and that variance.
    Shapes: both (K,), K > 3, variances above 0.
    """
    size = values.size
    mean, between = _between(values, variances)
    factor = (size - 3) / (size - 1) * variances / (variances + between)
    away = values - mean
    variance = variances * (1 - (size - 1) / size * factor) + 2 / (size - 3) * factor**2 * away**2
    return Group(
        mean=mean,
        between=between,
        differs=_cochran_q(values, variances, 0.0)[1] > chi_square_quantile(HETEROGENEITY_LEVEL, size - 1),
        shrunk=mean + (1 - factor) * away,
        deviation=np.sqrt(variance),
        reliability=between / (variances + between),
    )


def chi_square_quantile(level: float, freedom: int) -> float:
    """The chi-square quantile by Wilson and Hilferty (1931), within 1 % from 3 degrees of freedom on."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + NormalDist().inv_cdf(level) * part**0.5) ** 3)


def normal_cdf(z: Floats) -> Floats:
    """The standard normal distribution function, within 1e-7 (Abramowitz and Stegun 26.2.17)."""
    t = 1 / (1 + 0.2316419 * np.abs(z))
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * series
    return np.asarray(np.where(z > 0, 1 - tail, tail), dtype=np.float64)


def _cochran_q(values: Floats, variances: Floats, between: float) -> tuple[float, float]:
    weights = 1 / (variances + between)
    mean = float(weights @ values / weights.sum())
    return mean, float(weights @ (values - mean) ** 2)


def _between(values: Floats, variances: Floats) -> tuple[float, float]:
    mean, q = _cochran_q(values, variances, 0.0)
    if q <= values.size - 1:
        return mean, 0.0
    low, high = 0.0, float(np.ptp(values)) ** 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        mean, q = _cochran_q(values, variances, middle)
        low, high = (middle, high) if q > values.size - 1 else (low, middle)
    return mean, high
